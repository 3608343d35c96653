// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/error/rate_limits.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

namespace {

constexpr std::chrono::system_clock::time_point now{1696004797s}; // 2023-09-29T16:26:37Z

} // namespace

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

TEST_CASE("a reset is read in every form in which providers write it") {
    struct Row {
        char const* value;
        std::optional<std::chrono::nanoseconds> reset;
    };
    for (auto const& row : std::vector<Row>{{"1s", 1s},
                                            {"12ms", 12ms},
                                            {"6m0s", 6min},
                                            {"59.84", 59840ms},
                                            {"0", 0s},
                                            {"60", 60s},
                                            {"1696004857", 60s},
                                            {"1696004857.5", 60500ms},
                                            {"1696004857250", 60250ms},
                                            {"1696004000", 0s},
                                            {"1696004000000", 0s},
                                            {"2023-09-29T16:27:37Z", 60s},
                                            {"Fri, 29 Sep 2023 16:27:37 GMT", 60s},
                                            {"", {}},
                                            {"soon", {}},
                                            {"-1", {}}}) {
        CAPTURE(row.value);
        CHECK(find_rate_limits({{"x-ratelimit-reset-requests", row.value}}, now).requests.reset == row.reset);
        CHECK(find_rate_limits({{"anthropic-ratelimit-tokens-reset", row.value}}, now).tokens.reset == row.reset);
        CHECK(find_reset_wait({}, {{"X-RateLimit-Reset", row.value}}, now) == row.reset);
        CHECK(find_reset_wait({}, {{"ratelimit-reset", row.value}}, now) == row.reset);
    }
}

TEST_CASE("the wait for a reset is that of the limits of which nothing remains") {
    auto const wait = [](RateLimits const& limits) { return find_reset_wait(limits, {}, now); };
    CHECK_FALSE(wait({}).has_value());
    CHECK_FALSE(wait({.requests = {.remaining = 1, .reset = 9s}}).has_value());
    CHECK_FALSE(wait({.requests = {.remaining = 0}}).has_value());
    CHECK(wait({.requests = {.remaining = 0, .reset = 2s}, .tokens = {.remaining = 1, .reset = 9s}}) == 2s);
    CHECK(wait({.requests = {.remaining = 0, .reset = 2s}, .output_tokens = {.remaining = 0, .reset = 3s}}) == 3s);
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
