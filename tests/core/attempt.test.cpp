// SPDX-License-Identifier: BSL-1.0
#include <grit/core/attempt.hpp>

#include <limits>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

constexpr Attempt third() {
    Attempt attempt;
    attempt.advance(1s);
    attempt.advance(2s);
    return attempt;
}

struct Clock {
    TimePoint now() const { return TimePoint{4s}; }
};
struct Token {
    bool stop_requested() const { return true; }
};

} // namespace

TEST_CASE("the first Attempt is number 1, after no wait") {
    STATIC_REQUIRE(Attempt{}.number() == 1);
    STATIC_REQUIRE(Attempt{}.last_wait() == Duration::zero());
    STATIC_REQUIRE_FALSE(Attempt{}.has_deadline());
    STATIC_REQUIRE(Attempt{}.deadline() == TimePoint::max());
    STATIC_REQUIRE_FALSE(Attempt{}.stop_requested());
    REQUIRE(Attempt{}.remaining() == Duration::max());
}

TEST_CASE("an Attempt advances by one and remembers the last wait") {
    STATIC_REQUIRE(third().number() == 3);
    STATIC_REQUIRE(third().last_wait() == 2s);
    REQUIRE(third().number() == 3);
}

TEST_CASE("the number of an Attempt stays at the largest int") {
    constexpr int most = std::numeric_limits<int>::max();
    Attempt attempt{most - 1};
    attempt.advance(1s);
    REQUIRE(attempt.number() == most);
    attempt.advance(2s);
    REQUIRE(attempt.number() == most);
    REQUIRE(attempt.last_wait() == 2s);
}

TEST_CASE("an Attempt asks its context when it is asked") {
    Clock const clock;
    Token const token;
    Context const context{TimePoint{10s}, StopView{&token}, ClockView{&clock}};
    Attempt const attempt{2, 1s, context};
    REQUIRE(&attempt.context() == &context);
    REQUIRE(attempt.has_deadline());
    REQUIRE(attempt.deadline() == TimePoint{10s});
    REQUIRE(attempt.remaining() == 6s);
    REQUIRE(attempt.stop_requested());
}

TEST_CASE("a TimedAttempt is an Attempt that knows the time since the start") {
    constexpr TimedAttempt timed{third(), 7s};
    STATIC_REQUIRE(timed.elapsed() == 7s);
    STATIC_REQUIRE(timed.number() == 3);
    STATIC_REQUIRE(timed.last_wait() == 2s);
    STATIC_REQUIRE(std::is_convertible_v<TimedAttempt const&, Attempt const&>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<Attempt const&, TimedAttempt>);
    REQUIRE(timed.elapsed() == 7s);
}
