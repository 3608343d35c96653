// SPDX-License-Identifier: BSL-1.0
// Retry-After as a server may send it: no value that it can have makes a wait negative, or depends on how it is asked.
// Input: the value.

#include <chrono>
#include <cstdio>
#include <limits>
#include <string>

#include <grit/llm/error/retry_after.hpp>

#include "fuzz/support.hpp"

namespace {

using namespace std::chrono;
using namespace grit::llm;

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789.") == text.npos && text[0] != '.' &&
           text.find('.') == text.rfind('.');
}

/// Returns: `date` as RFC 9110 wants it written.
std::string written(sys_seconds date) {
    auto const day = floor<days>(date);
    year_month_day const ymd{day};
    hh_mm_ss const clock{date - day};
    constexpr char const* names[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr char const* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    char text[64];
    std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT", names[weekday{day}.c_encoding()],
                  static_cast<unsigned>(ymd.day()), months[static_cast<unsigned>(ymd.month()) - 1],
                  static_cast<int>(ymd.year()), static_cast<int>(clock.hours().count()),
                  static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    return text;
}

void check_number(std::string_view text, nanoseconds unit) {
    auto const delay = parse_delay(text, unit);
    fuzz::require(delay.has_value() == is_number(text), "a delay is a number and nothing else");
    if (!delay) return;
    auto const exact = std::strtold(std::string{text}.c_str(), nullptr) * static_cast<long double>(unit.count());
    auto const longest = static_cast<long double>(nanoseconds::max().count());
    auto const read = static_cast<long double>(delay->count());
    if (exact >= longest * 0.99L) {
        fuzz::require(read >= longest * 0.9L, "what is too long to be counted is the longest");
    } else {
        fuzz::require(read <= exact * (1 + 1e-12L) + 1 && read >= exact * (1 - 1e-12L) - 2,
                      "a delay is what its digits say");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = fuzz::text_of(data, size);
    check_number(text, seconds{1});
    check_number(text, milliseconds{1});
    if (auto const date = parse_http_date(text, fuzz::now)) {
        // The leap second at the end of the year 9999 is a second of the year 10000, which has no way to be written.
        bool const can_be_written = year_month_day{floor<days>(*date)}.year() <= year{9999};
        fuzz::require(!can_be_written || parse_http_date(written(*date), fuzz::now) == date,
                      "a date means the same once it is written anew");
    }
    auto const wait = parse_retry_after(text, fuzz::now);
    fuzz::require(!wait || *wait >= nanoseconds{0}, "a wait is not negative");
    auto const earlier = parse_retry_after(text, fuzz::now - hours{1});
    fuzz::require(wait.has_value() == earlier.has_value(), "whether it can be read does not depend on the time");
    fuzz::require(!wait || *earlier >= *wait, "the wait until a date grows with the distance");

    Headers headers;
    headers.read_line("rEtRy-AfTeR: " + std::string{text});
    if (auto const stored = headers.find("retry-after"))
        fuzz::require(find_retry_after(headers, fuzz::now) == parse_retry_after(*stored, fuzz::now),
                      "the header field is read as its value");
    headers = {};
    headers.read_line("retry-after: 7");
    headers.read_line("Retry-After-Ms: " + std::string{text});
    auto const preferred = headers.find("retry-after-ms");
    auto const ms = preferred ? parse_delay(*preferred, milliseconds{1}) : std::nullopt;
    fuzz::require(find_retry_after(headers, fuzz::now) == ms.value_or(seconds{7}),
                  "milliseconds come first if readable");
    return 0;
}
