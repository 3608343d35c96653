// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/incrementing.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("WaitIncrementing adds a step at each attempt up to its maximum", "[wait]") {
    using Wait = WaitIncrementing<1s, 2s, 6s>;
    STATIC_REQUIRE(walk<5>(Wait{}) == std::array<Duration, 5>{1s, 3s, 5s, 6s, 6s});
    STATIC_REQUIRE(value_at(Wait{}, 3) == 5s);
    STATIC_REQUIRE(value_at(Wait{}, 1'000'000'000) == 6s);
    STATIC_REQUIRE(bounds_at(Wait{}, 2) == Bounds{3s, 3s});
    STATIC_REQUIRE(std::is_empty_v<WaitIncrementing<1s, 1s, 1s>>);

    REQUIRE(walk<5>(WaitIncrementing{1s, 2s, 6s}) == std::array<Duration, 5>{1s, 3s, 5s, 6s, 6s});
}

TEST_CASE("WaitIncrementing goes down to zero with a negative step, from above the maximum if need be", "[wait]") {
    STATIC_REQUIRE(walk<5>(WaitIncrementing<10s, -4s, 8s>{}) == std::array<Duration, 5>{8s, 6s, 2s, 0s, 0s});
    STATIC_REQUIRE(value_at(WaitIncrementing<10s, -4s, 8s>{}, 1'000'000'000) == 0s);
    STATIC_REQUIRE(value_at(WaitIncrementing<10s, 0s, 8s>{}, 1'000'000'000) == 8s);
}

TEST_CASE("WaitIncrementing is the same in closed form and step by step", "[wait]") {
    for (auto const step : {-3s, 0s, 1s, 7s}) {
        WaitIncrementing const wait{20s, step, 50s};
        auto const waits = walk<20>(wait);
        for (int n = 1; n <= 20; ++n) REQUIRE(value_at(wait, n) == waits[static_cast<std::size_t>(n) - 1]);
    }
}

TEST_CASE("WaitIncrementing saturates at both ends", "[wait]") {
    constexpr auto huge = Duration::max();
    STATIC_REQUIRE(walk<3>(WaitIncrementing<1s, huge, huge>{}) == std::array<Duration, 3>{1s, huge, huge});
    STATIC_REQUIRE(value_at(WaitIncrementing<1s, huge, huge>{}, 1'000'000'000) == huge);
    STATIC_REQUIRE(value_at(WaitIncrementing<huge, -huge, huge>{}, 1'000'000'000) == 0s);
    REQUIRE(value_at(WaitIncrementing{huge, Duration::min(), huge}, 2) == 0s);
    REQUIRE(walk<2>(WaitIncrementing{huge, Duration::min(), huge}) == std::array<Duration, 2>{huge, 0s});
}

TEST_CASE("WaitIncrementing rejects a negative start or maximum", "[wait]") {
    REQUIRE_THROWS_WITH((WaitIncrementing{-1s, 1s, 5s}),
                        Catch::Matchers::ContainsSubstring("grit: 'WaitIncrementing'"));
    REQUIRE_THROWS_AS((WaitIncrementing{1s, 1s, -5s}), std::invalid_argument);
    REQUIRE(walk<2>(WaitIncrementing{0s, 1s, 5s}) == std::array<Duration, 2>{0s, 1s});
    REQUIRE(walk<2>(WaitIncrementing{1s, 1s, 0s}) == std::array<Duration, 2>{0s, 0s});
}
