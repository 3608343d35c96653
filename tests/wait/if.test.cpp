// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/if.hpp>

#include <grit/wait/exponential.hpp>
#include <grit/wait/fixed.hpp>
#include <grit/wait/hint.hpp>
#include <grit/wait/random.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {
struct RateLimited {};
} // namespace

TEST_CASE("WaitIf waits as the wait that it holds, for the error that it names", "[wait]") {
    using Wait = WaitIf<RateLimited, WaitExponential<1s, 60s>>;
    STATIC_REQUIRE(Wait::family == Family::wait_if);
    STATIC_REQUIRE(std::is_same_v<detail::WaitTraits<Wait>::Interests, Types<RateLimited>>);
    STATIC_REQUIRE(std::is_same_v<detail::WaitTraits<WaitFixed<1s>>::Interests, Types<>>);
    STATIC_REQUIRE(walk<3>(Wait{}) == std::array<Duration, 3>{1s, 2s, 4s});
    STATIC_REQUIRE(bounds_at(Wait{}, 1'000'000'000) == Bounds{60s, 60s});
    STATIC_REQUIRE(sizeof(Wait) == 1);

    REQUIRE(value_at(WaitIf<RateLimited, WaitFixed<>>{WaitFixed{7s}}, 1) == 7s);
}

TEST_CASE("WaitIf hands on what its wait needs", "[wait]") {
    using Traits = detail::WaitTraits<WaitIf<RateLimited, WaitHint<60s, WaitRandom<1s, 2s>>>>;
    STATIC_REQUIRE(Traits::needs_random);
    STATIC_REQUIRE(Traits::needs_hint);
    STATIC_REQUIRE(Traits::limits_hint);
    STATIC_REQUIRE(WaitIf<RateLimited, WaitHint<60s>>{}.max_hint() == 60s);
    STATIC_REQUIRE_FALSE(detail::WaitTraits<WaitIf<RateLimited, WaitFixed<1s>>>::limits_hint);
    STATIC_REQUIRE_FALSE(detail::WaitTraits<WaitIf<RateLimited, WaitFixed<1s>>>::needs_random);
    REQUIRE(draw_many(WaitIf<RateLimited, WaitRandom<1s, 2s>>{}).outside == 0);
}
