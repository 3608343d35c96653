// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/error/retry_after.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

TEST_CASE("Retry-After with its units, and as Unix time") {
    CHECK(read("20s") == 20s);
    CHECK(read("1m30s") == 90s);
    CHECK(read("500ms") == 500ms);
    CHECK(read("34.07s") == 34070ms);
    CHECK(read("1696004857") == 60s);
    CHECK(read("1696004857.25") == 60250ms);
    CHECK(read("1696004857250") == 60250ms);
    CHECK(read("1696004797") == 0s);
    CHECK(read("1000000000") == 0s);
    CHECK(read("999999999") == 999999999s);
    CHECK(parse_retry_after("1696004857", now + 400ms) == 59600ms);
}

TEST_CASE("the wait in a sentence for a person") {
    struct Row {
        char const* message;
        std::optional<nanoseconds> wait;
    };
    for (auto const& row : std::vector<Row>{
             {"Rate limit reached for gpt-4o: Limit 30000, Used 28000. Please try again in 7.66s. Visit https://x.",
              7660ms},
             {"Please try again in 20ms.", 20ms},
             {"Please try again in 1m30s", 90s},
             {"please try again in 1h2m3.5s.", 1h + 2min + 3500ms},
             {"PLEASE TRY AGAIN IN 2 MINUTES", 2min},
             {"Please retry after 27 seconds.", 27s},
             {"Please retry in 34.074824224s.", 34074824224ns},
             {"You can try again after 1 minute and 30 seconds", 90s},
             {"Please wait 1 second before the next request", 1s},
             {"Too fast: wait 250 milliseconds", 250ms},
             {"Please wait. Then try again in 3 days", 72h},
             {"try again in 99999999999999999999h", nanoseconds::max()},
             {"try again in 9000000000s 9000000000s", nanoseconds::max()},
             {"Please try again later", none},
             {"try again in a moment", none},
             {"try again in 7", none},
             {"try again in 7 attempts", none},
             {"try again in -7s", none},
             {"it took 7.66s", none},
             {"retry after ", none},
             {"", none}}) {
        CAPTURE(row.message);
        CHECK(find_told_wait(row.message) == row.wait);
    }
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
    CHECK(find_retry_after({{"x-ms-retry-after-ms", "20"}, {"retry-after", "7"}}, now) == 20ms);
    CHECK(find_retry_after({}, now) == none);
}

TEST_CASE("Retry-After is read in a constant expression too") {
    STATIC_REQUIRE(parse_retry_after("1.5", now) == 1500ms);
    STATIC_REQUIRE(parse_retry_after("Fri, 29 Sep 2023 16:26:57 GMT", now) == 20s);
}
