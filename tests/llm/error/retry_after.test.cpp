// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/error/retry_after.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using std::chrono::nanoseconds;
using std::chrono::sys_days;
using std::chrono::system_clock;

namespace {

constexpr std::optional<nanoseconds> none;
// Friday, 29 September 2023, 16:26:37 GMT
constexpr system_clock::time_point now{1696004797s};

std::optional<nanoseconds> read(std::string_view text) { return parse_retry_after(text, now); }

} // namespace

TEST_CASE("Retry-After in seconds") {
    CHECK(read("20") == 20s);
    CHECK(read("0") == 0s);
    CHECK(read("60") == 60s);
    CHECK(read("61") == 61s);
    CHECK(read("120") == 120s);
    CHECK(read("00120") == 120s);
    CHECK(read("1.5") == 1500ms);
    CHECK(read("0.125") == 125ms);
    CHECK(read("2.") == 2s);
    CHECK(read("0.0000000019") == 1ns);
}

TEST_CASE("Retry-After that asks for more than there is time is the longest wait, not none") {
    CHECK(read("9223372036") == nanoseconds{9223372036s});
    CHECK(read("9223372037") == nanoseconds::max());
    CHECK(read("99999999999999999999999999999999999") == nanoseconds::max());
    CHECK(read("9223372036854775807") == nanoseconds::max());
    CHECK(read("Fri, 31 Dec 9999 23:59:59 GMT") == nanoseconds::max());
}

TEST_CASE("Retry-After that is no delay is none") {
    for (char const* const text : {"",
                                   " ",
                                   "-10",
                                   "-3",
                                   "+3",
                                   "inf",
                                   "nan",
                                   "-inf",
                                   "Infinity",
                                   "1e3",
                                   "0x10",
                                   "1,5",
                                   "1.2.3",
                                   ".5",
                                   ".",
                                   "20 s",
                                   " 20",
                                   "soon",
                                   "Zun, 29 Sep 2023 16:26:27 GMT",
                                   "Fri, 29 Sep 100000 16:26:57 GMT",
                                   "Fri, 29 Sep 2023 16:26:57",
                                   "Fri, 29 Sep 2023",
                                   "Fri, 29 Sep 2023 16:26:57 GMT ",
                                   "Fri, 29 Sep 2023 16:26:57 CET",
                                   "Fri, 31 Sep 2023 16:26:57 GMT",
                                   "Fri, 00 Sep 2023 16:26:57 GMT",
                                   "Fri, 29 Sep 2023 24:26:57 GMT",
                                   "Fri, 29 Sep 2023 16:60:57 GMT",
                                   "Fri, 29 Sep 2023 16:26:61 GMT",
                                   "Fri, 29 September 2023 16:26:57 GMT",
                                   "Fri, 9 Sep 2023 16:26:57 GMT",
                                   "Fri",
                                   "Fri, ",
                                   "Friday, 29-Sep-2023 16:26:57 GMT",
                                   "Fri Sep 29 16:26:57 23",
                                   "2023-09-29T16:26:57Z"}) {
        CAPTURE(text);
        CHECK(read(text) == none);
    }
}

TEST_CASE("Retry-After as a date is counted from now") {
    CHECK(read("Fri, 29 Sep 2023 16:26:57 GMT") == 20s);
    CHECK(read("Fri, 29 Sep 2023 16:26:37 GMT") == 0s);
    CHECK(read("Fri, 29 Sep 2023 16:26:27 GMT") == 0s);
    CHECK(read("Fri, 29 Sep 2023 16:27:37 GMT") == 60s);
    CHECK(read("Fri, 29 Sep 2023 16:27:38 GMT") == 61s);
    CHECK(read("Fri, 29 Sep 2023 16:28:37 GMT") == 120s);
    CHECK(read("Thu, 29 Feb 2024 00:00:00 GMT") == nanoseconds{sys_days{2024y / 2 / 29} - now});
    CHECK(read("Mon, 01 Jan 0001 00:00:00 GMT") == 0s);
    CHECK(parse_retry_after("Fri, 29 Sep 2023 16:26:57 GMT", now + 400ms) == 19600ms);
    CHECK(parse_retry_after("Fri, 29 Sep 2023 16:26:37 GMT", now + 400ms) == 0s);
}

TEST_CASE("Retry-After as a date of an obsolete form") {
    CHECK(read("Friday, 29-Sep-23 16:26:57 GMT") == 20s);
    CHECK(read("Fri Sep 29 16:26:57 2023") == 20s);
    CHECK(read("Sun Oct  1 16:26:37 2023") == 48h);
}

TEST_CASE("a year of two digits is at most 50 years ahead") {
    CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", now) == sys_days{1994y / 11 / 6} + 8h + 49min + 37s);
    CHECK(parse_http_date("Sunday, 06-Nov-73 08:49:37 GMT", now) == sys_days{2073y / 11 / 6} + 8h + 49min + 37s);
    CHECK(parse_http_date("Sunday, 06-Nov-74 08:49:37 GMT", now) == sys_days{1974y / 11 / 6} + 8h + 49min + 37s);
}

TEST_CASE("Retry-After-Ms is read first") {
    CHECK(find_retry_after({{"Retry-After-Ms", "120"}, {"Retry-After", "7"}}, now) == 120ms);
    CHECK(find_retry_after({{"retry-after-ms", "0"}, {"retry-after", "7"}}, now) == 0ms);
    CHECK(find_retry_after({{"retry-after-ms", "1.5"}}, now) == 1500us);
    CHECK(find_retry_after({{"retry-after-ms", "120001"}}, now) == 120001ms);
    CHECK(find_retry_after({{"retry-after-ms", "soon"}, {"retry-after", "7"}}, now) == 7s);
    CHECK(find_retry_after({{"retry-after-ms", "-5"}}, now) == none);
    CHECK(find_retry_after({{"retry-after", "Fri, 29 Sep 2023 16:26:57 GMT"}}, now) == 20s);
    CHECK(find_retry_after({}, now) == none);
}

TEST_CASE("Retry-After is read in a constant expression too") {
    STATIC_REQUIRE(parse_retry_after("1.5", now) == 1500ms);
    STATIC_REQUIRE(parse_retry_after("Fri, 29 Sep 2023 16:26:57 GMT", now) == 20s);
}
