// SPDX-License-Identifier: BSL-1.0
#include <grit/core/order.hpp>

#include <stdexcept>
#include <string>

#include <grit.hpp>
#include <grit/core/keyed.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

using Breaker = CircuitBreaker<OpenAfterFailures<9>, OpenFor<60s>>;
using Limiter = RateLimiter<1000, 1s>;
using Places = Bulkhead<9>;
using Adaptive = ConcurrencyLimit<Aimd<1s>>;
using Retry = Retrying<StopAfterAttempt<2>>;

/// Says that it races attempts, and makes one.
struct Race : StageInterface<Race> {
    static constexpr bool races_attempts = true;
    struct Call {
        void start(Attempt const&) const {}
    };
    Call call(Attempt const&) const { return {}; }
};
struct Stages {
    Retry retry;
    Breaker breaker;
    Limiter limiter;
    Places places;
    Adaptive adaptive;
    Deadline<1h> deadline;
    Fallback<-1> fallback;
    Race race;
};

/// Runs an operation that fails once inside a pair of stages, and the pair inside a third. Returns: the calls made.
template <class Outer, class Inner>
int calls_inside(Outer& outer, Inner& inner) {
    int calls = 0;
    auto const op = [&calls](Attempt const&) -> int { return ++calls == 1 ? throw std::runtime_error("once") : calls; };
    auto const pair = pipeline(outer, inner);
    auto const all = pipeline(Deadline<2h>{}, pair);
    try {
        all(op);
    } catch (std::runtime_error const&) {
    }
    return calls;
}

} // namespace

TEST_CASE("Every order that can be meant compiles, and repeats where a retry is in it", "[R-673]") {
    Stages s;
    auto const with_a_retry_outside = [&](auto& inner) { CHECK(calls_inside(s.retry, inner) == 2); };
    with_a_retry_outside(s.breaker);
    with_a_retry_outside(s.limiter);
    with_a_retry_outside(s.places);
    with_a_retry_outside(s.adaptive);
    with_a_retry_outside(s.deadline);
    with_a_retry_outside(s.race);
    CHECK(calls_inside(s.retry, s.fallback) == 1); // it answers the first failure
    auto const with_a_retry_inside = [&](auto& outer) { CHECK(calls_inside(outer, s.retry) == 2); };
    with_a_retry_inside(s.limiter);
    with_a_retry_inside(s.places);
    with_a_retry_inside(s.adaptive);
    with_a_retry_inside(s.deadline);
    with_a_retry_inside(s.fallback);
    auto const without_a_retry = [&](auto& a, auto& b) {
        CHECK(calls_inside(a, b) == 1);
        CHECK(calls_inside(b, a) == 1);
    };
    without_a_retry(s.breaker, s.limiter);
    without_a_retry(s.breaker, s.places);
    without_a_retry(s.breaker, s.adaptive);
    without_a_retry(s.breaker, s.deadline);
    without_a_retry(s.breaker, s.fallback);
    without_a_retry(s.breaker, s.race);
    without_a_retry(s.breaker, s.breaker);
    without_a_retry(s.limiter, s.places);
    without_a_retry(s.limiter, s.limiter);
    without_a_retry(s.places, s.adaptive);
    without_a_retry(s.deadline, s.fallback);
    without_a_retry(s.deadline, s.deadline);
    without_a_retry(s.race, s.race);
}

TEST_CASE("What a stage says of the order is said by what holds it", "[R-670][R-671]") {
    using Inner = Pipeline<Deadline<1s>, Retry>;
    STATIC_REQUIRE(repeats_calls<Pipeline<Inner, Race>>);
    STATIC_REQUIRE(races_attempts<Pipeline<Inner, Race>>);
    STATIC_REQUIRE_FALSE(races_attempts<Inner>);
    STATIC_REQUIRE(counts_calls<Pipeline<Inner, Breaker&>>);
    STATIC_REQUIRE(counts_calls<detail::OwnedStage<Breaker>>);
    STATIC_REQUIRE_FALSE(races_attempts<detail::OwnedStage<Breaker>>);
    auto const op = [](Attempt const&) { return 1; };
    STATIC_REQUIRE(repeats_calls<decltype(Retry{}.wrap(op))>);
    STATIC_REQUIRE(repeats_calls<decltype(Fallback<0>{}.wrap(Retry{}.wrap(op)))>);
    STATIC_REQUIRE(repeats_calls<decltype(Inner{Deadline<1s>{}, Retry{}}.wrap(op))>);
    STATIC_REQUIRE_FALSE(repeats_calls<decltype(Deadline<1s>{}.wrap(op))>);
    STATIC_REQUIRE_FALSE(repeats_calls<decltype(std::declval<Breaker&>().wrap(op))>);
}

TEST_CASE("A wrapped callable that repeats nothing may stand in everything", "[R-673]") {
    Stages s;
    auto const limited = s.limiter.wrap([] { return 1; });
    CHECK(s.breaker(limited) == 1);
    CHECK(*s.breaker.try_call(limited) == 1);
    CHECK(s.retry(limited) == 1);
    CHECK(s.race(limited) == 1);
    CHECK(pipeline(s.retry, s.breaker)(limited) == 1);
    CHECK(s.retry(s.breaker.wrap([] { return 2; })) == 2);
    CHECK(s.fallback(s.retry.wrap([] { return 3; })) == 3);
}

TEST_CASE("A stage before another one stands outside it", "[R-670]") {
    STATIC_REQUIRE(detail::stands_outside({true, false}, {false, true}));
    STATIC_REQUIRE(detail::stands_outside({true, false, false}, {false, false, true}));
    STATIC_REQUIRE(detail::stands_outside({true, true}, {true, true}));
    STATIC_REQUIRE_FALSE(detail::stands_outside({false, true}, {true, false}));
    STATIC_REQUIRE_FALSE(detail::stands_outside({true, false}, {true, false})); // a stage is not outside itself
    STATIC_REQUIRE_FALSE(detail::stands_outside({false}, {true}));
}
