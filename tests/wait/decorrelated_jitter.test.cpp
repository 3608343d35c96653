// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/decorrelated_jitter.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("WaitDecorrelatedJitter draws from the base to three times the wait before", "[wait]") {
    using Wait = WaitDecorrelatedJitter<1s, 20s>;
    STATIC_REQUIRE(walk<4>(Wait{}, highest) == std::array<Duration, 4>{3s, 9s, 20s, 20s});
    STATIC_REQUIRE(walk<4>(Wait{}, lowest) == std::array<Duration, 4>{1s, 1s, 1s, 1s});
    STATIC_REQUIRE(bounds_at(Wait{}, 1) == Bounds{1s, 3s});
    STATIC_REQUIRE(bounds_at(Wait{}, 2) == Bounds{1s, 9s});
    STATIC_REQUIRE(bounds_at(Wait{}, 1'000'000'000) == Bounds{1s, 20s});
    STATIC_REQUIRE(std::is_empty_v<WaitDecorrelatedJitter<1s, 1s>>);

    REQUIRE(walk<4>(WaitDecorrelatedJitter{1s, 20s}, highest) == std::array<Duration, 4>{3s, 9s, 20s, 20s});
}

TEST_CASE("WaitDecorrelatedJitter keeps its bounds when another policy chose the wait before", "[wait]") {
    constexpr WaitDecorrelatedJitter<1s, 20s> wait;
    STATIC_REQUIRE(wait.bounds(wait.next(wait.first(), 1h)) == Bounds{1s, 9s});
    STATIC_REQUIRE(wait.bounds(wait.next(wait.first(), 0s)) == Bounds{1s, 3s});
}

TEST_CASE("WaitDecorrelatedJitter stays within its bounds in 100 000 draws", "[wait]") {
    Drawn const drawn = draw_many(WaitDecorrelatedJitter<100ms, 5s>{});
    REQUIRE(drawn.outside == 0);
    REQUIRE(drawn.seen.least < 101ms);
    REQUIRE(drawn.seen.most > 4990ms);
}

TEST_CASE("WaitDecorrelatedJitter saturates", "[wait]") {
    constexpr auto huge = Duration::max();
    STATIC_REQUIRE(value_at(WaitDecorrelatedJitter<huge, huge>{}, 1'000'000'000, highest) == huge / 3);
    REQUIRE(walk<2>(WaitDecorrelatedJitter{1s, huge}, highest) == std::array<Duration, 2>{3s, 9s});
}

TEST_CASE("WaitDecorrelatedJitter rejects a base of zero or above the maximum", "[wait]") {
    REQUIRE_THROWS_WITH((WaitDecorrelatedJitter{0s, 1s}),
                        Catch::Matchers::ContainsSubstring("grit: 'WaitDecorrelatedJitter'"));
    REQUIRE_THROWS_AS((WaitDecorrelatedJitter{2s, 1s}), std::invalid_argument);
    REQUIRE(value_at(WaitDecorrelatedJitter{1s, 1s}, 1, highest) == 1s);
}
