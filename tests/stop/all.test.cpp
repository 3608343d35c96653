// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/all.hpp>

#include <grit/stop/after_attempt.hpp>
#include <grit/stop/after_delay.hpp>
#include <grit/stop/any.hpp>
#include <grit/stop/before.hpp>
#include <grit/stop/before_delay.hpp>
#include <grit/stop/never.hpp>
#include <grit/stop/when_requested.hpp>

#include "stop/fake_query.hpp"
#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {
struct Mine {
    static constexpr Family family = Family::stop;
    constexpr bool operator()(Attempt const& attempt) const { return attempt.number() >= 2; }
};
struct Flag {
    bool raised;
    constexpr bool stop_requested() const { return raised; }
};
constexpr StopAll<StopAfterDelay<10s>, StopAfterAttempt<5>> both;

constexpr int clock_uses_of(auto const& stop, FakeQuery q) {
    int uses = 0;
    q.clock_uses = &uses;
    (void)stop.stop(q);
    return uses;
}
} // namespace

TEST_CASE("StopAll stops if each of its stops does") {
    STATIC_REQUIRE_FALSE(both.stop(FakeQuery{.number = 5, .since_start = 9s}));
    STATIC_REQUIRE_FALSE(both.stop(FakeQuery{.number = 4, .since_start = 10s}));
    STATIC_REQUIRE(both.stop(FakeQuery{.number = 5, .since_start = 10s}));
    REQUIRE(both.stop(FakeQuery{.number = 5, .since_start = 10s}));
}

TEST_CASE("StopAll asks those that look at the wait too, each of them") {
    constexpr StopAll<StopAfterAttempt<5>, StopBeforeDelay<10s>> stop;
    STATIC_REQUIRE_FALSE(stop.stop(FakeQuery{.number = 5, .since_start = 8s, .next_wait = 1s}));
    STATIC_REQUIRE_FALSE(stop.stop(FakeQuery{.number = 4, .since_start = 8s, .next_wait = 2s}));
    STATIC_REQUIRE(stop.stop(FakeQuery{.number = 5, .since_start = 8s, .next_wait = 2s}));
    constexpr auto two = StopBeforeDelay<10s>{} & StopBefore{TimePoint{30s}};
    STATIC_REQUIRE_FALSE(two.stop(FakeQuery{.since_start = 9s, .next_wait = 1s, .time = TimePoint{20s}}));
    STATIC_REQUIRE_FALSE(two.stop(FakeQuery{.since_start = 1s, .next_wait = 1s, .time = TimePoint{29s}}));
    STATIC_REQUIRE(two.stop(FakeQuery{.since_start = 9s, .next_wait = 1s, .time = TimePoint{29s}}));
}

TEST_CASE("StopAll gives the reason of the last one") {
    constexpr FakeQuery q{.number = 5, .since_start = 10s};
    STATIC_REQUIRE(both.reason(q) == StopReason::attempts);
    STATIC_REQUIRE((StopAfterAttempt<5>{} & StopAfterDelay<10s>{}).reason(q) == StopReason::delay);
    STATIC_REQUIRE((StopAfterAttempt<5>{} & Mine{}).reason(q) == StopReason::custom);
}

TEST_CASE("StopAll asks first those that need no clock") {
    STATIC_REQUIRE(clock_uses_of(both, FakeQuery{.number = 4}) == 0);
    STATIC_REQUIRE(clock_uses_of(both, FakeQuery{.number = 5}) == 1);
}

TEST_CASE("& makes a flat StopAll, also with a stop of the user's") {
    constexpr auto three = StopAfterAttempt<5>{} & StopAfterDelay<10s>{} & Mine{};
    STATIC_REQUIRE(std::is_same_v<decltype(three), StopAll<StopAfterAttempt<5>, StopAfterDelay<10s>, Mine> const>);
    constexpr auto four = Mine{} & both & StopNever{};
    STATIC_REQUIRE(
        std::is_same_v<decltype(four), StopAll<Mine, StopAfterDelay<10s>, StopAfterAttempt<5>, StopNever> const>);
    STATIC_REQUIRE_FALSE(four.stop(FakeQuery{.number = 9, .since_start = 1h}));
}

TEST_CASE("StopAll keeps a StopAny as one of its stops") {
    constexpr auto stop = Mine{} & (StopAfterAttempt<5>{} | StopAfterDelay<10s>{});
    STATIC_REQUIRE_FALSE(stop.stop(FakeQuery{.number = 1, .since_start = 10s}));
    STATIC_REQUIRE(stop.stop(FakeQuery{.number = 2, .since_start = 10s}));
    STATIC_REQUIRE(stop.stop(FakeQuery{.number = 5}));
    STATIC_REQUIRE(stop.reason(FakeQuery{.number = 5}) == StopReason::attempts);
}

TEST_CASE("StopAll has the most attempts if all are known, and is bounded if all are") {
    STATIC_REQUIRE(StopAll<StopAfterAttempt<5>, StopAfterAttempt<7>>::max_attempts == 7);
    STATIC_REQUIRE(both.max_attempts == 0);
    constexpr auto mixed = StopAfterAttempt<5>{} & StopAfterAttempt{6};
    STATIC_REQUIRE(mixed.max_attempts == -1);
    STATIC_REQUIRE(mixed.attempts() == 6);
    STATIC_REQUIRE(both.bounded);
    STATIC_REQUIRE_FALSE(StopAll<StopNever, StopAfterAttempt<5>>::bounded);
}

TEST_CASE("StopAll needs what one of its stops needs, and no room for constants") {
    STATIC_REQUIRE(both.needs_clock);
    STATIC_REQUIRE(StopAll<StopAfterAttempt<5>, StopBeforeDelay<1s>>::needs_wait);
    STATIC_REQUIRE_FALSE(StopAll<StopAfterAttempt<5>, Mine>::needs_clock);
    STATIC_REQUIRE(sizeof(both) == 1);
    STATIC_REQUIRE(sizeof(StopAll<StopAfterAttempt<>, StopNever, Mine>) == sizeof(int));
}

TEST_CASE("StopAll has a deadline only if each of its stops has one: the latest") {
    constexpr TimePoint start{1h};
    constexpr auto stop = StopBeforeDelay<10s>{} & StopBefore{start + 3s};
    STATIC_REQUIRE(stop.deadline(start) == start + 10s);
    STATIC_REQUIRE_FALSE(detail::StopTraits<StopAll<StopAfterAttempt<5>, StopBeforeDelay<1s>>>::has_deadline);
    STATIC_REQUIRE_FALSE(detail::StopTraits<decltype(stop)>::can_pass);
    STATIC_REQUIRE((StopBefore{start} & StopBefore{start + 1s}).passed(start + 1s));
    STATIC_REQUIRE_FALSE((StopBefore{start} & StopBefore{start + 1s}).passed(start));
}

TEST_CASE("StopAll is cancelled after the sleep only if nothing else needs to agree") {
    STATIC_REQUIRE((StopWhenRequested{Flag{true}} & StopWhenRequested{Flag{true}}).cancelled());
    STATIC_REQUIRE_FALSE((StopWhenRequested{Flag{true}} & StopWhenRequested{Flag{false}}).cancelled());
    STATIC_REQUIRE_FALSE(detail::StopTraits<StopAll<StopWhenRequested<Flag>, StopAfterAttempt<5>>>::can_cancel);
}
