// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/sum.hpp>

#include <grit/wait/decorrelated_jitter.hpp>
#include <grit/wait/exponential.hpp>
#include <grit/wait/fixed.hpp>
#include <grit/wait/hint.hpp>
#include <grit/wait/random.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("WaitSum adds its parts", "[wait]") {
    using Wait = WaitSum<WaitFixed<1s>, WaitExponential<1s, 60s>>;
    STATIC_REQUIRE(walk<3>(Wait{}) == std::array<Duration, 3>{2s, 3s, 5s});
    STATIC_REQUIRE(value_at(Wait{}, 1'000'000'000) == 61s);
    STATIC_REQUIRE(bounds_at(WaitSum<WaitFixed<1s>, WaitRandom<1s, 2s>>{}, 1) == Bounds{2s, 3s});
    STATIC_REQUIRE(value_at(WaitSum<WaitFixed<Duration::max()>, WaitFixed<1s>>{}, 1) == Duration::max());
    STATIC_REQUIRE(sizeof(WaitSum<WaitFixed<1s>, WaitFixed<1s>>) == 1);
    STATIC_REQUIRE(sizeof(WaitSum<WaitSum<WaitFixed<1s>, WaitFixed<1s>>, WaitSum<WaitFixed<1s>, WaitFixed<1s>>>) == 1);

    WaitSum const wait{WaitFixed{1s}, WaitFixed{2s}};
    STATIC_REQUIRE(sizeof(wait) == 2 * sizeof(Duration));
    REQUIRE(value_at(wait, 1) == 3s);
}

TEST_CASE("Waits are added with +, and sums are joined", "[wait]") {
    constexpr auto wait = WaitFixed<1s>{} + WaitFixed<2s>{} + WaitRandom<0s, 1s>{};
    STATIC_REQUIRE(std::is_same_v<decltype(wait), WaitSum<WaitFixed<1s>, WaitFixed<2s>, WaitRandom<0s, 1s>> const>);
    STATIC_REQUIRE(value_at(wait, 1, highest) == 4s);
    REQUIRE(value_at(WaitFixed{1s} + (WaitFixed{2s} + WaitFixed<3s>{}), 1) == 6s);
}

TEST_CASE("WaitSum stays within its bounds in 100 000 draws", "[wait]") {
    Drawn const drawn = draw_many(WaitDecorrelatedJitter<1s, 10s>{} + WaitRandom<5s, 6s>{});
    REQUIRE(drawn.outside == 0);
    REQUIRE(drawn.seen.least < 6100ms);
    REQUIRE(drawn.seen.most > 15'500ms);
}

TEST_CASE("WaitSum keeps the lowest limit on hints of its parts", "[wait]") {
    STATIC_REQUIRE((WaitHint<60s>{} + WaitRandom<0s, 1s>{}).max_hint() == 60s);
    STATIC_REQUIRE((WaitHint<60s>{} + WaitHint<30s>{}).max_hint() == 30s);
    STATIC_REQUIRE_FALSE(detail::WaitTraits<WaitSum<WaitFixed<1s>>>::limits_hint);
    REQUIRE((WaitHint{60s} + WaitFixed{1s}).max_hint() == 60s);
}
