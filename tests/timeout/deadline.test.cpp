// SPDX-License-Identifier: BSL-1.0
#include <grit/timeout/deadline.hpp>

#include <stdexcept>
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
    Deadline<5s>{}.run([&](Context const& inner) { REQUIRE(inner.deadline() == TimePoint{105s}); }, context_of(time));
    time.advance(1s);
    Deadline{5s}.run([&](Context const& inner) { REQUIRE(inner.deadline() == TimePoint{106s}); }, context_of(time));
}

TEST_CASE("a deadline narrows and never widens", "[R-120]") {
    ManualTime time{100s};
    auto const seen = [](Context const& inner) { return inner.deadline(); };
    REQUIRE(Deadline<5s>{}.run(seen, context_of(time, TimePoint{103s})) == TimePoint{103s});
    REQUIRE(Deadline<5s>{}.run(seen, context_of(time, TimePoint{110s})) == TimePoint{105s});
    REQUIRE(Deadline<Duration::max()>{}.run(seen, context_of(time)) == TimePoint::max());
}

TEST_CASE("everything inside a deadline sees it", "[R-121]") {
    ManualTime time{100s};
    Retrying const outer{StopAfterAttempt<2>{}, WaitFixed<1s>{}, Time{time}};
    Retrying const inner{StopAfterAttempt<9>{}, WaitExponential<1s, 60s>{}, Time{time}};
    std::vector<Duration> remaining;
    StopReason reason = StopReason::none;
    auto const innermost = inner.with(OnGiveUp{[&](Attempt const&, Failure const& f) { reason = f.reason(); }});
    REQUIRE_THROWS_AS((Deadline<10s>{}.run(
                          [&](Context const& context) {
                              return outer.run(
                                  [&](Attempt const& around) {
                                      return innermost.run(
                                          [&](Attempt const& attempt) {
                                              remaining.push_back(attempt.remaining());
                                              throw Busy{};
                                          },
                                          around.context());
                                  },
                                  context);
                          },
                          context_of(time))),
                      Busy);
    // First the inner 1 + 2 + 4 s (8 s more would reach the deadline), then the outer 1 s and the inner 1 s.
    REQUIRE(time.slept() == std::vector<Duration>{1s, 2s, 4s, 1s, 1s});
    REQUIRE(remaining == std::vector<Duration>{10s, 9s, 7s, 3s, 2s, 1s});
    REQUIRE(reason == StopReason::deadline);
}

TEST_CASE("an operation alone asks what remains", "[R-121]") {
    Duration const left = Deadline<1h>{}([](Context const& context) { return context.remaining(); });
    REQUIRE(left <= 1h);
    REQUIRE(left > 59min);
    REQUIRE(Deadline<1h>{}([](Attempt const& attempt, int n) { return attempt.has_deadline() ? n : 0; }, 7) == 7);
    auto const wrapped = Deadline{1h}.wrap([](Context const& context, int& n) -> int& {
        n = context.has_deadline() ? 1 : 0;
        return n;
    });
    int n = 5;
    REQUIRE(&wrapped(n) == &n);
    REQUIRE(n == 1);
}

TEST_CASE("a deadline that has passed lets the first attempt run, and no other") {
    ManualTime time{100s};
    int calls = 0;
    REQUIRE_THROWS_AS(Deadline<0s>{}.run(
                          [&](Context const& context) {
                              return Retrying{StopAfterAttempt<9>{}, Time{time}}.run(
                                  [&](Attempt const& attempt) {
                                      ++calls;
                                      REQUIRE(attempt.remaining() == 0s);
                                      throw Busy{};
                                  },
                                  context);
                          },
                          context_of(time)),
                      Busy);
    REQUIRE(calls == 1);
}

TEST_CASE("a deadline is a stage, validated as every policy is") {
    auto next = [](Context const&) {};
    STATIC_REQUIRE(Stage<Deadline<1s>, decltype(next)>);
    STATIC_REQUIRE(std::is_empty_v<Deadline<1s>>);
    STATIC_REQUIRE(std::is_same_v<decltype(Deadline{1s}), Deadline<>>);
    STATIC_REQUIRE(Deadline{1500ms}.limit() == 1500ms);
    REQUIRE_THROWS_AS(Deadline{-1s}, std::invalid_argument);
}
