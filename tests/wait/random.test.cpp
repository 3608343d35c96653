// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/random.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("WaitRandom draws from both ends of its range", "[wait]") {
    STATIC_REQUIRE(value_at(WaitRandom<1s, 2s>{}, 1, lowest) == 1s);
    STATIC_REQUIRE(value_at(WaitRandom<1s, 2s>{}, 1'000'000'000, highest) == 2s);
    STATIC_REQUIRE(value_at(WaitRandom<1s, 1s>{}, 1, highest) == 1s);
    STATIC_REQUIRE(value_at(WaitRandom<0s, Duration::max()>{}, 1, highest) == Duration::max());
    STATIC_REQUIRE(bounds_at(WaitRandom<1s, 2s>{}, 4) == Bounds{1s, 2s});
    STATIC_REQUIRE(detail::WaitTraits<WaitRandom<1s, 2s>>::needs_random);
    STATIC_REQUIRE(std::is_empty_v<WaitRandom<1s, 1s>>);

    WaitRandom const wait{1s, 2s};
    REQUIRE(value_at(wait, 1, highest / 2) == 1500ms);
    REQUIRE(bounds_at(wait, 4) == Bounds{1s, 2s});
}

TEST_CASE("WaitRandom stays within its bounds in 100 000 draws", "[wait]") {
    Drawn const drawn = draw_many(WaitRandom<1s, 2s>{});
    REQUIRE(drawn.outside == 0);
    REQUIRE(drawn.seen.least < 1001ms);
    REQUIRE(drawn.seen.most > 1999ms);
}

TEST_CASE("WaitRandom rejects bounds that contradict each other", "[wait]") {
    REQUIRE_THROWS_WITH((WaitRandom{2s, 1s}), Catch::Matchers::ContainsSubstring("grit: 'WaitRandom'"));
    REQUIRE_THROWS_AS((WaitRandom{-1s, 1s}), std::invalid_argument);
    REQUIRE_NOTHROW(WaitRandom{1s, 1s});
    REQUIRE_NOTHROW(WaitRandom{0s, 1s});
}
