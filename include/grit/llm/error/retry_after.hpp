// SPDX-License-Identifier: BSL-1.0
#pragma once
// How long a server asks to be left alone: Retry-After-Ms, Retry-After in each of its forms, a sentence for a person.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <grit/llm/http/headers.hpp>

namespace grit::inline GRIT_ABI::llm {

namespace detail {

using Nanoseconds = std::chrono::nanoseconds;
using SystemTime = std::chrono::system_clock::time_point;

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

/// Takes what it reads off the front of a text; after the first mismatch nothing matches any more.
struct DateReader {
    std::string_view rest;
    bool good = true;

    constexpr void literal(std::string_view text) {
        good = good && rest.starts_with(text);
        rest.remove_prefix(good ? text.size() : 0);
    }

    constexpr int digits(std::size_t count) {
        good = good && rest.size() >= count && std::ranges::all_of(rest.substr(0, count), is_digit);
        int value = 0;
        for (std::size_t i = 0; good && i < count; ++i) {
            value = value * 10 + (rest[i] - '0');
        }
        rest.remove_prefix(good ? count : 0);
        return value;
    }

    template <std::size_t N>
    constexpr int one_of(std::array<std::string_view, N> const& names) {
        auto const found = std::ranges::find_if(names, [&](std::string_view name) { return rest.starts_with(name); });
        good = good && found != names.end();
        rest.remove_prefix(good ? found->size() : 0);
        return static_cast<int>(found - names.begin());
    }
};

inline constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
inline constexpr std::array<std::string_view, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
inline constexpr std::array<std::string_view, 7> long_days{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                           "Friday", "Saturday", "Sunday"};

constexpr std::chrono::seconds read_clock(DateReader& reader) {
    auto const hour = reader.digits(2);
    reader.literal(":");
    auto const minute = reader.digits(2);
    reader.literal(":");
    auto const second = reader.digits(2);
    reader.good = reader.good && hour < 24 && minute < 60 && second <= 60;
    return std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

constexpr std::optional<std::chrono::sys_seconds> finish_date(DateReader const& reader, int year, int month, int day,
                                                              std::chrono::seconds clock) {
    std::chrono::year_month_day const date{std::chrono::year{year},
                                           std::chrono::month{static_cast<unsigned>(month + 1)},
                                           std::chrono::day{static_cast<unsigned>(day)}};
    if (!reader.good || !reader.rest.empty() || !date.ok()) {
        return std::nullopt;
    }
    return std::chrono::sys_days{date} + clock;
}

} // namespace detail

/// Reads a date of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT` or one of the two obsolete forms.
///
/// Returns: nothing unless the whole of `text` is such a date. `now` decides the century of a year of two digits.
/// Source: RFC 9110, 5.6.7.
constexpr std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text, detail::SystemTime now) {
    using namespace detail;
    DateReader fixed{text};
    fixed.one_of(days);
    fixed.literal(", ");
    if (fixed.good) {
        auto const day = fixed.digits(2);
        fixed.literal(" ");
        auto const month = fixed.one_of(months);
        fixed.literal(" ");
        auto const year = fixed.digits(4);
        fixed.literal(" ");
        auto const clock = read_clock(fixed);
        fixed.literal(" GMT");
        return finish_date(fixed, year, month, day, clock);
    }
    DateReader rfc850{text};
    rfc850.one_of(long_days);
    rfc850.literal(", ");
    if (rfc850.good) {
        auto const day = rfc850.digits(2);
        rfc850.literal("-");
        auto const month = rfc850.one_of(months);
        rfc850.literal("-");
        auto const two_digits = rfc850.digits(2);
        rfc850.literal(" ");
        auto const clock = read_clock(rfc850);
        rfc850.literal(" GMT");
        auto const today = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(now)};
        auto const this_year = static_cast<int>(today.year());
        auto year = this_year - this_year % 100 + two_digits;
        year -= year > this_year + 50 ? 100 : 0;
        return finish_date(rfc850, year, month, day, clock);
    }
    DateReader asctime{text};
    asctime.one_of(days);
    asctime.literal(" ");
    auto const month = asctime.one_of(months);
    asctime.literal(" ");
    auto const padded = asctime.rest.starts_with(' ');
    asctime.literal(padded ? " " : "");
    auto const day = asctime.digits(padded ? 1 : 2);
    asctime.literal(" ");
    auto const clock = read_clock(asctime);
    asctime.literal(" ");
    auto const year = asctime.digits(4);
    return finish_date(asctime, year, month, day, clock);
}

/// Reads a number of `unit`s, such as "20" or "0.5".
///
/// Returns: nothing unless the whole of `text` is digits with at most one point; the longest duration for one that is
/// longer.
constexpr std::optional<std::chrono::nanoseconds> parse_delay(std::string_view text, std::chrono::nanoseconds unit) {
    auto const point = std::min(text.find('.'), text.size());
    auto const whole = text.substr(0, point);
    auto fraction = text.substr(std::min(point + 1, text.size()));
    if (whole.empty() || !std::ranges::all_of(whole, detail::is_digit) ||
        !std::ranges::all_of(fraction, detail::is_digit)) {
        return std::nullopt;
    }
    using Count = std::chrono::nanoseconds::rep;
    constexpr auto longest = std::numeric_limits<Count>::max();
    Count count = 0;
    for (char const c : whole) {
        if (count > (longest - 9) / 10) {
            return std::chrono::nanoseconds::max();
        }
        count = count * 10 + (c - '0');
    }
    Count part = 0;
    Count scale = unit.count();
    for (; !fraction.empty() && scale >= 10; fraction.remove_prefix(1)) {
        scale /= 10;
        part += (fraction.front() - '0') * scale;
    }
    if (count > (longest - part) / unit.count()) {
        return std::chrono::nanoseconds::max();
    }
    return std::chrono::nanoseconds{count * unit.count() + part};
}

/// Reads a duration as OpenAI writes it: `1s`, `120ms`, `6m0s`, `1h2m3.5s`, `1d`.
///
/// Returns: nothing unless the whole of `text` is one; the longest duration for one that is longer.
constexpr std::optional<std::chrono::nanoseconds> parse_spelled_duration(std::string_view text) {
    using namespace std::chrono;
    struct Unit {
        std::string_view name;
        nanoseconds length;
    };
    // "ms" before "m", so that the longer name is tried first.
    constexpr Unit units[] = {{"ns", nanoseconds{1}}, {"us", microseconds{1}}, {"ms", milliseconds{1}},
                              {"s", seconds{1}},      {"m", minutes{1}},       {"h", hours{1}},
                              {"d", hours{24}}};
    if (text.empty()) return std::nullopt;
    nanoseconds sum{0};
    while (!text.empty()) {
        auto const number = text.substr(0, text.find_first_not_of("0123456789."));
        text.remove_prefix(number.size());
        Unit const* found = nullptr;
        for (auto const& unit : units)
            if (found == nullptr && text.starts_with(unit.name)) found = &unit;
        if (found == nullptr) return std::nullopt;
        text.remove_prefix(found->name.size());
        auto const part = parse_delay(number, found->length);
        if (!part) return std::nullopt;
        sum = *part > nanoseconds::max() - sum ? nanoseconds::max() : sum + *part;
    }
    return sum;
}

/// Reads the value of a Retry-After field: a number of seconds, a date, or one of the forms that providers use beside
/// these: a duration with its units, and Unix time in seconds or milliseconds, which no wait of thirty years is taken
/// for.
///
/// Returns: nothing for what is neither; zero for a date that has passed; the longest duration for one that is longer,
/// so that whoever bounds the wait sees that the bound is exceeded. Source: RFC 9110, 10.2.3; fractions of a second are
/// read because providers send them.
constexpr std::optional<std::chrono::nanoseconds> parse_retry_after(std::string_view text, detail::SystemTime now) {
    if (auto const delay = parse_delay(text, std::chrono::seconds{1})) {
        auto const since_1970 = std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch());
        auto const until = [&](std::chrono::nanoseconds then) {
            return std::max(then - since_1970, std::chrono::nanoseconds{0});
        };
        auto const digits = std::min(text.find('.'), text.size());
        if (digits == 10 && text.front() < '5') {
            return until(*delay);
        }
        if (digits == 13 && text.front() < '5') {
            return until(*parse_delay(text, std::chrono::milliseconds{1}));
        }
        return delay;
    }
    if (auto const spelled = parse_spelled_duration(text)) {
        return spelled;
    }
    auto const date = parse_http_date(text, now);
    if (!date) {
        return std::nullopt;
    }
    // Whole seconds first: a year that HTTP can write does not fit into nanoseconds.
    auto const second = std::chrono::floor<std::chrono::seconds>(now);
    auto const seconds = *date - second;
    if (seconds > std::chrono::duration_cast<std::chrono::seconds>(std::chrono::nanoseconds::max())) {
        return std::chrono::nanoseconds::max();
    }
    if (seconds <= std::chrono::seconds{0}) {
        return std::chrono::nanoseconds{0};
    }
    return std::chrono::nanoseconds{seconds} - std::chrono::nanoseconds{now - second};
}

/// Finds the wait in a sentence for a person: "Please try again in 7.66s", "retry after 27 seconds", "in 1m30s".
///
/// Returns: nothing unless a number and its unit follow such words; the longest duration for one that is longer.
inline std::optional<std::chrono::nanoseconds> find_told_wait(std::string_view message) {
    using namespace std::chrono;
    struct Unit {
        std::string_view name;
        nanoseconds length;
    };
    constexpr std::array<Unit, 20> units{
        {{"ns", nanoseconds{1}}, {"us", microseconds{1}}, {"ms", milliseconds{1}}, {"s", seconds{1}},
         {"m", minutes{1}},      {"h", hours{1}},         {"d", hours{24}},        {"sec", seconds{1}},
         {"secs", seconds{1}},   {"second", seconds{1}},  {"seconds", seconds{1}}, {"min", minutes{1}},
         {"mins", minutes{1}},   {"minute", minutes{1}},  {"minutes", minutes{1}}, {"hour", hours{1}},
         {"hours", hours{1}},    {"day", hours{24}},      {"days", hours{24}},     {"milliseconds", milliseconds{1}}}};
    std::string lower{message};
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    for (std::string_view const words : {"try again in ", "retry in ", "again after ", "retry after ", "wait "}) {
        auto const found = lower.find(words);
        if (found == lower.npos) continue;
        auto rest = std::string_view{lower}.substr(found + words.size());
        std::optional<nanoseconds> sum;
        while (true) {
            if (sum && rest.starts_with(" and ")) rest.remove_prefix(5);
            if (sum && rest.starts_with(' ')) rest.remove_prefix(1);
            auto const number = rest.substr(0, rest.find_first_not_of("0123456789."));
            rest.remove_prefix(number.size());
            if (rest.starts_with(' ')) rest.remove_prefix(1);
            auto const name = rest.substr(0, rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz"));
            rest.remove_prefix(name.size());
            auto const* const unit = std::ranges::find(units, name, &Unit::name);
            auto const part = unit == units.end() ? std::nullopt : parse_delay(number, unit->length);
            if (!part) break;
            sum = *part > nanoseconds::max() - sum.value_or(nanoseconds{0}) ? nanoseconds::max()
                                                                            : sum.value_or(nanoseconds{0}) + *part;
        }
        if (sum) return sum;
    }
    return std::nullopt;
}

/// Reads what a response asks for: Retry-After-Ms if it can be read, else Retry-After.
inline std::optional<std::chrono::nanoseconds> find_retry_after(Headers const& headers, detail::SystemTime now) {
    for (auto const* const name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
        if (auto const value = headers.find(name)) {
            if (auto const delay = parse_delay(*value, std::chrono::milliseconds{1})) {
                return delay;
            }
        }
    }
    auto const value = headers.find("retry-after");
    return value ? parse_retry_after(*value, now) : std::nullopt;
}

} // namespace grit::inline GRIT_ABI::llm
