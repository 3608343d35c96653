// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/decision.hpp>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

/// What the decision may ask, in a constant expression.
template <class SetOfPolicies>
struct Asked {
    using Set = SetOfPolicies;
    static constexpr bool surrounded = false;
    static constexpr bool tells_reason = true;
    using Group = detail::WaitGroup<typename Set::template Of<Family::wait_if>, typename Set::template Of<Family::wait>>;

    Set const& set;
    int number = 1;
    Duration since_start{};
    std::uint64_t bits = 0;
    Duration asked_for{};
    typename Group::State run_states = Group::first(set);
    Attempt at{number};
    Duration chosen{};
    StopReason why = StopReason::none;
    int clock_reads = 0;
    int* draws = nullptr;

    constexpr Attempt const& attempt() const { return at; }
    constexpr auto const& states() const { return run_states; }
    constexpr Duration wait() const { return chosen; }
    constexpr void set_wait(Duration d) { chosen = d; }
    constexpr void read_clock() { ++clock_reads; }
    constexpr Duration elapsed() const { return since_start; }
    constexpr TimePoint now() const { return TimePoint{since_start}; }
    constexpr std::uint64_t draw() const {
        if (draws != nullptr) ++*draws;
        return bits;
    }
    constexpr Duration hint() const { return asked_for; }
    constexpr bool wait_was_asked_for() const { return asked_for > Duration::zero() && asked_for >= chosen; }
    constexpr StopReason reason() const { return why; }
    constexpr void set_reason(StopReason reason) { why = reason; }
    template <class List>
    constexpr bool matches_any() const {
        return List::size == 0;
    }
};

template <class... Ps>
using SetOf = detail::PolicySet<Ps...>;

template <class... Ps>
constexpr Decision decided(int number, Duration since_start, Duration asked_for = {}) {
    SetOf<Ps...> const set{detail::Given<>{}};
    Asked<SetOf<Ps...>> q{set, number, since_start, 0, asked_for};
    return detail::decide(set, q);
}

/// How often the clock is read and a random number drawn for one decision.
template <class... Ps>
constexpr std::pair<int, int> uses(int number, Duration since_start) {
    SetOf<Ps...> const set{detail::Given<>{}};
    int draws = 0;
    Asked<SetOf<Ps...>> q{set, number, since_start};
    q.draws = &draws;
    (void)detail::decide(set, q);
    return {q.clock_reads, draws};
}

} // namespace

TEST_CASE("the decision is to sleep or to give up for a reason") {
    STATIC_REQUIRE(decided<StopAfterAttempt<3>, WaitFixed<1s>>(2, 0s) == Decision::sleep(1s));
    STATIC_REQUIRE(decided<StopAfterAttempt<3>, WaitFixed<1s>>(3, 0s) == Decision::give_up(StopReason::attempts));
    STATIC_REQUIRE(decided<StopAfterAttempt<3>>(1, 0s) == Decision::sleep(0s));
    STATIC_REQUIRE_FALSE(Decision::sleep(0s).gives_up());
    STATIC_REQUIRE(Decision::give_up(StopReason::delay).gives_up());
}

TEST_CASE("a delay is inclusive, with and without the wait") {
    STATIC_REQUIRE(decided<StopAfterDelay<5s>, WaitFixed<1s>>(1, 5s - 1ns) == Decision::sleep(1s));
    STATIC_REQUIRE(decided<StopAfterDelay<5s>, WaitFixed<1s>>(1, 5s) == Decision::give_up(StopReason::delay));
    STATIC_REQUIRE(decided<StopBeforeDelay<5s>, WaitFixed<1s>>(1, 4s - 1ns) == Decision::sleep(1s));
    STATIC_REQUIRE(decided<StopBeforeDelay<5s>, WaitFixed<1s>>(1, 4s) == Decision::give_up(StopReason::delay));
}

TEST_CASE("the reason is that of the first stop listed that says so") {
    STATIC_REQUIRE(decided<StopAfterAttempt<2>, StopAfterDelay<5s>>(2, 5s).reason == StopReason::attempts);
    STATIC_REQUIRE(decided<StopAfterDelay<5s>, StopAfterAttempt<2>>(2, 5s).reason == StopReason::delay);
    STATIC_REQUIRE(decided<StopAfterDelay<5s>, StopAfterAttempt<2>>(2, 4s).reason == StopReason::attempts);
    STATIC_REQUIRE(decided<StopNever, StopBeforeDelay<5s>, StopAfterAttempt<2>, WaitFixed<1s>>(2, 4s).reason ==
                   StopReason::delay);
}

TEST_CASE("a request beyond its limit ends the call, and so does one that a deadline refuses") {
    STATIC_REQUIRE(decided<StopAfterAttempt<3>, WaitHint<60s>>(1, 0s, 60s) == Decision::sleep(60s));
    STATIC_REQUIRE(decided<StopAfterAttempt<3>, WaitHint<60s>>(1, 0s, 61s).reason == StopReason::hint);
    STATIC_REQUIRE(decided<StopBeforeDelay<30s>, WaitHint<60s, WaitFixed<1s>>>(1, 0s, 40s).reason == StopReason::hint);
    STATIC_REQUIRE(decided<StopBeforeDelay<30s>, WaitHint<60s, WaitFixed<50s>>>(1, 0s, 40s).reason == StopReason::delay);
    STATIC_REQUIRE(decided<StopAfterAttempt<3>, WaitFixed<1s>>(1, 0s, 99s) == Decision::sleep(1s));
}

TEST_CASE("the wait of the last attempt is computed only if a stop looks at it") {
    using Random = WaitRandom<1s, 2s>;
    STATIC_REQUIRE(uses<StopAfterAttempt<3>, Random>(2, 0s) == std::pair{0, 1});
    STATIC_REQUIRE(uses<StopAfterAttempt<3>, Random>(3, 0s) == std::pair{0, 0});
    STATIC_REQUIRE(uses<StopAfterDelay<5s>, Random>(3, 5s) == std::pair{1, 0});
    STATIC_REQUIRE(uses<StopAfterDelay<5s>, StopAfterAttempt<3>, Random>(3, 0s) == std::pair{1, 0});
    STATIC_REQUIRE(uses<StopBeforeDelay<5s>, Random>(3, 5s) == std::pair{1, 1});
}

TEST_CASE("a decision at run time is the same") {
    StopAfterAttempt const attempts{2};
    WaitExponential const wait{1s, 8s};
    using Set = SetOf<StopAfterAttempt<>, WaitExponential<>>;
    Set const set{detail::Given{attempts, wait}};
    Asked<Set> first{set, 1};
    REQUIRE(detail::decide(set, first) == Decision::sleep(1s));
    Asked<Set> second{set, 2};
    REQUIRE(detail::decide(set, second) == Decision::give_up(StopReason::attempts));
}
