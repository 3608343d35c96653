// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/random_exponential.hpp>

#include <grit/wait/jitter.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("WaitRandomExponential draws from its minimum to the exponential wait", "[wait]") {
    using Wait = WaitRandomExponential<1s, 5s>;
    STATIC_REQUIRE(walk<4>(Wait{}, highest) == std::array<Duration, 4>{1s, 2s, 4s, 5s});
    STATIC_REQUIRE(walk<4>(Wait{}, lowest) == std::array<Duration, 4>{0s, 0s, 0s, 0s});
    STATIC_REQUIRE(bounds_at(Wait{}, 1'000'000'000) == Bounds{0s, 5s});
    STATIC_REQUIRE(bounds_at(WaitRandomExponential<1s, 5s, 3, 2s>{}, 2) == Bounds{2s, 3s});
    STATIC_REQUIRE(bounds_at(WaitRandomExponential<1s, 5s, 3, 2s>{}, 1) == Bounds{2s, 2s});
    STATIC_REQUIRE(std::is_empty_v<Wait>);

    REQUIRE(walk<4>(WaitRandomExponential{1s, 5s}, highest) == std::array<Duration, 4>{1s, 2s, 4s, 5s});
    REQUIRE(walk<3>(WaitRandomExponential{8s, 60s, Factor{3, 2}}, highest) == std::array<Duration, 3>{8s, 12s, 18s});
    REQUIRE(bounds_at(WaitRandomExponential{1s, 5s, 3, 2s}, 2) == Bounds{2s, 3s});
}

TEST_CASE("WaitRandomExponential without a minimum is full jitter", "[wait]") {
    for (std::uint64_t const bits : {lowest, highest, highest / 3, highest / 7})
        REQUIRE(walk<8>(WaitRandomExponential<1s, 60s>{}, bits) ==
                walk<8>(WaitJitter<WaitExponential<1s, 60s>, 100>{}, bits));
}

TEST_CASE("WaitRandomExponential stays within its bounds in 100 000 draws", "[wait]") {
    Drawn const drawn = draw_many(WaitRandomExponential<1s, 20s, 2, 500ms>{});
    REQUIRE(drawn.outside == 0);
    REQUIRE(drawn.seen.least < 501ms);
    REQUIRE(drawn.seen.most > 19'990ms);
}

TEST_CASE("WaitRandomExponential rejects what WaitExponential rejects", "[wait]") {
    REQUIRE_THROWS_AS((WaitRandomExponential{2s, 1s}), std::invalid_argument);
    REQUIRE_THROWS_AS((WaitRandomExponential{1s, 2s, 2, 3s}), std::invalid_argument);
}
