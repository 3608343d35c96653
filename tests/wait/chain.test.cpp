// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/chain.hpp>

#include <grit/wait/decorrelated_jitter.hpp>
#include <grit/wait/exponential.hpp>
#include <grit/wait/fixed.hpp>
#include <grit/wait/random.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("WaitChain takes its parts in turn and stays with the last", "[wait]") {
    using Wait = WaitChain<WaitFixed<1s>, WaitFixed<5s>, WaitFixed<30s>>;
    STATIC_REQUIRE(walk<5>(Wait{}) == std::array<Duration, 5>{1s, 5s, 30s, 30s, 30s});
    STATIC_REQUIRE(value_at(Wait{}, 1) == 1s);
    STATIC_REQUIRE(value_at(Wait{}, 2) == 5s);
    STATIC_REQUIRE(value_at(Wait{}, 1'000'000'000) == 30s);
    STATIC_REQUIRE(bounds_at(Wait{}, 2) == Bounds{5s, 5s});
    STATIC_REQUIRE(sizeof(WaitChain<WaitFixed<1s>, WaitFixed<1s>>) == 1);
    STATIC_REQUIRE(walk<2>(WaitChain<WaitFixed<1s>>{}) == std::array<Duration, 2>{1s, 1s});

    WaitChain const wait{WaitFixed{1s}, WaitFixed<5s>{}};
    STATIC_REQUIRE(sizeof(wait) == sizeof(Duration));
    REQUIRE(walk<3>(wait) == std::array<Duration, 3>{1s, 5s, 5s});
}

TEST_CASE("A part of a WaitChain sees the number of the attempt in the call", "[wait]") {
    using Wait = WaitChain<WaitFixed<9s>, WaitFixed<9s>, WaitExponential<1s, 60s>>;
    STATIC_REQUIRE(walk<4>(Wait{}) == std::array<Duration, 4>{9s, 9s, 4s, 8s});
    STATIC_REQUIRE(value_at(Wait{}, 3) == 4s);
    STATIC_REQUIRE(value_at(Wait{}, 1'000'000'000) == 60s);
}

TEST_CASE("WaitChain stays within its bounds in 100 000 draws", "[wait]") {
    Drawn const drawn = draw_many(WaitChain<WaitRandom<10s, 20s>, WaitDecorrelatedJitter<1s, 15s>>{});
    REQUIRE(drawn.outside == 0);
    REQUIRE(drawn.seen.least < 1010ms);
    REQUIRE(drawn.seen.most > 19s);
}
