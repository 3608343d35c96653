// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/hint.hpp>

#include <grit/wait/exponential.hpp>
#include <grit/wait/fixed.hpp>
#include <grit/wait/jitter.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {
template <class W>
constexpr Duration value_for(W const& wait, Duration asked) {
    using Traits = detail::WaitTraits<W>;
    return Traits::value(wait, Traits::first(wait), FakeQuery{.asked = asked});
}
} // namespace

TEST_CASE("WaitHint waits the longer of its wait and the hint", "[wait]") {
    STATIC_REQUIRE(value_for(WaitHint<60s, WaitFixed<5s>>{}, 20s) == 20s);
    STATIC_REQUIRE(value_for(WaitHint<60s, WaitFixed<5s>>{}, 2s) == 5s);
    STATIC_REQUIRE(value_for(WaitHint<60s, WaitFixed<5s>>{}, 0s) == 5s);
    STATIC_REQUIRE(value_for(WaitHint<60s, WaitFixed<5s>>{}, -1s) == 5s);
    STATIC_REQUIRE(value_for(WaitHint<60s>{}, 0s) == 0s);
    STATIC_REQUIRE(value_for(WaitHint<60s>{}, -1s) == 0s);
    STATIC_REQUIRE(value_for(WaitHint<60s>{}, 60s) == 60s);
    STATIC_REQUIRE(sizeof(WaitHint<60s, WaitExponential<1s, 60s>>) == 1);

    REQUIRE(value_for(WaitHint{60s, WaitFixed{5s}}, 20s) == 20s);
    REQUIRE(value_for(WaitHint{60s}, 20s) == 20s);
    REQUIRE(value_for(WaitHint<60s, WaitFixed<>>{WaitFixed{5s}}, 2s) == 5s);
}

TEST_CASE("WaitHint tells its limit and counts it among its bounds", "[wait]") {
    STATIC_REQUIRE(detail::WaitTraits<WaitHint<60s>>::needs_hint);
    STATIC_REQUIRE(detail::WaitTraits<WaitHint<60s>>::limits_hint);
    STATIC_REQUIRE(WaitHint<60s>{}.max_hint() == 60s);
    STATIC_REQUIRE(bounds_at(WaitHint<60s, WaitFixed<5s>>{}, 1) == Bounds{5s, 60s});
    STATIC_REQUIRE(bounds_at(WaitHint<1s, WaitFixed<5s>>{}, 1) == Bounds{5s, 5s});
    STATIC_REQUIRE(bounds_at(WaitHint<10s, WaitExponential<1s, 60s>>{}, 1'000'000'000) == Bounds{60s, 60s});
    REQUIRE(WaitHint{60s}.max_hint() == 60s);
}

TEST_CASE("WaitHint over jitter stays within its bounds in 100 000 draws", "[wait]") {
    REQUIRE(draw_many(WaitHint<60s, WaitJitter<WaitExponential<1s, 60s>>>{}).outside == 0);
}

TEST_CASE("WaitHint rejects a negative limit", "[wait]") {
    REQUIRE(WaitHint{0s}.max_hint() == 0s);
    REQUIRE_THROWS_WITH(WaitHint{-1s}, Catch::Matchers::ContainsSubstring("grit: 'WaitHint'"));
}
