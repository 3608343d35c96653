// SPDX-License-Identifier: BSL-1.0
// The rate-limit headers of both providers: whatever they say, counts and times are not negative and names have no
// case. Input: header lines.

#include <algorithm>
#include <string>

#include <grit/llm/error/rate_limits.hpp>

#include "fuzz/support.hpp"

namespace {

using namespace grit::llm;

void check(RateLimit const& limit) {
    fuzz::require(limit.limit.value_or(0) >= 0 && limit.remaining.value_or(0) >= 0, "a count is not negative");
    fuzz::require(limit.reset.value_or(std::chrono::nanoseconds{0}).count() >= 0, "a time until reset is not negative");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto rest = fuzz::text_of(data, size);
    Headers headers;
    Headers upper;
    while (!rest.empty()) {
        std::string line{fuzz::take_until(rest, "\n")};
        headers.read_line(line);
        std::transform(line.begin(), std::ranges::find(line, ':'), line.begin(),
                       [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
        upper.read_line(line);
    }
    auto const limits = find_rate_limits(headers, fuzz::now);
    for (auto const& limit : {limits.requests, limits.tokens, limits.input_tokens, limits.output_tokens}) check(limit);
    fuzz::require(limits == find_rate_limits(upper, fuzz::now), "names have no case");
    for (auto const& field : headers) {
        auto const spelled = parse_spelled_duration(field.value);
        fuzz::require(!spelled || spelled->count() >= 0, "a spelled duration is not negative");
        parse_rfc3339(field.value);
    }
    return 0;
}
