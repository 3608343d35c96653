// SPDX-License-Identifier: BSL-1.0
#pragma once
// What an answer says of the account's rate limits: how much there is, how much is left, and when it is whole again.

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <grit/llm/error/retry_after.hpp>
#include <grit/llm/http/headers.hpp>

namespace grit::inline GRIT_ABI::llm {

/// One limit; empty where the answer does not say, or says what cannot be read.
struct RateLimit {
    std::optional<std::int64_t> limit = {};
    std::optional<std::int64_t> remaining = {};
    /// From now until the limit is whole again; zero if it is.
    std::optional<std::chrono::nanoseconds> reset = {};

    friend bool operator==(RateLimit const&, RateLimit const&) = default;
};

/// The limits that OpenAI and Anthropic tell of. Only Anthropic counts input and output on their own.
struct RateLimits {
    RateLimit requests = {};
    RateLimit tokens = {};
    RateLimit input_tokens = {};
    RateLimit output_tokens = {};

    friend bool operator==(RateLimits const&, RateLimits const&) = default;
};

/// Reads a point in time as Anthropic writes it, `2025-06-02T15:15:48Z`; a fraction of a second and an offset may stand
/// in it. Returns: nothing for anything else. Source: RFC 3339, 5.6.
constexpr std::optional<std::chrono::sys_seconds> parse_rfc3339(std::string_view text) {
    using namespace std::chrono;
    detail::DateReader reader{text};
    auto const date_year = reader.digits(4);
    reader.literal("-");
    auto const date_month = reader.digits(2);
    reader.literal("-");
    auto const date_day = reader.digits(2);
    if (reader.rest.starts_with("t")) reader.literal("t");
    else reader.literal("T");
    auto const clock = detail::read_clock(reader);
    if (reader.rest.starts_with(".")) {
        reader.literal(".");
        reader.digits(1);
        reader.rest.remove_prefix(std::min(reader.rest.find_first_not_of("0123456789"), reader.rest.size()));
    }
    seconds offset{0};
    if (reader.rest == "Z" || reader.rest == "z") {
        reader.rest = {};
    } else {
        bool const west = reader.rest.starts_with("-");
        reader.literal(west ? "-" : "+");
        auto const hour = reader.digits(2);
        reader.literal(":");
        auto const minute = reader.digits(2);
        reader.good = reader.good && hour < 24 && minute < 60;
        offset = hours{hour} + minutes{minute};
        if (west) offset = -offset;
    }
    auto const local = detail::finish_date(reader, date_year, date_month - 1, date_day, clock);
    if (!local) return std::nullopt;
    return *local - offset;
}

namespace detail {

/// Azure sends -1 where it does not know.
constexpr std::optional<std::int64_t> parse_count(std::string_view text) {
    if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    std::int64_t count = 0;
    for (char const c : text) {
        if (count > (most - 9) / 10) return most;
        count = count * 10 + (c - '0');
    }
    return count;
}

constexpr std::optional<Nanoseconds> parse_reset(std::string_view text, SystemTime now) {
    if (auto const wait = parse_retry_after(text, now)) return wait;
    auto const then = parse_rfc3339(text);
    if (!then) return std::nullopt;
    auto const whole = *then - std::chrono::floor<std::chrono::seconds>(now);
    if (whole <= std::chrono::seconds{0}) return Nanoseconds{0}; // a year long ago does not fit into nanoseconds either
    if (whole > std::chrono::duration_cast<std::chrono::seconds>(Nanoseconds::max())) return Nanoseconds::max();
    return std::max(Nanoseconds{whole} - Nanoseconds{now - std::chrono::floor<std::chrono::seconds>(now)},
                    Nanoseconds{0});
}

} // namespace detail

/// Reads what the header fields of an answer say of limits: `x-ratelimit-remaining-tokens` and its like of OpenAI,
/// `anthropic-ratelimit-tokens-remaining` and its like of Anthropic. `now` is what a point in time is compared with.
inline RateLimits find_rate_limits(Headers const& headers, std::chrono::system_clock::time_point now) {
    RateLimits limits;
    auto const read = [&](RateLimit& limit, std::string_view part, std::string_view value) {
        if (part == "limit") limit.limit = detail::parse_count(value);
        if (part == "remaining") limit.remaining = detail::parse_count(value);
        if (part == "reset") limit.reset = detail::parse_reset(value, now);
    };
    auto const what = [&](std::string_view name) -> RateLimit* {
        if (name == "requests") return &limits.requests;
        if (name == "tokens") return &limits.tokens;
        if (name == "input-tokens") return &limits.input_tokens;
        if (name == "output-tokens") return &limits.output_tokens;
        return nullptr;
    };
    for (auto const& field : headers) {
        std::string name = field.name;
        std::ranges::transform(name, name.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
        std::string_view rest = name;
        constexpr std::string_view openai = "x-ratelimit-";
        constexpr std::string_view anthropic = "anthropic-ratelimit-";
        if (rest.starts_with(openai)) {
            rest.remove_prefix(openai.size());
            auto const dash = rest.find('-');
            if (dash == rest.npos) continue;
            if (auto* const limit = what(rest.substr(dash + 1))) read(*limit, rest.substr(0, dash), field.value);
        } else if (rest.starts_with(anthropic)) {
            rest.remove_prefix(anthropic.size());
            auto const dash = rest.rfind('-');
            if (dash == rest.npos) continue;
            if (auto* const limit = what(rest.substr(0, dash))) read(*limit, rest.substr(dash + 1), field.value);
        }
    }
    return limits;
}

/// Returns: how long until there is something again of what an answer calls used up: the longest reset of the limits of
/// which nothing remains, or the one of a server that has a single limit (`x-ratelimit-reset`, `ratelimit-reset`).
inline std::optional<std::chrono::nanoseconds> find_reset_wait(RateLimits const& limits, Headers const& headers,
                                                               std::chrono::system_clock::time_point now) {
    std::optional<std::chrono::nanoseconds> longest;
    for (auto const* const limit : {&limits.requests, &limits.tokens, &limits.input_tokens, &limits.output_tokens})
        if (limit->remaining == 0 && limit->reset) longest = std::max(longest.value_or(*limit->reset), *limit->reset);
    for (auto const* const name : {"x-ratelimit-reset", "ratelimit-reset"})
        if (auto const value = headers.find(name); value && !longest) longest = detail::parse_reset(*value, now);
    return longest;
}

} // namespace grit::inline GRIT_ABI::llm
