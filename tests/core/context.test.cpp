// SPDX-License-Identifier: BSL-1.0
#include <grit/core/context.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct Token {
    bool requested = false;
    constexpr bool stop_requested() const { return requested; }
};

struct Clock {
    Duration time;
    constexpr TimePoint now() const { return TimePoint{time}; }
};

constexpr bool asks_its_token(bool requested) {
    Token token{requested};
    return StopView{&token}.stop_requested();
}

} // namespace

TEST_CASE("StopView asks its token, an empty one is never stopped") {
    STATIC_REQUIRE_FALSE(StopView{}.stop_possible());
    STATIC_REQUIRE_FALSE(StopView{}.stop_requested());

    Token token;
    StopView const stop{&token};
    REQUIRE(stop.stop_possible());
    REQUIRE_FALSE(stop.stop_requested());
    token.requested = true;
    REQUIRE(stop.stop_requested());
    REQUIRE(asks_its_token(true));
    REQUIRE_FALSE(asks_its_token(false));
}

TEST_CASE("ClockView reads its clock, the steady clock if it has none") {
    Clock const clock{5s};
    REQUIRE(ClockView{&clock}.now() == TimePoint{5s});
    TimePoint const before = ClockView{}.now();
    REQUIRE(ClockView{}.now() >= before);
}

TEST_CASE("a Context without a deadline has all the time") {
    STATIC_REQUIRE_FALSE(no_context.has_deadline());
    STATIC_REQUIRE(no_context.deadline() == TimePoint::max());
    STATIC_REQUIRE_FALSE(no_context.stop_requested());
    REQUIRE(no_context.remaining() == Duration::max());
}

TEST_CASE("a Context tells the time that remains, negative once it has passed") {
    Clock clock{3s};
    Context const context{TimePoint{10s}, StopView{}, ClockView{&clock}};
    REQUIRE(context.has_deadline());
    REQUIRE(context.remaining() == 7s);
    clock.time = 12s;
    REQUIRE(context.remaining() == -2s);
    clock.time = Duration::min();
    REQUIRE(context.remaining() == Duration::max());
}

TEST_CASE("a Context is narrowed, never widened") {
    constexpr Context narrow = no_context.narrowed(TimePoint{10s});
    STATIC_REQUIRE(narrow.deadline() == TimePoint{10s});
    STATIC_REQUIRE(narrow.narrowed(TimePoint{20s}).deadline() == TimePoint{10s});
    STATIC_REQUIRE(narrow.narrowed(TimePoint{5s}).deadline() == TimePoint{5s});

    Token const token{true};
    Clock const clock{1s};
    Context const context{TimePoint::max(), StopView{&token}, ClockView{&clock}};
    REQUIRE(context.narrowed(TimePoint{3s}).stop_requested());
    REQUIRE(context.narrowed(TimePoint{3s}).remaining() == 2s);
}
