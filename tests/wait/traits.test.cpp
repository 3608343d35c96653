// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/traits.hpp>

#include <grit/wait/fixed.hpp>
#include <grit/wait/jitter.hpp>
#include <grit/wait/sum.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

/// The least that a wait of the user may be.
struct TenTimes {
    static constexpr Family family = Family::wait;
    constexpr Duration operator()(Attempt const& attempt) const { return 10ms * attempt.number(); }
};

struct Backwards {
    static constexpr Family family = Family::wait;
    constexpr std::chrono::seconds operator()() const { return -1s; }
};

/// A wait of the user with a state of its own and no closed form.
struct Halving {
    static constexpr Family family = Family::wait;
    using State = Duration;
    static constexpr State first() { return 8s; }
    static constexpr State next(State s, Duration) { return s / 2; }
    template <class Q>
    static constexpr Duration value(State s, Q const&) {
        return s;
    }
    static constexpr Bounds bounds(State s) { return {s, s}; }
};

/// A wait of the user that is as many seconds as the attempt has, up to a number, and counts its steps.
struct Climbing {
    [[maybe_unused]] static constexpr Family family = Family::wait;
    using State = int;
    int highest;
    int* steps;
    static constexpr State first() { return 1; }
    constexpr State next(State s, Duration) const {
        ++*steps;
        return s < highest ? s + 1 : s;
    }
    template <class Q>
    static constexpr Duration value(State s, Q const&) {
        return 1s * s;
    }
};

/// A wait of the user with a query and a mistake.
struct BehindItself {
    [[maybe_unused]] static constexpr Family family = Family::wait;
    template <class Q>
    static constexpr Duration value(detail::NoState, Q const&) {
        return Duration::min();
    }
};

/// As that, with bounds.
struct BoundedBehindItself : BehindItself {
    static constexpr Bounds bounds(detail::NoState) { return {Duration::min(), 1s}; }
};

/// A wait of the user that looks at the time, and one that has no use for it.
struct AsLongAgain {
    static constexpr Family family = Family::wait;
    constexpr Duration operator()(TimedAttempt const& attempt) const { return attempt.elapsed(); }
};
struct WithoutClock : AsLongAgain {
    static constexpr bool needs_clock = false;
};

/// As Halving, without bounds.
struct Unbounded : Halving {
    static constexpr bool bounded_wait = false;
};

} // namespace

TEST_CASE("A callable with a family is a wait", "[wait]") {
    using Traits = detail::WaitTraits<TenTimes>;
    STATIC_REQUIRE(WaitPolicy<TenTimes> && WaitPolicy<Backwards>);
    STATIC_REQUIRE(walk<3>(TenTimes{}) == std::array<Duration, 3>{10ms, 20ms, 30ms});
    STATIC_REQUIRE(value_at(TenTimes{}, 1'000'000'000) == 10'000'000s);
    STATIC_REQUIRE_FALSE(Traits::bounded_wait);
    STATIC_REQUIRE_FALSE(Traits::needs_random || Traits::needs_hint || Traits::needs_failure || Traits::needs_clock);
    STATIC_REQUIRE_FALSE(Traits::limits_hint);
    STATIC_REQUIRE(bounds_at(TenTimes{}, 1) == Bounds{0s, Duration::max()});
    STATIC_REQUIRE(std::is_same_v<Traits::Interests, Types<>>);
    REQUIRE(value_at(Backwards{}, 1) == 0s);
}

TEST_CASE("A negative wait is no wait, in whichever form and place it is written", "[wait]") {
    STATIC_REQUIRE(value_at(BehindItself{}, 1) == 0s);
    STATIC_REQUIRE(value_at(WaitJitter<BehindItself>{}, 1, highest) == 0s); // not a draw from all there is
    STATIC_REQUIRE(value_at(WaitSum<BehindItself, WaitFixed<2s>>{}, 1) == 2s);
    STATIC_REQUIRE(bounds_at(BoundedBehindItself{}, 1) == Bounds{0s, 1s});
}

TEST_CASE("A wait that does not say what it needs may ask for the failure, not for the clock", "[wait]") {
    STATIC_REQUIRE(detail::WaitTraits<Halving>::needs_failure);
    STATIC_REQUIRE_FALSE(detail::WaitTraits<Halving>::needs_clock);
}

TEST_CASE("A callable that takes a TimedAttempt needs the clock, unless it says that it does not", "[wait]") {
    STATIC_REQUIRE(detail::WaitTraits<AsLongAgain>::needs_clock);
    STATIC_REQUIRE_FALSE(detail::WaitTraits<AsLongAgain>::needs_failure);
    STATIC_REQUIRE_FALSE(detail::WaitTraits<WithoutClock>::needs_clock);
}

TEST_CASE("The state of a far attempt is found without walking there once it no longer changes", "[wait]") {
    STATIC_REQUIRE(WaitPolicy<Halving>);
    STATIC_REQUIRE(walk<3>(Halving{}) == std::array<Duration, 3>{8s, 4s, 2s});
    STATIC_REQUIRE(value_at(Halving{}, 2) == 4s);
    STATIC_REQUIRE(value_at(Halving{}, 1'000'000'000) == 0s);
    STATIC_REQUIRE(detail::WaitTraits<Halving>::bounded_wait);
    STATIC_REQUIRE_FALSE(detail::WaitTraits<Unbounded>::bounded_wait);
    REQUIRE(value_at(Halving{}, 1'000'000'000) == 0s);
}

TEST_CASE("A far attempt counts as number 1000, and no step is made after one that changes nothing", "[wait]") {
    using Traits = detail::WaitTraits<Climbing>;
    int steps = 0;
    Climbing const climbing{5000, &steps};
    REQUIRE(Traits::state_at(climbing, 1) == 1);
    REQUIRE(steps == 0);
    REQUIRE(Traits::state_at(climbing, 999) == 999);
    REQUIRE(Traits::state_at(climbing, 1000) == 1000);
    REQUIRE(Traits::state_at(climbing, 1001) == 1000);
    REQUIRE(Traits::state_at(climbing, 1'000'000'000) == 1000);
    steps = 0;
    REQUIRE(Traits::state_at(Climbing{3, &steps}, 1'000'000'000) == 3);
    REQUIRE(steps == 3);
}
