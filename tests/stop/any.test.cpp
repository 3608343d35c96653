// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/any.hpp>

#include <vector>

#include <grit/stop/after_attempt.hpp>
#include <grit/stop/after_delay.hpp>
#include <grit/stop/all.hpp>
#include <grit/stop/before.hpp>
#include <grit/stop/before_delay.hpp>
#include <grit/stop/if.hpp>
#include <grit/stop/never.hpp>
#include <grit/stop/when_requested.hpp>

#include "stop/fake_query.hpp"
#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
using detail::Turn;

namespace {
struct Mine {
    static constexpr Family family = Family::stop;
    constexpr bool operator()(Attempt const& attempt) const { return attempt.number() == 2; }
};
constexpr StopAny<StopAfterDelay<10s>, StopAfterAttempt<5>> either;

struct Flag {
    bool const* raised;
    constexpr bool stop_requested() const { return *raised; }
};
struct Always {
    static constexpr bool stop_requested() { return true; }
};

constexpr int clock_uses_of(auto const& stop, FakeQuery q) {
    int uses = 0;
    q.clock_uses = &uses;
    (void)stop.stop(q);
    return uses;
}
} // namespace

TEST_CASE("StopAny stops if one of its stops does") {
    STATIC_REQUIRE_FALSE(either.stop(FakeQuery{.number = 4, .since_start = 9s}));
    STATIC_REQUIRE(either.stop(FakeQuery{.number = 5, .since_start = 9s}));
    STATIC_REQUIRE(either.stop(FakeQuery{.number = 4, .since_start = 10s}));
    REQUIRE(either.stop(FakeQuery{.number = 5, .since_start = 10s}));
}

TEST_CASE("StopAny gives the reason of the first that stops, in the order in which they are asked") {
    STATIC_REQUIRE(either.reason(FakeQuery{.number = 5, .since_start = 10s}) == StopReason::attempts);
    STATIC_REQUIRE(either.reason(FakeQuery{.number = 5, .since_start = 9s}) == StopReason::attempts);
    STATIC_REQUIRE(either.reason(FakeQuery{.number = 4, .since_start = 10s}) == StopReason::delay);
    STATIC_REQUIRE(either.reason(FakeQuery{.number = 4, .since_start = 9s}) == StopReason::none);
    STATIC_REQUIRE((StopAfterAttempt<5>{} | StopAfterDelay<10s>{}).reason(FakeQuery{.number = 5, .since_start = 10s}) ==
                   StopReason::attempts);
}

TEST_CASE("StopAny asks those of one turn as they are listed") {
    constexpr FakeQuery all{.number = 2, .since_start = 9s, .next_wait = 9s, .time = TimePoint{9s}};
    STATIC_REQUIRE((Mine{} | StopAfterAttempt<2>{}).reason(all) == StopReason::custom);
    STATIC_REQUIRE((StopAfterAttempt<2>{} | Mine{}).reason(all) == StopReason::attempts);
    constexpr StopIf long_ago{[](TimedAttempt const& attempt) { return attempt.elapsed() >= 9s; }};
    STATIC_REQUIRE((long_ago | StopAfterDelay<9s>{}).reason(all) == StopReason::custom);
    STATIC_REQUIRE((StopAfterDelay<9s>{} | long_ago).reason(all) == StopReason::delay);
    STATIC_REQUIRE((StopBefore{TimePoint{9s}} | StopBeforeDelay<9s>{}).reason(all) == StopReason::deadline);
    STATIC_REQUIRE((StopBeforeDelay<9s>{} | StopBefore{TimePoint{9s}}).reason(all) == StopReason::delay);
}

TEST_CASE("StopAny asks those that look at the wait last") {
    constexpr auto stop = StopBefore{TimePoint{9s}} | StopAfterDelay<9s>{} | StopAfterAttempt<5>{};
    STATIC_REQUIRE(stop.reason(FakeQuery{.number = 5, .since_start = 9s, .time = TimePoint{9s}}) ==
                   StopReason::attempts);
    STATIC_REQUIRE(stop.reason(FakeQuery{.since_start = 9s, .time = TimePoint{9s}}) == StopReason::delay);
    STATIC_REQUIRE(stop.reason(FakeQuery{.time = TimePoint{9s}}) == StopReason::deadline);
}

TEST_CASE("StopAny asks first those that need no clock") {
    STATIC_REQUIRE(clock_uses_of(either, FakeQuery{.number = 5}) == 0);
    STATIC_REQUIRE(clock_uses_of(either, FakeQuery{.number = 4}) == 1);
    constexpr StopAny nested{either, Mine{}};
    STATIC_REQUIRE(clock_uses_of(nested, FakeQuery{.number = 2}) == 0);
    STATIC_REQUIRE(clock_uses_of(nested, FakeQuery{.number = 5}) == 0);
}

TEST_CASE("StopAny can be asked turn by turn") {
    constexpr auto stop = either | StopBeforeDelay<20s>{};
    constexpr auto in_turn = []<Turn T>(auto const& any, std::integral_constant<Turn, T>, FakeQuery const& q) {
        return detail::StopTraits<std::remove_cvref_t<decltype(any)>>::template ask<T>(any, q);
    };
    constexpr std::integral_constant<Turn, Turn::at_once> at_once;
    constexpr std::integral_constant<Turn, Turn::with_time> with_time;
    constexpr std::integral_constant<Turn, Turn::with_wait> with_wait;
    STATIC_REQUIRE(in_turn(stop, at_once, FakeQuery{.number = 5}) == StopReason::attempts);
    STATIC_REQUIRE(in_turn(stop, with_time, FakeQuery{.number = 5}) == StopReason::none);
    STATIC_REQUIRE(in_turn(stop, at_once, FakeQuery{.since_start = 10s}) == StopReason::none);
    STATIC_REQUIRE(in_turn(stop, with_time, FakeQuery{.since_start = 10s}) == StopReason::delay);
    STATIC_REQUIRE(in_turn(stop, with_time, FakeQuery{.next_wait = 20s}) == StopReason::none);
    STATIC_REQUIRE(in_turn(stop, with_wait, FakeQuery{.next_wait = 20s}) == StopReason::delay);
    STATIC_REQUIRE(in_turn(stop, with_wait, FakeQuery{.number = 5}) == StopReason::none);
}

TEST_CASE("StopAny asks each stop once when it gives the reason") {
    int asked = 0;
    auto const never_yet = [&asked] { return ++asked < 0; };
    auto const always = [&asked] { return ++asked > 0; };
    StopAny const stop{StopAny{StopAfterDelay<10s>{}, StopIf{never_yet}}, StopAfterDelay<5s>{}, StopIf{always}};
    REQUIRE(stop.reason(FakeQuery{}) == StopReason::custom);
    REQUIRE(asked == 2);
    StopAny const later{StopAny{StopAfterDelay<10s>{}, StopIf{never_yet}}, StopAfterDelay<5s>{}, StopIf{never_yet}};
    REQUIRE(later.reason(FakeQuery{.since_start = 5s}) == StopReason::delay);
    REQUIRE(asked == 4);
}

TEST_CASE("StopAny asks the stops of a StopAny inside it in their turns, wherever that stands") {
    constexpr StopAny stop{StopAfterDelay<9s>{}, StopAny{StopAfterAttempt<9>{}, Mine{}}, StopAfterAttempt<2>{}};
    STATIC_REQUIRE(stop.reason(FakeQuery{.number = 2}) == StopReason::custom);
    STATIC_REQUIRE(stop.reason(FakeQuery{.number = 9}) == StopReason::attempts);
    STATIC_REQUIRE(stop.reason(FakeQuery{.number = 1, .since_start = 9s}) == StopReason::delay);
    constexpr StopAny outer{StopAny{StopAfterDelay<9s>{}, Mine{}}, StopAfterAttempt<2>{}};
    STATIC_REQUIRE(outer.reason(FakeQuery{.number = 2, .since_start = 9s}) == StopReason::custom);
    STATIC_REQUIRE(outer.reason(FakeQuery{.number = 3, .since_start = 9s}) == StopReason::attempts);
    STATIC_REQUIRE(clock_uses_of(outer, FakeQuery{.number = 3, .since_start = 9s}) == 0);
}

TEST_CASE("| makes a flat StopAny, also with a stop of the user's") {
    constexpr auto three = StopAfterAttempt<5>{} | StopAfterDelay<10s>{} | Mine{};
    STATIC_REQUIRE(std::is_same_v<decltype(three), StopAny<StopAfterAttempt<5>, StopAfterDelay<10s>, Mine> const>);
    constexpr auto four = StopNever{} | three;
    STATIC_REQUIRE(
        std::is_same_v<decltype(four), StopAny<StopNever, StopAfterAttempt<5>, StopAfterDelay<10s>, Mine> const>);
    STATIC_REQUIRE(four.stop(FakeQuery{.number = 2}));
    STATIC_REQUIRE(four.reason(FakeQuery{.number = 2}) == StopReason::custom);
    STATIC_REQUIRE(std::is_same_v<decltype(StopAny{StopNever{}, Mine{}}), StopAny<StopNever, Mine>>);
}

TEST_CASE("StopAny has the fewest attempts that are known, and is bounded if one is") {
    STATIC_REQUIRE(decltype(StopAfterAttempt<5>{} | StopAfterDelay<10s>{} | StopAfterAttempt<3>{})::max_attempts == 3);
    STATIC_REQUIRE(decltype(StopAfterDelay<10s>{} | StopNever{})::max_attempts == 0);
    constexpr auto mixed = StopAfterAttempt<5>{} | StopAfterAttempt{4};
    STATIC_REQUIRE(mixed.max_attempts == -1);
    STATIC_REQUIRE(mixed.attempts() == 4);
    STATIC_REQUIRE(either.bounded);
    STATIC_REQUIRE(StopAny<StopNever, StopAfterAttempt<5>>::bounded);
    STATIC_REQUIRE_FALSE(StopAny<StopNever, Mine>::bounded);
}

TEST_CASE("StopAny needs what one of its stops needs") {
    STATIC_REQUIRE(either.needs_clock);
    STATIC_REQUIRE_FALSE(either.needs_wait);
    STATIC_REQUIRE(StopAny<StopAfterAttempt<5>, StopBeforeDelay<1s>>::needs_wait);
    STATIC_REQUIRE_FALSE(StopAny<StopAfterAttempt<5>, Mine>::needs_clock);
}

TEST_CASE("StopAny of constant stops has no state, equal parts cost nothing either") {
    STATIC_REQUIRE(sizeof(either) == 1);
    STATIC_REQUIRE(std::is_empty_v<StopAny<StopAfterAttempt<5>, StopAny<StopAfterAttempt<5>, StopNever>>>);
    STATIC_REQUIRE(std::is_default_constructible_v<StopAny<StopAfterAttempt<5>, StopNever>>);
    STATIC_REQUIRE(sizeof(StopAny<StopAfterAttempt<>, StopNever, Mine>) == sizeof(int));
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<StopAny<StopAfterAttempt<>, StopNever>>);
}

TEST_CASE("StopAny has the earliest deadline of its stops") {
    constexpr TimePoint start{1h};
    constexpr auto stop = StopAfterAttempt<5>{} | StopBeforeDelay<10s>{} | StopBefore{start + 3s};
    STATIC_REQUIRE(stop.deadline(start) == start + 3s);
    STATIC_REQUIRE(stop.passed(start + 3s));
    STATIC_REQUIRE_FALSE(stop.passed(start + 2s));
    STATIC_REQUIRE_FALSE(detail::StopTraits<StopAny<StopAfterAttempt<5>, StopNever>>::has_deadline);
    STATIC_REQUIRE_FALSE(detail::StopTraits<StopAny<StopAfterAttempt<5>, StopBeforeDelay<1s>>>::can_pass);
}

TEST_CASE("StopAny says hint if the wait that it refuses was asked for, and only then") {
    constexpr auto stop = StopAfterAttempt<5>{} | StopBeforeDelay<10s>{};
    STATIC_REQUIRE(stop.reason(FakeQuery{.next_wait = 20s, .asked_for = true}) == StopReason::hint);
    STATIC_REQUIRE(stop.reason(FakeQuery{.number = 5, .next_wait = 20s, .asked_for = true}) == StopReason::attempts);
}

TEST_CASE("StopAny is cancelled by each of its tokens") {
    bool first = false;
    bool second = false;
    auto const one = StopAfterAttempt<5>{} | StopWhenRequested{Flag{&first}};
    auto const two = one | StopWhenRequested{Flag{&second}};
    STATIC_REQUIRE_FALSE(detail::StopTraits<StopAny<StopAfterAttempt<5>, StopNever>>::can_cancel);
    STATIC_REQUIRE(detail::StopTraits<decltype(two)>::can_cancel);
    REQUIRE_FALSE(two.cancelled());
    second = true;
    REQUIRE(two.cancelled());
    REQUIRE(two.reason(FakeQuery{}) == StopReason::cancelled);
    REQUIRE_FALSE(one.cancelled());
}

TEST_CASE("StopAny shows its tokens one by one, until one is enough") {
    bool raised = false;
    auto const one = StopAfterAttempt<5>{} | StopWhenRequested{Flag{&raised}};
    auto const two = one | StopWhenRequested{Always{}};
    STATIC_REQUIRE(detail::StopTraits<StopAny<StopAfterAttempt<5>, StopNever>>::tokens == 0);
    STATIC_REQUIRE(detail::StopTraits<decltype(one)>::tokens == 1);
    STATIC_REQUIRE(detail::StopTraits<decltype(two)>::tokens == 2);
    STATIC_REQUIRE(detail::StopTraits<decltype(StopNever{} | StopAny{two, StopWhenRequested{Always{}}})>::tokens == 3);

    std::vector<void const*> seen;
    auto const see = [&seen](auto const& token) {
        seen.push_back(&token);
        return bool(token.stop_requested());
    };
    REQUIRE_FALSE(one.any_token(see));
    REQUIRE(seen == std::vector<void const*>{&one.part<1>().token()});
    seen.clear();
    REQUIRE(two.any_token(see));
    REQUIRE(seen == std::vector<void const*>{&two.part<1>().token(), &two.part<2>().token()});
    seen.clear();
    raised = true;
    REQUIRE(StopAny(StopNever{}, two).any_token(see));
    REQUIRE(seen.size() == 1);
}

TEST_CASE("StopAny shows a token that outlives it if it has no state") {
    using Requested = StopWhenRequested<Always>;
    std::vector<Always const*> seen;
    auto const see = [&seen](Always const& token) {
        seen.push_back(&token);
        return false;
    };
    StopAny<StopNever, Requested>{}.any_token(see);
    StopAny<Requested, StopNever, Requested>{}.any_token(see);
    REQUIRE(seen.size() == 3);
    for (Always const* const token : seen) {
        REQUIRE(token->stop_requested());
        REQUIRE(token == &Requested{}.token());
    }
}

TEST_CASE("StopAny takes a StopAll as one of its stops") {
    constexpr auto stop = (StopAfterAttempt<3>{} & StopAfterDelay<10s>{}) | StopAfterAttempt<8>{};
    STATIC_REQUIRE_FALSE(stop.stop(FakeQuery{.number = 3, .since_start = 9s}));
    STATIC_REQUIRE(stop.stop(FakeQuery{.number = 3, .since_start = 10s}));
    STATIC_REQUIRE(stop.reason(FakeQuery{.number = 3, .since_start = 10s}) == StopReason::delay);
    STATIC_REQUIRE(stop.stop(FakeQuery{.number = 8}));
    STATIC_REQUIRE(stop.max_attempts == 8);
}

TEST_CASE("StopAny works with stops whose values come at run time") {
    int attempts = 5;
    bool give_up = false;
    auto const stop = StopAfterAttempt{attempts} | StopIf{[&give_up] { return give_up; }} | StopAfterDelay{10s};
    REQUIRE_FALSE(stop.stop(FakeQuery{.number = 4, .since_start = 9s}));
    REQUIRE(stop.stop(FakeQuery{.number = 5, .since_start = 9s}));
    give_up = true;
    REQUIRE(stop.stop(FakeQuery{}));
    REQUIRE(stop.reason(FakeQuery{}) == StopReason::custom);
}
