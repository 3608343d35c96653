// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/decision.hpp>

#include <grit/retrying/engine.hpp>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

/// The failure of an attempt that ended `since_start` after the start of the call.
struct Moment {
    int number = 1;
    Duration since_start{};
    Duration asked_for{};
};

struct CountedClock {
    Duration since_start;
    int reads = 0;
    constexpr TimePoint now() {
        ++reads;
        return TimePoint{since_start};
    }
};
struct CountedRandom {
    int draws = 0;
    constexpr std::uint64_t operator()() {
        ++draws;
        return 0;
    }
};
struct Asking {
    Duration asked_for;
    constexpr Duration hint() const { return asked_for; }
    template <class E>
    constexpr bool matches() const {
        return false;
    }
    Failure failure(StopReason reason) const { return Failure::of_result(asked_for, reason); }
};

/// What was decided: to sleep, or to give up and why.
struct Decision {
    bool ends;
    StopReason reason;
    Duration wait;

    static constexpr Decision sleep(Duration wait) { return {false, StopReason::none, wait}; }
    static constexpr Decision give_up(StopReason reason) { return {true, reason, {}}; }
    friend constexpr bool operator==(Decision const& a, Decision const& b) {
        return a.ends == b.ends && a.reason == b.reason && (a.ends || a.wait == b.wait);
    }
};

struct Decided {
    Decision decision;
    int clock_reads;
    int draws;
};

template <bool Surrounded = false, class Set>
constexpr Decided decide_at(Set const& set, Moment const& moment, Context const& outer = no_context) {
    using Traits = detail::SetTraits<Set>;
    CountedClock clock{moment.since_start};
    CountedRandom random;
    Attempt attempt{moment.number};
    auto states = Traits::Waits::first(set);
    using Engine = detail::Engine<Set, Surrounded, CountedClock, CountedRandom>;
    Engine const engine{set, attempt, states, clock, random, TimePoint{}, outer};
    Asking const cause{moment.asked_for};
    detail::Query<Engine, Asking> query{{attempt}, engine, cause};
    bool const ends = detail::gives_up<typename Traits::Stops, typename Traits::Waits>(set, query);
    return {{ends, query.reason(), query.wait()}, clock.reads, random.draws};
}

template <class... Ps>
constexpr Decided all_of(Moment const& moment) {
    return decide_at(detail::PolicySet<Ps...>{detail::Given<>{}}, moment);
}
template <class... Ps>
constexpr Decision decided(int number, Duration since_start, Duration asked_for = {}) {
    return all_of<Ps...>({number, since_start, asked_for}).decision;
}

/// The first attempt inside a context that has a second left, and a nanosecond more or less.
struct Surrounding {
    Duration more{};
    bool stopped = false;

    TimePoint now() const { return TimePoint{99s} - more; }
    bool stop_requested() const { return stopped; }
    Context context() const { return {TimePoint{100s}, StopView{this}, ClockView{this}}; }
};
template <class... Ps>
Decided decided_inside(Surrounding const& around, Moment const& moment = {}) {
    return decide_at<true>(detail::PolicySet<Ps...>{detail::Given<>{}}, moment, around.context());
}

/// How often the clock is read and a random number drawn for one decision.
template <class... Ps>
constexpr std::pair<int, int> uses(int number, Duration since_start) {
    Decided const all = all_of<Ps...>({number, since_start});
    return {all.clock_reads, all.draws};
}

/// A stop of the user's that looks at the time, and at the wait if there is one to look at.
template <int Waits>
struct LooksAtTime {
    static constexpr Family family = Family::stop;
    static constexpr bool needs_clock = true;
    static constexpr bool needs_wait = Waits != 0;
    constexpr bool stop(auto const& q) const { return q.elapsed() >= 5s; }
    constexpr StopReason reason(auto const&) const { return StopReason::budget; }
};

/// A stop of the user's, made of a built-in one.
struct Sooner : StopAfterAttempt<5> {
    constexpr bool stop(auto const& q) const { return q.attempt().number() >= 2; }
};

} // namespace

TEST_CASE("the decision is to sleep or to give up for a reason") {
    STATIC_REQUIRE(decided<StopAfterAttempt<3>, WaitFixed<1s>>(2, 0s) == Decision::sleep(1s));
    STATIC_REQUIRE(decided<StopAfterAttempt<3>, WaitFixed<1s>>(3, 0s) == Decision::give_up(StopReason::attempts));
    STATIC_REQUIRE(decided<StopAfterAttempt<3>>(1, 0s) == Decision::sleep(0s));
}

TEST_CASE("a delay is inclusive, with and without the wait") {
    STATIC_REQUIRE(decided<StopAfterDelay<5s>, WaitFixed<1s>>(1, 5s - 1ns) == Decision::sleep(1s));
    STATIC_REQUIRE(decided<StopAfterDelay<5s>, WaitFixed<1s>>(1, 5s) == Decision::give_up(StopReason::delay));
    STATIC_REQUIRE(decided<StopBeforeDelay<5s>, WaitFixed<1s>>(1, 4s - 1ns) == Decision::sleep(1s));
    STATIC_REQUIRE(decided<StopBeforeDelay<5s>, WaitFixed<1s>>(1, 4s) == Decision::give_up(StopReason::delay));
}

TEST_CASE("the reason is that of the first stop that says so, in the order in which they are asked") {
    STATIC_REQUIRE(decided<StopAfterAttempt<2>, StopAfterDelay<5s>>(2, 5s).reason == StopReason::attempts);
    STATIC_REQUIRE(decided<StopAfterDelay<5s>, StopAfterAttempt<2>>(2, 5s).reason == StopReason::attempts);
    STATIC_REQUIRE(decided<StopAfterDelay<5s>, StopAfterAttempt<2>>(1, 5s).reason == StopReason::delay);
    STATIC_REQUIRE(decided<StopAfterDelay<5s>, StopAfterAttempt<2>>(2, 4s).reason == StopReason::attempts);
    STATIC_REQUIRE(decided<StopNever, StopBeforeDelay<5s>, StopAfterAttempt<2>, WaitFixed<1s>>(2, 4s).reason ==
                   StopReason::attempts);
    STATIC_REQUIRE(decided<StopNever, StopBeforeDelay<5s>, StopAfterAttempt<2>, WaitFixed<1s>>(1, 4s).reason ==
                   StopReason::delay);
}

TEST_CASE("stops that are listed together are asked in their turns too") {
    using Either = StopAny<StopAfterDelay<8s>, StopAfterAttempt<2>>;
    STATIC_REQUIRE(decided<StopAfterDelay<9s>, Either>(2, 0s).reason == StopReason::attempts);
    STATIC_REQUIRE(decided<StopAfterDelay<9s>, Either, StopAfterAttempt<1>>(2, 8s).reason == StopReason::attempts);
    STATIC_REQUIRE(decided<StopAfterDelay<9s>, Either>(1, 8s).reason == StopReason::delay);
    STATIC_REQUIRE(decided<Either, StopAfterDelay<9s>>(2, 9s).reason == StopReason::attempts);
    STATIC_REQUIRE(decided<StopAfterAttempt<2>, Either, StopNever>(2, 9s).reason == StopReason::attempts);
    STATIC_REQUIRE(decided<StopAfterDelay<9s>, Either>(1, 0s) == Decision::sleep(0s));
}

TEST_CASE("of the stops of one turn the first listed gives the reason") {
    using Mine = LooksAtTime<0>;
    STATIC_REQUIRE(decided<Mine, StopAfterDelay<5s>>(1, 5s).reason == StopReason::budget);
    STATIC_REQUIRE(decided<StopAfterDelay<5s>, Mine>(1, 5s).reason == StopReason::delay);
    STATIC_REQUIRE(decided<Sooner, StopAfterAttempt<2>>(2, 0s).reason == StopReason::attempts);
    STATIC_REQUIRE(decided<LooksAtTime<1>, StopBeforeDelay<5s>>(1, 5s).reason == StopReason::budget);
    STATIC_REQUIRE(decided<StopBeforeDelay<5s>, LooksAtTime<1>>(1, 5s).reason == StopReason::delay);
    STATIC_REQUIRE(decided<LooksAtTime<1>, StopBeforeDelay<5s>, StopAfterDelay<5s>>(1, 5s).reason == StopReason::delay);
    STATIC_REQUIRE(decided<StopAny<LooksAtTime<1>, StopAfterAttempt<9>>, Mine, StopAfterDelay<5s>>(1, 5s).reason ==
                   StopReason::budget);
}

TEST_CASE("a sleep that would reach the deadline around the call is refused") {
    using Stop = StopAfterAttempt<3>;
    REQUIRE(decided_inside<Stop, WaitFixed<1s>>({}).decision.reason == StopReason::deadline);
    REQUIRE(decided_inside<Stop, WaitFixed<1s>>({.more = 1ns}).decision == Decision::sleep(1s));
    REQUIRE(decided_inside<Stop, WaitFixed<0s>>({.more = -2s}).decision.reason == StopReason::deadline);
    REQUIRE(decided_inside<Stop, WaitHint<9s>>({}, {.asked_for = 1s}).decision.reason == StopReason::hint);
    REQUIRE(decided_inside<StopBeforeDelay<9s>, WaitFixed<1s>>({}).decision.reason == StopReason::deadline);
    REQUIRE(decided_inside<StopBeforeDelay<1s>, WaitFixed<1s>>({}).decision.reason == StopReason::delay);
    detail::PolicySet<Stop, WaitFixed<1s>> const set{detail::Given<>{}};
    REQUIRE(decide_at<true>(set, {}).decision == Decision::sleep(1s));
}

TEST_CASE("a stop requested around the call ends it before the clock is read and the wait drawn, unless another does") {
    Surrounding const stopped{.more = 9s, .stopped = true};
    using Random = WaitRandom<1s, 2s>;
    Decided const all = decided_inside<StopAfterDelay<3s>, StopAfterAttempt<3>, Random>(stopped);
    REQUIRE(all.decision.reason == StopReason::cancelled);
    REQUIRE(std::pair{all.clock_reads, all.draws} == std::pair{0, 0});
    REQUIRE(decided_inside<StopAfterAttempt<1>, Random>(stopped).decision.reason == StopReason::attempts);
    REQUIRE(decided_inside<StopAfterDelay<3s>, StopAfterAttempt<1>, Random>(stopped).decision.reason ==
            StopReason::attempts);
    REQUIRE(decided_inside<StopAfterAttempt<3>, Random>({.more = 9s}).decision == Decision::sleep(1s));
}

TEST_CASE("a request beyond its limit ends the call, and so does one that a deadline refuses") {
    STATIC_REQUIRE(decided<StopAfterAttempt<3>, WaitHint<60s>>(1, 0s, 60s) == Decision::sleep(60s));
    STATIC_REQUIRE(decided<StopAfterAttempt<3>, WaitHint<60s>>(1, 0s, 61s).reason == StopReason::hint);
    STATIC_REQUIRE(decided<StopBeforeDelay<30s>, WaitHint<60s, WaitFixed<1s>>>(1, 0s, 40s).reason == StopReason::hint);
    STATIC_REQUIRE(decided<StopBeforeDelay<30s>, WaitHint<60s, WaitFixed<50s>>>(1, 0s, 40s).reason ==
                   StopReason::delay);
    STATIC_REQUIRE(decided<StopAfterAttempt<3>, WaitFixed<1s>>(1, 0s, 99s) == Decision::sleep(1s));
    STATIC_REQUIRE(decided<StopAfterAttempt<3>, WaitHint<60s>>(3, 0s, 61s).reason == StopReason::attempts);
    STATIC_REQUIRE(decided<StopBeforeDelay<90s>, StopAfterAttempt<3>, WaitHint<60s>>(3, 0s, 61s).reason ==
                   StopReason::attempts);
}

TEST_CASE("the wait of the last attempt is computed only if a stop looks at it") {
    using Random = WaitRandom<1s, 2s>;
    STATIC_REQUIRE(uses<StopAfterAttempt<3>, Random>(2, 0s) == std::pair{0, 1});
    STATIC_REQUIRE(uses<StopAfterAttempt<3>, Random>(3, 0s) == std::pair{0, 0});
    STATIC_REQUIRE(uses<StopAfterDelay<5s>, Random>(3, 5s) == std::pair{1, 0});
    STATIC_REQUIRE(uses<StopAfterDelay<5s>, StopAfterAttempt<3>, Random>(3, 0s) == std::pair{0, 0});
    STATIC_REQUIRE(uses<StopAfterDelay<5s>, StopAfterAttempt<3>, Random>(2, 5s) == std::pair{1, 0});
    STATIC_REQUIRE(uses<StopBeforeDelay<5s>, Random>(3, 5s) == std::pair{1, 1});
    STATIC_REQUIRE(uses<StopBeforeDelay<5s>, StopAfterAttempt<3>, Random>(3, 5s) == std::pair{0, 0});
    STATIC_REQUIRE(uses<StopAny<StopBeforeDelay<5s>, StopAfterAttempt<3>>, Random>(3, 5s) == std::pair{0, 0});
    STATIC_REQUIRE(uses<StopAny<StopBeforeDelay<5s>, StopAfterDelay<5s>>, Random>(3, 5s) == std::pair{1, 0});
}

TEST_CASE("the clock is read once, however many stops look at it") {
    using Either = StopAny<StopAfterDelay<6s>, StopAfterDelay<7s>>;
    STATIC_REQUIRE(uses<StopAfterDelay<5s>, Either, WaitFixed<1s>>(1, 0s) == std::pair{1, 0});
    STATIC_REQUIRE(uses<StopAfterDelay<5s>, StopBeforeDelay<9s>, WaitFixed<1s>>(1, 0s) == std::pair{1, 0});
    using InTurn = StopAny<StopAfterDelay<6s>, StopBeforeDelay<7s>>;
    STATIC_REQUIRE(uses<InTurn, WaitFixed<1s>>(1, 0s) == std::pair{1, 0});
    STATIC_REQUIRE(uses<InTurn, StopAfterDelay<9s>, InTurn, WaitFixed<1s>>(1, 0s) == std::pair{1, 0});
    STATIC_REQUIRE(uses<StopAll<StopAfterDelay<0s>, StopBeforeDelay<7s>>, WaitFixed<1s>>(1, 0s) == std::pair{1, 0});
    STATIC_REQUIRE(uses<StopAfterAttempt<9>, WaitFixed<1s>>(1, 0s) == std::pair{0, 0});
}

TEST_CASE("a stop that looks at the time is asked once") {
    int asked = 0;
    StopIf const stop{[&asked](TimedAttempt const&) { return ++asked < 0; }};
    auto const ask = [&]<class... Ps>(Ps const&... others) {
        asked = 0;
        detail::PolicySet<std::remove_const_t<decltype(stop)>, Ps...> const set{detail::Given{stop, others...}};
        REQUIRE(decide_at(set, {}).decision == Decision::sleep(1s));
        return asked;
    };
    REQUIRE(ask(WaitFixed<1s>{}) == 1);
    REQUIRE(ask(StopAfterAttempt<2>{}, WaitFixed<1s>{}) == 1);
    REQUIRE(ask(StopBeforeDelay<9s>{}, WaitFixed<1s>{}) == 1);
}

TEST_CASE("a decision at run time is the same") {
    StopAfterAttempt const attempts{2};
    WaitExponential const wait{1s, 8s};
    detail::PolicySet<StopAfterAttempt<>, WaitExponential<>> const set{detail::Given{attempts, wait}};
    REQUIRE(decide_at(set, {1}).decision == Decision::sleep(1s));
    REQUIRE(decide_at(set, {2}).decision == Decision::give_up(StopReason::attempts));
}

TEST_CASE("a stop that derives from a built-in one is asked itself") {
    FailsFirst<NetworkError> operation{9};
    REQUIRE_THROWS_AS(Retrying<Sooner>{}(operation), NetworkError);
    REQUIRE(operation.calls == 2);
}
