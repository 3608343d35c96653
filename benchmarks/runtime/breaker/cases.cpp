// SPDX-License-Identifier: BSL-1.0
// One call through a breaker: by grit, through an atomic breaker and a mutex breaker by hand, and bare.

#include <ctime>

#include <grit.hpp>

#include "by_hand.hpp"
#include "cases.hpp"

namespace cases {
namespace {

using namespace std::chrono_literals;

// A case is a breaker, a function that calls through it, and a line in the list below.
#define CALL [[gnu::noinline]] int

/// A clock that is some milliseconds late and costs a quarter of the steady one; nobody sleeps.
struct CoarseTime {
    grit::TimePoint now() const noexcept {
        timespec t{};
        clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
        return grit::TimePoint{std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec}};
    }
    void sleep(grit::Duration) const noexcept {}
};

constexpr bool is_bad(int result) noexcept { return result != 0; }

template <class... Ps>
using Breaker = grit::CircuitBreaker<grit::OpenFor<60s>, Ps...>;
using Five = grit::OpenAfterFailures<5>;
using Never = grit::OpenAfterFailures<2'000'000'000>; // more than a run has
using Rate = grit::OpenAtFailureRate<60, grit::CountWindow<31>, grit::MinimumCalls<10>>;
using RateOfTime = grit::OpenAtFailureRate<50, grit::TimeWindow<10s, 10>, grit::MinimumCalls<10>>;
using Robust = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<Timeout>, grit::Time<CoarseTime>>;
using RobustByResult = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfResult<is_bad>, grit::Time<CoarseTime>>;

// Healthy.
by_hand::AtomicBreaker<5> atomic_breaker;
by_hand::MutexBreaker<5> mutex_breaker;
constinit Breaker<Five> five;
constinit Breaker<Five, grit::FailureIf<Timeout>> five_named;
constinit Breaker<Five, grit::FailureIfResult<is_bad>> five_result;
constinit Breaker<Rate> rate;
by_hand::WindowBreaker<CoarseTime> window_breaker;
constinit Breaker<RateOfTime, grit::Time<CoarseTime>> rate_of_time;
constinit Breaker<RateOfTime> rate_of_steady_time;
constinit Breaker<grit::OpenAfterFailuresWithin<5, 10s>> five_within;

CALL bare() { return succeeds(); }
// What a window of time cannot do without: a clock, and a word that is exchanged.
std::atomic<std::uint64_t> word;
void exchange() {
    std::uint64_t was = word.load(std::memory_order_relaxed);
    while (!word.compare_exchange_weak(was, was + 1)) {
    }
}
CALL bare_exchange() {
    int const result = succeeds();
    exchange();
    return result;
}
CALL bare_clock() {
    int const result = succeeds();
    CoarseTime{}.now();
    return result;
}
CALL bare_clock_and_exchange() {
    int const result = succeeds();
    CoarseTime{}.now();
    exchange();
    return result;
}
CALL atomic_direct() {
    if (!atomic_breaker.may_call()) [[unlikely]]
        by_hand::refuse();
    by_hand::Failure<by_hand::AtomicBreaker<5>> failure{&atomic_breaker};
    int const result = succeeds();
    failure.breaker = nullptr;
    atomic_breaker.succeeded();
    return result;
}
CALL atomic() { return by_hand::call(atomic_breaker, succeeds); }
CALL mutex() { return by_hand::call(mutex_breaker, succeeds); }
CALL in_a_row() { return five(succeeds); }
CALL named() { return five_named(succeeds); }
CALL judged() { return five_result(succeeds); }
CALL window() { return rate(succeeds); }
CALL window_of_time_direct() {
    if (!window_breaker.may_call()) [[unlikely]]
        by_hand::refuse();
    by_hand::Failure<by_hand::WindowBreaker<CoarseTime>> failure{&window_breaker};
    int const result = succeeds();
    failure.breaker = nullptr;
    window_breaker.succeeded();
    return result;
}
CALL window_of_time() { return rate_of_time(succeeds); }
CALL window_of_steady_time() { return rate_of_steady_time(succeeds); }
CALL within_a_time() { return five_within(succeeds); }
CALL by_try_call() { return *five.try_call(succeeds); }
CALL by_permit() {
    auto permit = five.try_acquire();
    int const result = succeeds();
    permit.success();
    return result;
}
CALL retry_bare() { return Robust{}(succeeds); }
CALL retry_breaker() { return grit::pipeline(Robust{}, five)(succeeds); }

// Failing, and closed all the while.
by_hand::AtomicBreaker<2'000'000'000> atomic_patient;
by_hand::MutexBreaker<2'000'000'000> mutex_patient;
constinit Breaker<Never> patient;
constinit Breaker<Never, grit::FailureIf<Timeout>> patient_named;
constinit Breaker<Never, grit::FailureIfResult<is_bad>> patient_result;
constinit grit::CircuitBreaker<Rate, grit::OpenFor<60s>, grit::FailureIfResult<is_bad>> half_failing;

template <class Do>
int caught(Do const& act) {
    try {
        return act();
    } catch (Timeout const&) {
        return -1;
    }
}
CALL fail_bare() {
    return caught([] { return throws(); });
}
CALL fail_atomic() {
    return caught([] { return by_hand::call(atomic_patient, throws); });
}
CALL fail_mutex() {
    return caught([] { return by_hand::call(mutex_patient, throws); });
}
CALL fail() {
    return caught([] { return patient(throws); });
}
CALL fail_named() {
    return caught([] { return patient_named(throws); });
}
CALL fail_result_atomic() {
    if (!atomic_patient.may_call()) [[unlikely]]
        by_hand::refuse();
    by_hand::Failure<by_hand::AtomicBreaker<2'000'000'000>> failure{&atomic_patient};
    int const result = returns_one();
    failure.breaker = nullptr;
    if (is_bad(result)) atomic_patient.failed();
    else atomic_patient.succeeded();
    return result;
}
CALL fail_result() { return patient_result(returns_one); }
CALL fail_window() { return half_failing(alternates); }
CALL retry_fail_bare() { return Robust{}(throws_twice); }
CALL retry_fail() { return grit::pipeline(Robust{}, patient)(throws_twice); }
CALL retry_fail_result_bare() { return RobustByResult{}(returns_one_twice); }
CALL retry_fail_result() { return grit::pipeline(RobustByResult{}, patient_result)(returns_one_twice); }

// Refused.
constinit Breaker<Five> open_steady;
constinit Breaker<Five, grit::Time<CoarseTime>> open_coarse;
constinit Breaker<Five> forced;

template <class B>
int refused(B& breaker) {
    auto const result = breaker.try_call(succeeds);
    return result ? *result : static_cast<int>(result.error().state());
}
CALL refuse_coarse() { return refused(open_coarse); }
CALL refuse_steady() { return refused(open_steady); }
CALL refuse_forced() { return refused(forced); }
CALL refuse_throwing() {
    try {
        return open_coarse(succeeds);
    } catch (grit::CircuitOpenError const&) {
        return -1;
    }
}
CALL retry_refused() { // an open circuit is not retried
    try {
        return grit::pipeline(Robust{}, open_coarse)(succeeds);
    } catch (grit::CircuitOpenError const&) {
        return -1;
    }
}

} // namespace

std::span<Case const> all() {
    [[maybe_unused]] static bool const opened =
        open_steady.open_for(24h * 9) && open_coarse.open_for(24h * 9) && forced.force_open();
    static constexpr Case list[] = {
        {"bare call", bare, 1, shared},
        {"atomic breaker by hand", atomic_direct, 1, shared},
        {"atomic breaker by hand, any callable", atomic, 1},
        {"mutex breaker by hand", mutex, 1, shared},
        {"OpenAfterFailures", in_a_row, 1, shared},
        {"OpenAfterFailures, FailureIf", named, 1},
        {"OpenAfterFailures, FailureIfResult", judged, 1},
        {"CountWindow<31>", window, 1, shared},
        {"OpenAfterFailuresWithin", within_a_time, 1},
        {"bare call, and an exchange", bare_exchange, 1, shared},
        {"bare call, and a coarse clock", bare_clock, 1},
        {"bare call, a coarse clock and an exchange", bare_clock_and_exchange, 1, shared},
        {"window of time by hand, coarse clock", window_of_time_direct, 1, shared},
        {"TimeWindow<10s, 10>, coarse clock", window_of_time, 1, shared},
        {"TimeWindow<10s, 10>, steady clock", window_of_steady_time, 1},
        {"try_call", by_try_call, 1, shared},
        {"permit", by_permit, 1},
        {"Retrying alone", retry_bare, 1},
        {"Retrying around OpenAfterFailures", retry_breaker, 1},

        {"failure by exception: bare", fail_bare, 1, throwing},
        {"failure by exception: atomic breaker by hand", fail_atomic, 1, throwing},
        {"failure by exception: mutex breaker by hand", fail_mutex, 1, throwing},
        {"failure by exception: OpenAfterFailures", fail, 1, throwing},
        {"failure by exception: FailureIf", fail_named, 1, throwing},
        {"failure by result: atomic breaker by hand", fail_result_atomic, 1},
        {"failure by result: FailureIfResult", fail_result, 1, shared},
        {"every other call fails by result: CountWindow<31>", fail_window, 1},
        {"two failures by exception: Retrying alone", retry_fail_bare, 3, throwing},
        {"two failures by exception: Retrying around breaker", retry_fail, 3, throwing},
        {"two failures by result: Retrying alone", retry_fail_result_bare, 3},
        {"two failures by result: Retrying around breaker", retry_fail_result, 3},

        {"rejection by value, forced open", refuse_forced, 0},
        {"rejection by value, coarse clock", refuse_coarse, 0, shared},
        {"rejection by value, steady clock", refuse_steady, 0},
        {"rejection by exception, coarse clock", refuse_throwing, 0, throwing},
        {"rejection by exception, Retrying around breaker", retry_refused, 0, throwing},
    };
    return list;
}

} // namespace cases
