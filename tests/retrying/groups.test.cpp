// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/groups.hpp>

#include <string>

#include "retrying/samples.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

std::string written;

/// A hook that says nothing of what it needs.
template <Event E, char Letter>
struct Writes {
    static constexpr Family family = Family::hook;
    static constexpr Event event = E;
    void operator()(auto const&...) const { written += Letter; }
};
/// A hook with state, so that a set holds it.
struct WritesHeld {
    static constexpr Family family = Family::hook;
    [[maybe_unused]] static constexpr Event event = Event::after;
    std::string* to;
    char letter;
    void operator()(auto const&) const { *to += letter; }
};
struct NeedsNothing {
    static constexpr Event event = Event::after;
    static constexpr bool needs_clock = false;
    static constexpr bool needs_failure = false;
};
struct Replaces {
    static constexpr Family family = Family::hook;
    static constexpr Event event = Event::give_up;
    [[maybe_unused]] static constexpr bool needs_clock = false;
    static constexpr bool needs_failure = false;
    template <class Q>
    int operator()(Q const&) const {
        return 7;
    }
};
struct Observes : Replaces {
    template <class Q>
    void operator()(Q const&) const {}
};

/// Watches two moments.
struct Two {
    void on_attempt() const { written += '<'; }
    void on_end() const noexcept { written += '>'; }
};
using WatchesTwo = Observe<Two>;

/// A stop that takes something for each attempt.
struct TakesOne {
    [[maybe_unused]] static constexpr Family family = Family::stop;
    [[maybe_unused]] static constexpr StopReason reason = StopReason::budget;
    int take(auto const&) const { return 1; }
    void give_back(int) const {}
};

template <class... Hooks>
using Facts = detail::HookGroup<Types<Hooks...>>;

} // namespace

TEST_CASE("a turn in which no stop is asked is left out") {
    using detail::Turn;
    using ByNumber = detail::StopGroup<Types<StopAfterAttempt<3>>>;
    STATIC_REQUIRE(ByNumber::asked<Turn::at_once>);
    STATIC_REQUIRE_FALSE(ByNumber::asked<Turn::with_time>);
    STATIC_REQUIRE_FALSE(ByNumber::asked<Turn::with_wait>);
    using ByTime = detail::StopGroup<Types<StopAfterDelay<1s>>>;
    STATIC_REQUIRE_FALSE(ByTime::asked<Turn::at_once>);
    STATIC_REQUIRE(ByTime::asked<Turn::with_time>);
    STATIC_REQUIRE_FALSE(ByTime::asked<Turn::with_wait>);
    using Both = detail::StopGroup<Types<StopAfterAttempt<3>, StopBeforeDelay<1s>>>;
    STATIC_REQUIRE(Both::asked<Turn::at_once>);
    STATIC_REQUIRE_FALSE(Both::asked<Turn::with_time>);
    STATIC_REQUIRE(Both::asked<Turn::with_wait>);
    using Parts = detail::StopGroup<Types<StopAny<StopAfterAttempt<3>, StopAfterDelay<1s>>>>; // to its last turn
    STATIC_REQUIRE(Parts::asked<Turn::at_once>);
    STATIC_REQUIRE(Parts::asked<Turn::with_time>);
    STATIC_REQUIRE_FALSE(Parts::asked<Turn::with_wait>);
    using Taking = detail::StopGroup<Types<TakesOne>>; // after all others, and not with them
    STATIC_REQUIRE_FALSE(Taking::asked<Turn::at_once>);
    STATIC_REQUIRE_FALSE(Taking::asked<Turn::with_time>);
    STATIC_REQUIRE_FALSE(Taking::asked<Turn::with_wait>);
}

TEST_CASE("hooks are found by the moments they watch") {
    using A = Writes<Event::after, 'a'>;
    using B = Writes<Event::before, 'b'>;
    using C = Writes<Event::after, 'c'>;
    using Three = Facts<A, B, C>;
    STATIC_REQUIRE(std::is_same_v<Three::List, Types<A, B, C>>);
    STATIC_REQUIRE(Three::watch<Event::after>);
    STATIC_REQUIRE(Three::watch<Event::before>);
    STATIC_REQUIRE_FALSE(Three::watch<Event::give_up>);
    STATIC_REQUIRE_FALSE(Three::watch<Event::success>);
    STATIC_REQUIRE_FALSE(Facts<>::watch<Event::before>);
    STATIC_REQUIRE(detail::watches<A, Event::after>);
    STATIC_REQUIRE_FALSE(detail::watches<A, Event::before>);
    STATIC_REQUIRE(detail::watches<WatchesTwo, Event::before>);
    STATIC_REQUIRE(detail::watches<WatchesTwo, Event::end>);
    STATIC_REQUIRE_FALSE(detail::watches<WatchesTwo, Event::after>);
    STATIC_REQUIRE(Facts<A, WatchesTwo>::watch<Event::end>);
}

TEST_CASE("a hook that does not say what it needs is taken to need all") {
    using Silent = Writes<Event::after, 'a'>;
    STATIC_REQUIRE(Facts<Silent>::need_clock);
    STATIC_REQUIRE(Facts<Silent>::need_failure);
    STATIC_REQUIRE_FALSE(Facts<NeedsNothing>::need_clock);
    STATIC_REQUIRE_FALSE(Facts<NeedsNothing>::need_failure);
    STATIC_REQUIRE(Facts<NeedsNothing, Silent>::need_clock);
    STATIC_REQUIRE_FALSE(Facts<>::need_failure);
}

TEST_CASE("the outcome is kept over a sleep if a hook at the end looks at the failure") {
    STATIC_REQUIRE(Facts<Writes<Event::give_up, 'g'>>::need_failure_at_end);
    STATIC_REQUIRE_FALSE(Facts<Observes>::need_failure_at_end);
    STATIC_REQUIRE_FALSE(Facts<Writes<Event::after, 'a'>>::need_failure_at_end);
    STATIC_REQUIRE_FALSE(Facts<WatchesTwo>::need_failure_at_end);
}

TEST_CASE("only a hook at the end can give a value, by returning one") {
    STATIC_REQUIRE(detail::GivesValue<Replaces>);
    STATIC_REQUIRE_FALSE(detail::GivesValue<Observes>);
    STATIC_REQUIRE_FALSE(detail::GivesValue<NeedsNothing>);
    STATIC_REQUIRE_FALSE(detail::GivesValue<WatchesTwo>);
    STATIC_REQUIRE(Facts<Replaces, Observes, Replaces>::values == 2);
    STATIC_REQUIRE(Facts<Observes>::values == 0);
}

TEST_CASE("hooks are called in their order, constants and those that are held") {
    written.clear();
    samples::AlwaysFails<samples::NetworkError> fails;
    Retrying<StopAfterAttempt<1>, Writes<Event::after, 'a'>, Writes<Event::after, 'b'>> const constants;
    REQUIRE_THROWS_AS(constants(fails), samples::NetworkError);
    REQUIRE(written == "ab");

    Retrying const held{StopAfterAttempt<1>{}, Writes<Event::after, 'z'>{}, WritesHeld{&written, 'c'},
                        Writes<Event::after, 'y'>{}};
    REQUIRE_THROWS_AS(held(fails), samples::NetworkError);
    REQUIRE(written == "abzcy");
}

TEST_CASE("only those hooks are called that watch the moment, those of several moments at each") {
    written.clear();
    Retrying<StopAfterAttempt<2>, Writes<Event::before, 'b'>, WatchesTwo, Writes<Event::after, 'a'>,
             Writes<Event::success, 's'>> const retrying;
    samples::FailsFirst<samples::NetworkError> fails_once{1};
    retrying(fails_once);
    REQUIRE(written == "b<ab<s>");
}

TEST_CASE("the value at the end is that of the hook that gives one, and all are told in order") {
    written.clear();
    Retrying<StopAfterAttempt<1>, Writes<Event::give_up, 'x'>, Replaces, Writes<Event::before, 'a'>,
             Writes<Event::give_up, 'y'>> const retrying;
    samples::AlwaysFails<samples::NetworkError> fails;
    REQUIRE(retrying(fails) == 7);
    REQUIRE(written == "axy");
}

// Stops.

namespace {
struct Flag {
    bool const* raised;
    constexpr bool stop_requested() const { return *raised; }
};
template <class... Ps>
using StopsOf = detail::StopGroup<Types<Ps...>>;
bool looks_at_failure(Attempt const&, Failure const&) { return false; }

/// A stop of the user's that can be asked whether it is cancelled, and has no token that a sleep could watch.
struct Poll {
    static constexpr Family family = Family::stop;
    bool const* raised;
    bool cancelled() const { return *raised; }
    bool stop(auto const&) const { return cancelled(); }
};
} // namespace

TEST_CASE("a group of stops sums up what they say") {
    using namespace std::chrono_literals;
    STATIC_REQUIRE(StopsOf<StopNever, StopAfterDelay<1s>>::bounded);
    STATIC_REQUIRE_FALSE(StopsOf<StopNever>::bounded);
    STATIC_REQUIRE(StopsOf<StopAfterAttempt<3>, StopAfterDelay<1s>>::needs_clock);
    STATIC_REQUIRE_FALSE(StopsOf<StopAfterAttempt<3>>::needs_clock);
    STATIC_REQUIRE(StopsOf<StopAfterAttempt<3>, StopAfterAttempt<2>>::max_attempts == 2);
    STATIC_REQUIRE(StopsOf<StopAfterAttempt<3>, StopAfterAttempt<>>::max_attempts == -1);
    STATIC_REQUIRE(StopsOf<StopWhenRequested<Flag>, StopAny<StopWhenRequested<Flag>, StopNever>>::tokens == 2);
    STATIC_REQUIRE(StopsOf<StopWhenRequested<Flag>>::can_be_requested);
    STATIC_REQUIRE_FALSE(StopsOf<StopAfterAttempt<3>>::can_be_requested);
    STATIC_REQUIRE(StopsOf<StopBeforeDelay<1s>>::has_deadline);
    STATIC_REQUIRE_FALSE(StopsOf<StopAfterDelay<1s>>::has_deadline);
    STATIC_REQUIRE(StopsOf<StopBefore>::ends_late);
    STATIC_REQUIRE(StopsOf<StopWhenRequested<Flag>>::ends_late);
    STATIC_REQUIRE_FALSE(StopsOf<StopBeforeDelay<1s>, StopAfterDelay<1s>>::ends_late);
    // One of several is enough.
    STATIC_REQUIRE(StopsOf<StopAfterAttempt<3>, StopIf<looks_at_failure>>::needs_failure);
    STATIC_REQUIRE_FALSE(StopsOf<StopAfterAttempt<3>, StopNever>::needs_failure);
    STATIC_REQUIRE(StopsOf<StopAfterAttempt<3>, StopBeforeDelay<1s>>::has_deadline);
    STATIC_REQUIRE(StopsOf<StopAfterAttempt<3>, StopBefore>::ends_late);
    STATIC_REQUIRE(StopsOf<StopAfterAttempt<3>, StopWhenRequested<Flag>>::can_be_requested);
    STATIC_REQUIRE(StopsOf<Poll>::can_be_requested);
    STATIC_REQUIRE(StopsOf<Poll>::tokens == 0);
}

namespace {
struct Pool {
    int left = 0;
    int given_back = 0;
    int successes = 0;
};
/// A stop of the user's that takes from a pool for each further attempt.
struct TakesFrom {
    static constexpr Family family = Family::stop;
    static constexpr StopReason reason = StopReason::budget;
    Pool* pool;
    int cost;
    int take(auto const&) const {
        if (pool->left < cost) return -1;
        pool->left -= cost;
        return cost;
    }
    void give_back(int amount) const {
        pool->left += amount;
        pool->given_back += amount;
    }
    void succeeded() const { ++pool->successes; }
};
using Taken = detail::Taken<Types<TakesFrom>>;
using PoolSet = detail::PolicySet<TakesFrom>;
} // namespace

TEST_CASE("what a stop took is given back once, unless it is spent") {
    Pool pool{5};
    PoolSet const set{detail::Given{TakesFrom{&pool, 3}}};
    {
        Taken taken{set};
        REQUIRE(taken.take(0) == StopReason::none);
        REQUIRE(pool.left == 2);
        Taken const copy{taken}; // has taken nothing
        taken.give_back();
        taken.give_back();
        REQUIRE(pool.given_back == 3);
        REQUIRE(taken.take(0) == StopReason::none);
    }
    REQUIRE(pool.left == 5);
    REQUIRE(pool.given_back == 6);
    {
        Taken taken{set};
        REQUIRE(taken.take(0) == StopReason::none);
        taken.spend();
        REQUIRE(taken.take(0) == StopReason::budget);
    }
    REQUIRE(pool.left == 2);
    REQUIRE(pool.given_back == 6);
    PoolSet const nothing{detail::Given{TakesFrom{&pool, 0}}};
    REQUIRE(Taken{nothing}.take(0) == StopReason::none);
}

TEST_CASE("a group tells a success to those of its stops that hear it") {
    STATIC_REQUIRE(StopsOf<TakesFrom>::hears_success);
    STATIC_REQUIRE(StopsOf<StopAfterAttempt<3>, TakesFrom>::hears_success);
    STATIC_REQUIRE(StopsOf<TakesFrom, StopAfterAttempt<3>>::hears_success);
    STATIC_REQUIRE_FALSE(StopsOf<StopAfterAttempt<3>, TakesOne>::hears_success);
    Pool pool;
    detail::PolicySet<StopAfterAttempt<3>, TakesFrom> const set{detail::Given{TakesFrom{&pool, 1}}};
    StopsOf<StopAfterAttempt<3>, TakesFrom>::succeeded(set);
    REQUIRE(pool.successes == 1);
}

TEST_CASE("a call pays for each further attempt, and its stop hears the success") {
    Pool pool{2};
    Retrying const retrying{StopAfterAttempt<9>{}, TakesFrom{&pool, 1}};
    samples::FailsFirst<samples::NetworkError> fails_once{1};
    retrying(fails_once);
    REQUIRE(pool.left == 1);
    REQUIRE(pool.successes == 1);
    samples::AlwaysFails<samples::NetworkError> fails;
    REQUIRE_THROWS_AS(retrying(fails), samples::NetworkError);
    REQUIRE(pool.left == 0);
    REQUIRE(pool.given_back == 0);
    REQUIRE(pool.successes == 1);
}

TEST_CASE("the deadline of a group is the first of its stops, which others do not hide") {
    using namespace std::chrono_literals;
    StopBeforeDelay const later{9s};
    StopBefore const before{TimePoint{6s}};
    StopAfterAttempt const attempts{3};
    using Held = detail::PolicySet<StopBeforeDelay<>, StopBefore, StopAfterAttempt<>>;
    Held const set{detail::Given{later, before, attempts}};
    REQUIRE(StopsOf<StopBeforeDelay<>, StopBefore, StopAfterAttempt<>>::deadline(set, TimePoint{1s}) == TimePoint{6s});
    REQUIRE(StopsOf<StopBefore, StopBeforeDelay<>>::deadline(set, TimePoint{-5s}) == TimePoint{4s});
    REQUIRE(StopsOf<StopAfterAttempt<>, StopBeforeDelay<>>::deadline(set, TimePoint{1s}) == TimePoint{10s});
}

TEST_CASE("after a sleep the first stop that says so ends the call") {
    using namespace std::chrono_literals;
    bool raised = false;
    ManualTime time{5s};
    StopWhenRequested const requested{Flag{&raised}};
    StopBefore const before{TimePoint{6s}};
    using Requested = std::remove_const_t<decltype(requested)>;
    detail::PolicySet<Requested, StopBefore> const set{detail::Given{requested, before}};
    using Group = StopsOf<Requested, StopBefore>;
    using Reversed = StopsOf<StopBefore, Requested>;
    REQUIRE(Group::woken(set, time) == StopReason::none);
    REQUIRE_FALSE(Group::requested(set));
    time.advance(1s);
    REQUIRE(Group::woken(set, time) == StopReason::deadline);
    raised = true;
    REQUIRE(Group::woken(set, time) == StopReason::cancelled);
    REQUIRE(Reversed::woken(set, time) == StopReason::deadline);
    REQUIRE(Group::requested(set));
    REQUIRE(Group::deadline(set, TimePoint{1s}) == TimePoint{6s});
    REQUIRE(StopsOf<Requested>::deadline(set, TimePoint{1s}) == TimePoint::max());
}

TEST_CASE("a stop that is polled is seen by attempts and after a sleep, though it has no token") {
    bool raised = false;
    Poll const poll{&raised};
    detail::PolicySet<Poll> const set{detail::Given{poll}};
    ManualTime time;
    REQUIRE_FALSE(StopsOf<Poll>::requested(set));
    REQUIRE(StopsOf<Poll>::woken(set, time) == StopReason::none);
    raised = true;
    REQUIRE(StopsOf<Poll>::requested(set));
    REQUIRE(StopsOf<Poll>::woken(set, time) == StopReason::cancelled);
}

TEST_CASE("a group shows the tokens of its stops until one is enough") {
    bool first = false;
    bool second = false;
    StopWhenRequested const one{Flag{&first}};
    StopAny const two{StopNever{}, StopWhenRequested{Flag{&second}}};
    using One = std::remove_const_t<decltype(one)>;
    using Two = std::remove_const_t<decltype(two)>;
    detail::PolicySet<One, Two> const set{detail::Given{one, two}};
    std::vector<bool const*> seen;
    auto const see = [&seen](Flag const& token) {
        seen.push_back(token.raised);
        return token.stop_requested();
    };
    REQUIRE_FALSE((StopsOf<One, Two>::any_token(set, see)));
    REQUIRE(seen == std::vector<bool const*>{&first, &second});
    seen.clear();
    first = true;
    REQUIRE(StopsOf<One, Two>::any_token(set, see));
    REQUIRE(seen == std::vector<bool const*>{&first});
    first = false;
    second = true;
    REQUIRE(StopsOf<One, Two>::requested(set));
    REQUIRE_FALSE(StopsOf<One>::requested(set));
}
