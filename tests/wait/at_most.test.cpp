// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/at_most.hpp>

#include <grit/wait/exponential.hpp>
#include <grit/wait/fixed.hpp>
#include <grit/wait/from.hpp>
#include <grit/wait/jitter.hpp>
#include <grit/wait/random.hpp>
#include <grit/wait/sum.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("WaitAtMost cuts a wait at its limit", "[wait]") {
    using Wait = WaitAtMost<5s, WaitExponential<1s, 60s>>;
    STATIC_REQUIRE(walk<5>(Wait{}) == std::array<Duration, 5>{1s, 2s, 4s, 5s, 5s});
    STATIC_REQUIRE(value_at(Wait{}, 1'000'000'000) == 5s);
    STATIC_REQUIRE(bounds_at(Wait{}, 9) == Bounds{5s, 5s});
    STATIC_REQUIRE(bounds_at(Wait{}, 1) == Bounds{1s, 1s});
    STATIC_REQUIRE(value_at(WaitAtMost<0s, WaitFixed<1s>>{}, 1) == 0s);
    STATIC_REQUIRE(sizeof(Wait) == 1);

    REQUIRE(walk<5>(WaitAtMost{5s, WaitExponential{1s, 60s}}) == std::array<Duration, 5>{1s, 2s, 4s, 5s, 5s});
    REQUIRE(value_at(WaitAtMost<5s, WaitFixed<>>{WaitFixed{9s}}, 1) == 5s);
}

TEST_CASE("WaitAtMost keeps the jitter of a wait above its limit", "[wait]") {
    using FullJitter = WaitJitter<WaitExponential<1s, 60s>>;
    STATIC_REQUIRE(bounds_at(WaitAtMost<5s, FullJitter>{}, 9) == Bounds{0s, 5s});
    STATIC_REQUIRE(bounds_at(WaitAtMost<10s, WaitRandom<20s, 23s>>{}, 1) == Bounds{7s, 10s});
    STATIC_REQUIRE(bounds_at(WaitAtMost<10s, WaitRandom<8s, 13s>>{}, 1) == Bounds{5s, 10s});
    STATIC_REQUIRE(bounds_at(WaitAtMost<2s, WaitRandom<8s, 13s>>{}, 1) == Bounds{0s, 2s});
    STATIC_REQUIRE(bounds_at(WaitAtMost<20s, WaitRandom<8s, 13s>>{}, 1) == Bounds{8s, 13s});
}

TEST_CASE("WaitAtMost leaves a wait that is exactly its limit as it is", "[wait]") {
    STATIC_REQUIRE(value_at(WaitAtMost<20s, WaitSum<WaitFixed<20s>, WaitRandom<0s, 3s>>>{}, 1, lowest) == 20s);
}

TEST_CASE("WaitAtMost stays within its bounds in 100 000 draws", "[wait]") {
    Drawn const full = draw_many(WaitAtMost<5s, WaitJitter<WaitExponential<1s, 60s>>>{});
    REQUIRE(full.outside == 0);
    REQUIRE(full.seen.least < 10ms);
    REQUIRE(full.seen.most > 4990ms);

    Drawn const above = draw_many(WaitAtMost{10s, WaitFixed{20s} + WaitRandom<0s, 3s>{}});
    REQUIRE(above.outside == 0);
    REQUIRE(above.seen.least < 7010ms);
    REQUIRE(above.seen.most > 9990ms);
}

TEST_CASE("WaitAtMost bounds a wait whose longest is not known", "[wait]") {
    constexpr WaitFrom endless{[] { return Duration::max(); }};
    constexpr WaitAtMost<5s, std::remove_const_t<decltype(endless)>> wait{endless};
    STATIC_REQUIRE(detail::WaitTraits<std::remove_const_t<decltype(wait)>>::bounded_wait);
    STATIC_REQUIRE(bounds_at(wait, 1) == Bounds{0s, 5s});
    REQUIRE(value_at(wait, 1) == 5s);
    REQUIRE(draw_many(WaitAtMost{5s, endless + WaitRandom<0s, 1s>{}}).outside == 0);
}

TEST_CASE("WaitAtMost rejects a negative limit", "[wait]") {
    REQUIRE(value_at(WaitAtMost{0s, WaitFixed{1s}}, 1) == 0s);
    REQUIRE_THROWS_WITH((WaitAtMost{-1s, WaitFixed<1s>{}}), Catch::Matchers::ContainsSubstring("grit: 'WaitAtMost'"));
}
