// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/error/rate_limits.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

namespace {

constexpr std::chrono::system_clock::time_point now{1696004797s}; // 2023-09-29T16:26:37Z

} // namespace

TEST_CASE("a duration as OpenAI spells it is read") {
    STATIC_REQUIRE(parse_spelled_duration("1s") == 1s);
    STATIC_REQUIRE(parse_spelled_duration("120ms") == 120ms);
    STATIC_REQUIRE(parse_spelled_duration("6m0s") == 6min);
    STATIC_REQUIRE(parse_spelled_duration("1h2m3.5s") == 1h + 2min + 3500ms);
    STATIC_REQUIRE(parse_spelled_duration("1d") == 24h);
    STATIC_REQUIRE(parse_spelled_duration("7us") == 7us);
    STATIC_REQUIRE(parse_spelled_duration("0s") == 0s);
    STATIC_REQUIRE(parse_spelled_duration("99999999999999999999h") == std::chrono::nanoseconds::max());
    STATIC_REQUIRE(parse_spelled_duration("9000000000s9000000000s") == std::chrono::nanoseconds::max());
    for (auto const* const text : {"", "1", "s", "-1s", "1x", "1s2", "1 s", "1.2.3s", "soon", "ms"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_spelled_duration(text).has_value());
    }
}

TEST_CASE("a point in time as Anthropic writes it is read") {
    STATIC_REQUIRE(parse_rfc3339("2023-09-29T16:26:37Z") == std::chrono::floor<std::chrono::seconds>(now));
    STATIC_REQUIRE(parse_rfc3339("2023-09-29t16:26:37.123z") == std::chrono::floor<std::chrono::seconds>(now));
    STATIC_REQUIRE(parse_rfc3339("2023-09-29T18:26:37+02:00") == std::chrono::floor<std::chrono::seconds>(now));
    STATIC_REQUIRE(parse_rfc3339("2023-09-29T11:56:37-04:30") == std::chrono::floor<std::chrono::seconds>(now));
    for (auto const* const text : {"", "2023-09-29", "2023-02-30T00:00:00Z", "2023-09-29T25:00:00Z",
                                   "2023-09-29T16:26:37", "2023-09-29T16:26:37.Z", "2023-09-29T16:26:37+2",
                                   "2023-09-29T16:26:37Zx", "20230929T162637Z", "2023-00-01T00:00:00Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_rfc3339(text).has_value());
    }
}

TEST_CASE("the limits of OpenAI are read") {
    auto const limits = find_rate_limits({{"x-ratelimit-limit-requests", "60"},
                                          {"x-ratelimit-limit-tokens", "150000"},
                                          {"X-RateLimit-Remaining-Requests", "59"},
                                          {"x-ratelimit-remaining-tokens", "149984"},
                                          {"x-ratelimit-reset-requests", "1s"},
                                          {"x-ratelimit-reset-tokens", "6m0s"},
                                          {"x-ratelimit-limit-tokens_usage_based", "7"}},
                                         now);
    CHECK(limits.requests == RateLimit{.limit = 60, .remaining = 59, .reset = 1s});
    CHECK(limits.tokens == RateLimit{.limit = 150000, .remaining = 149984, .reset = 6min});
    CHECK(limits.input_tokens == RateLimit{});
}

TEST_CASE("the limits of Anthropic are read") {
    auto const limits = find_rate_limits({{"anthropic-ratelimit-requests-limit", "50"},
                                          {"anthropic-ratelimit-requests-remaining", "0"},
                                          {"anthropic-ratelimit-requests-reset", "2023-09-29T16:26:47Z"},
                                          {"anthropic-ratelimit-input-tokens-remaining", "1000"},
                                          {"anthropic-ratelimit-output-tokens-limit", "8000"},
                                          {"anthropic-ratelimit-tokens-reset", "2023-09-29T16:26:30Z"}},
                                         now + 500ms);
    CHECK(limits.requests == RateLimit{.limit = 50, .remaining = 0, .reset = 9500ms});
    CHECK(limits.input_tokens.remaining == 1000);
    CHECK(limits.output_tokens.limit == 8000);
    CHECK(limits.tokens.reset == 0s);
}

TEST_CASE("what cannot be read is left out, and what is too large is the largest") {
    auto const limits = find_rate_limits({{"x-ratelimit-limit-requests", "-1"},
                                          {"x-ratelimit-remaining-requests", "many"},
                                          {"x-ratelimit-reset-requests", "soon"},
                                          {"x-ratelimit-limit-tokens", "99999999999999999999"},
                                          {"x-ratelimit-", "1"},
                                          {"x-ratelimit-limit-", "1"},
                                          {"anthropic-ratelimit-tokens", "1"},
                                          {"anthropic-ratelimit-tokens-reset", "9999-12-31T23:59:59Z"}},
                                         now);
    CHECK(limits.requests == RateLimit{});
    CHECK(limits.tokens.limit == std::numeric_limits<std::int64_t>::max());
    CHECK(limits.tokens.reset == std::chrono::nanoseconds::max());
    CHECK(find_rate_limits({}, now) == RateLimits{});
}
