// SPDX-License-Identifier: BSL-1.0
#include <grit/time/manual.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

constexpr bool works_in_a_constant_expression() {
    ManualTime time{5s};
    time.sleep(2s);
    time.advance(1s);
    time.sleep(3s);
    return time.now() == TimePoint{11s} && time.slept() == std::vector<Duration>{2s, 3s};
}

} // namespace

TEST_CASE("ManualTime moves when it is slept on or told to, and remembers the sleeps") {
    STATIC_REQUIRE(works_in_a_constant_expression());
    REQUIRE(works_in_a_constant_expression());

    ManualTime time;
    REQUIRE(time.now() == TimePoint{});
    REQUIRE(time.slept().empty());
    time.advance(1h);
    REQUIRE(time.now() == TimePoint{1h});
    REQUIRE(time.slept().empty());
    time.sleep(10min);
    REQUIRE(time.now() == TimePoint{70min});
    REQUIRE(time.slept() == std::vector<Duration>{10min});
}

TEST_CASE("ManualTime starts at any time and stays at the last one") {
    using Years = std::chrono::years;
    REQUIRE(ManualTime{Years{290}}.now() == TimePoint{Years{290}});

    ManualTime time{Duration::max() - 1s};
    time.sleep(2s);
    REQUIRE(time.now() == TimePoint::max());
    time.advance(std::chrono::hours::max());
    REQUIRE(time.now() == TimePoint::max());
    REQUIRE(time.slept() == std::vector<Duration>{2s});
}

TEST_CASE("ManualTime is a time") { STATIC_REQUIRE(TimeSource<ManualTime>); }

TEST_CASE("the sleeps of a ManualTime are a range, and become a container where one is wanted") {
    ManualTime time;
    for (int i = 1; i <= 20; ++i) time.sleep(i * 1s);
    std::vector<Duration> const copied = time.slept();
    REQUIRE(copied.size() == 20);
    REQUIRE(time.slept() == copied);
    REQUIRE(copied == time.slept());
    REQUIRE(time.slept().front() == 1s);
    REQUIRE(time.slept().back() == 20s);
    REQUIRE_FALSE(time.slept() == std::vector<Duration>{1s});

    Sleeps first = time.slept();
    Sleeps second;
    REQUIRE(second.empty());
    second = first;
    time.sleep(1s);
    REQUIRE(second == copied);
    first = static_cast<Sleeps&&>(second);
    REQUIRE(first == copied);
}
