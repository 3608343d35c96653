// SPDX-License-Identifier: BSL-1.0
#include <grit/timeout/deadline.hpp>

#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include <grit/retry.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct Busy : std::runtime_error {
    Busy() : std::runtime_error("busy") {}
};

Context context_of(ManualTime const& time, TimePoint deadline = TimePoint::max()) {
    return Context{deadline, StopView{}, ClockView{&time}};
}

} // namespace

TEST_CASE("a deadline counts from the start of the call, by the clock of the context", "[R-120]") {
    ManualTime time{100s};
    Context const context = context_of(time);
    auto const seen = [](Attempt const& inner) { return inner.deadline(); };
    REQUIRE(within(Attempt{1, 0s, context}, Deadline<5s>{})(seen) == TimePoint{105s});
    time.advance(1s);
    REQUIRE(within(Attempt{1, 0s, context}, Deadline{5s})(seen) == TimePoint{106s});
}

TEST_CASE("a deadline narrows and never widens", "[R-120]") {
    ManualTime time{100s};
    auto const seen_under = [&](auto deadline, Context const& context) {
        return within(Attempt{1, 0s, context}, deadline)([](Attempt const& inner) { return inner.deadline(); });
    };
    REQUIRE(seen_under(Deadline<5s>{}, context_of(time, TimePoint{103s})) == TimePoint{103s});
    REQUIRE(seen_under(Deadline<5s>{}, context_of(time, TimePoint{110s})) == TimePoint{105s});
    REQUIRE(seen_under(Deadline<Duration::max()>{}, context_of(time)) == TimePoint::max());
}

TEST_CASE("an attempt keeps its number and its last wait inside a deadline") {
    ManualTime time{100s};
    Context const context = context_of(time);
    auto const both = within(Attempt{3, 2s, context}, Deadline<5s>{})(
        [](Attempt const& inner) { return std::pair{inner.number(), inner.last_wait()}; });
    REQUIRE(both == std::pair{3, Duration{2s}});
}

TEST_CASE("everything inside a deadline sees it", "[R-121]") {
    ManualTime time{100s};
    Context const context = context_of(time);
    Retrying const outer{StopAfterAttempt<2>{}, WaitFixed<1s>{}, Time{time}};
    Retrying const inner{StopAfterAttempt<9>{}, WaitExponential<1s, 60s>{}, Time{time}};
    std::vector<Duration> remaining;
    StopReason reason = StopReason::none;
    auto const innermost = inner.with(OnGiveUp{[&](Attempt const&, Failure const& f) { reason = f.reason(); }});
    auto const fails = [&](Attempt const& attempt) {
        remaining.push_back(attempt.remaining());
        throw Busy{};
    };
    REQUIRE_THROWS_AS(within(Attempt{1, 0s, context}, Deadline<10s>{})([&](Attempt const& under) {
                          return within(under,
                                        outer)([&](Attempt const& around) { return within(around, innermost)(fails); });
                      }),
                      Busy);
    // First the inner 1 + 2 + 4 s (8 s more would reach the deadline), then the outer 1 s and the inner 1 s.
    REQUIRE(time.slept() == std::vector<Duration>{1s, 2s, 4s, 1s, 1s});
    REQUIRE(remaining == std::vector<Duration>{10s, 9s, 7s, 3s, 2s, 1s});
    REQUIRE(reason == StopReason::deadline);
}

TEST_CASE("an operation alone asks what remains", "[R-121]") {
    Duration const left = Deadline<1h>{}([](Attempt const& attempt) { return attempt.remaining(); });
    REQUIRE(left <= 1h);
    REQUIRE(left > 59min);
    REQUIRE(Deadline<1h>{}([](Attempt const& attempt, int n) { return attempt.has_deadline() ? n : 0; }, 7) == 7);
    auto const wrapped = Deadline{1h}.wrap([](Attempt const& attempt, int& n) -> int& {
        n = attempt.has_deadline() ? 1 : 0;
        return n;
    });
    int n = 5;
    REQUIRE(&wrapped(n) == &n);
    REQUIRE(n == 1);
}

TEST_CASE("nothing starts after a deadline or a requested stop", "[R-122]") {
    ManualTime time{100s};
    auto const not_called = [](Attempt const&) { FAIL("it was called"); };
    Context const alone = context_of(time);
    REQUIRE_THROWS_AS(within(Attempt{1, 0s, alone}, Deadline<0s>{})(not_called), DeadlineExceeded);
    Context const passed = context_of(time, TimePoint{100s});
    REQUIRE_THROWS_AS(within(Attempt{1, 0s, passed}, Deadline<5s>{})(not_called), DeadlineExceeded);
    REQUIRE_THROWS_AS(Deadline<0s>{}(not_called), Rejected);

    struct Flag {
        static bool stop_requested() { return true; }
    } const flag;
    Context const stopped{TimePoint::max(), StopView{&flag}, ClockView{&time}};
    REQUIRE_THROWS_AS(within(Attempt{1, 0s, stopped}, Deadline<5s>{})(not_called), Cancelled);

    auto const refused = Deadline<0s>{}.try_call(not_called);
    REQUIRE(!refused.has_value());
    REQUIRE(std::holds_alternative<DeadlinePassed>(refused.error()));
    REQUIRE(Deadline<1h>{}.try_call([](Attempt const&) {}).has_value());
}

TEST_CASE("a deadline is a stage, validated as every policy is") {
    STATIC_REQUIRE(Stage<Deadline<1s>>);
    STATIC_REQUIRE(std::is_empty_v<Deadline<1s>>);
    STATIC_REQUIRE(std::is_same_v<decltype(Deadline{1s}), Deadline<>>);
    STATIC_REQUIRE(Deadline{1500ms}.limit() == 1500ms);
    REQUIRE_THROWS_AS(Deadline{-1s}, std::invalid_argument);
}
