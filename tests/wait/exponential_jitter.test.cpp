// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/exponential_jitter.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("WaitExponentialJitter adds a random wait to the exponential one", "[wait]") {
    using Wait = WaitExponentialJitter<1s, 60s, 1s>;
    STATIC_REQUIRE(walk<4>(Wait{}, lowest) == std::array<Duration, 4>{1s, 2s, 4s, 8s});
    STATIC_REQUIRE(walk<4>(Wait{}, highest) == std::array<Duration, 4>{2s, 3s, 5s, 9s});
    STATIC_REQUIRE(bounds_at(Wait{}, 3) == Bounds{4s, 5s});
    STATIC_REQUIRE(std::is_empty_v<Wait>);

    REQUIRE(walk<4>(WaitExponentialJitter{1s, 60s, 1s}, highest) == std::array<Duration, 4>{2s, 3s, 5s, 9s});
    REQUIRE(walk<3>(WaitExponentialJitter{1s, 60s, 1s, 3}) == std::array<Duration, 3>{1s, 3s, 9s});
    REQUIRE(walk<3>(WaitExponentialJitter{1s, 60s, 1s, 3, 2s}) == std::array<Duration, 3>{2s, 3s, 9s});
}

TEST_CASE("WaitExponentialJitter keeps its jitter at the maximum", "[wait]") {
    STATIC_REQUIRE(bounds_at(WaitExponentialJitter<1s, 60s, 5s>{}, 1'000'000'000) == Bounds{55s, 60s});
    STATIC_REQUIRE(bounds_at(WaitExponentialJitter<29s, 60s, 5s>{}, 2) == Bounds{55s, 60s});
    STATIC_REQUIRE(bounds_at(WaitExponentialJitter<1s, 4s, 10s>{}, 1) == Bounds{0s, 4s});
    STATIC_REQUIRE(bounds_at(WaitExponentialJitter<1s, 4s, 10s, 2, 500ms>{}, 9) == Bounds{500ms, 4s});
    STATIC_REQUIRE(bounds_at(WaitExponentialJitter<1s, 60s, 0s>{}, 9) == Bounds{60s, 60s});
}

TEST_CASE("WaitExponentialJitter stays within its bounds in 100 000 draws", "[wait]") {
    Drawn const drawn = draw_many(WaitExponentialJitter<1s, 20s, 3s>{});
    REQUIRE(drawn.outside == 0);
    REQUIRE(drawn.seen.least < 1010ms);
    REQUIRE(drawn.seen.most > 19'990ms);
    REQUIRE(draw_many(WaitExponentialJitter{1s, 4s, 10s}).outside == 0);
}

TEST_CASE("WaitExponentialJitter saturates", "[wait]") {
    constexpr auto huge = Duration::max();
    STATIC_REQUIRE(value_at(WaitExponentialJitter<1s, huge, huge>{}, 1'000'000'000, highest) == huge / 2);
    STATIC_REQUIRE(value_at(WaitExponentialJitter<1s, huge, huge, 1'000>{}, 1'000'000'000, highest) == huge);
}

TEST_CASE("WaitExponentialJitter rejects a negative jitter", "[wait]") {
    REQUIRE_THROWS_WITH((WaitExponentialJitter{1s, 2s, -1s}),
                        Catch::Matchers::ContainsSubstring("grit: 'WaitExponentialJitter'"));
    REQUIRE_THROWS_AS((WaitExponentialJitter{2s, 1s, 1s}), std::invalid_argument);
    REQUIRE(value_at(WaitExponentialJitter{1s, 2s, 0s}, 1, highest) == 1s);
}
