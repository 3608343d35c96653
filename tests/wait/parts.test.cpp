// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/parts.hpp>

#include <grit/wait/exponential.hpp>
#include <grit/wait/fixed.hpp>
#include <grit/wait/from.hpp>
#include <grit/wait/hint.hpp>
#include <grit/wait/random.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {
struct Two : detail::WaitParts<WaitFixed<>, WaitRandom<1s, 2s>> {
    using WaitParts::WaitParts;
};
} // namespace

TEST_CASE("WaitParts holds what has state and builds the rest", "[wait]") {
    using Same = detail::WaitParts<WaitFixed<1s>, WaitFixed<1s>, WaitExponential<1s, 2s>>;
    STATIC_REQUIRE(std::is_empty_v<Same>);
    STATIC_REQUIRE(sizeof(Two) == sizeof(Duration));
    STATIC_REQUIRE(Same{}.part<2>().maximum() == 2s);

    Two const two{WaitFixed{3s}, {}};
    REQUIRE(two.part<0>().wait() == 3s);
    REQUIRE(two.part<1>().maximum() == 2s);
}

TEST_CASE("WaitParts needs what its parts need", "[wait]") {
    STATIC_REQUIRE(Two::needs_random);
    STATIC_REQUIRE_FALSE(Two::needs_hint);
    STATIC_REQUIRE(Two::bounded_wait);
    auto const by_failure = [](Attempt const&, Failure const&) { return 1s; };
    using Unknown = detail::WaitParts<WaitFixed<1s>, decltype(WaitFrom{by_failure})>;
    STATIC_REQUIRE(Unknown::needs_failure);
    STATIC_REQUIRE_FALSE(Unknown::bounded_wait);
    STATIC_REQUIRE_FALSE(Unknown::needs_clock);
    STATIC_REQUIRE(detail::WaitParts<WaitFixed<1s>, WaitHint<60s>>::needs_hint);
    STATIC_REQUIRE(detail::WaitParts<WaitHint<60s>, WaitFixed<1s>>::needs_hint);
    auto const by_time = [](TimedAttempt const& at) { return at.elapsed(); };
    using Timed = decltype(WaitFrom{by_time});
    STATIC_REQUIRE(detail::WaitParts<WaitFixed<1s>, Timed>::needs_clock);
    STATIC_REQUIRE(detail::WaitParts<Timed, WaitFixed<1s>>::needs_clock);
    STATIC_REQUIRE_FALSE(Two::needs_clock);
}

TEST_CASE("WaitParts carries the state of every part", "[wait]") {
    using Parts = detail::WaitParts<WaitExponential<1s, 60s>, WaitExponential<1s, 60s, 3>>;
    constexpr Parts parts;
    STATIC_REQUIRE(parts.next(parts.first(), 0s).part<0>() == 2s);
    STATIC_REQUIRE(parts.next(parts.first(), 0s).part<1>() == 3s);
    STATIC_REQUIRE(parts.state_at(3).part<1>() == 9s);
    REQUIRE(parts.state_at(1'000'000'000).part<0>() == 60s);
}
