// SPDX-License-Identifier: BSL-1.0
// Circuit breakers beside one by hand, and pipelines beside loops by hand around the library's own stages. The clock
// is the default one, which opaque.cpp replaces.

#include <grit/bulkhead.hpp>
#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/rate_limiter.hpp>
#include <grit/timeout.hpp>

#include "../breaker/by_hand.hpp"
#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "pipelines";

using Never = grit::OpenAfterFailures<2'000'000'000>; // more than a run has
template <class... Ps>
using Breaker = grit::CircuitBreaker<grit::OpenFor<60s>, Ps...>;

using ByResult = grit::Retrying<Five, Backoff, IfBusy>;
using ByTimeout = grit::Retrying<Five, Backoff, IfTimeout>;
constexpr grit::SteadyTime steady;
Duration steady_now() noexcept { return std::chrono::steady_clock::now().time_since_epoch(); }

// A breaker alone ----------------------------------------------------------------------------------------------------

constinit Breaker<Never> breaker;
constinit Breaker<Never, grit::FailureIfResult<is_busy>> judging;
Breaker<Never> open;
bool const opened = open.open_for(60s);

constinit by_hand::AtomicBreaker<2'000'000'000> atomic;
constinit by_hand::AtomicBreaker<2'000'000'000> atomic_judging;
by_hand::AtomicBreaker<1> atomic_open;
bool const atomic_opened = (atomic_open.failed(), true);

#define CALL_BY_HAND(circuit, operation)                                                                               \
    if (!circuit.may_call()) [[unlikely]]                                                                              \
        by_hand::refuse();                                                                                             \
    by_hand::Failure<std::remove_reference_t<decltype(circuit)>> failure{&circuit};                                    \
    int const result = operation();                                                                                    \
    failure.breaker = nullptr

Plans once(Ends ends, Fails how) {
    return {{"success", Ends::success, how, 0, 1}, {"a failure", ends, how, always, 1}};
}

LOOP(alone_library) { return breaker(opaque::operation); }
LOOP(alone_by_hand) {
    CALL_BY_HAND(atomic, opaque::operation);
    atomic.succeeded();
    return result;
}
ADD(alone, "breaker alone, exception", once(Ends::exception, Fails::by_timeout), Form::breaker);

LOOP(alone_judging_library) { return judging(opaque::result_operation); }
LOOP(alone_judging_by_hand) {
    CALL_BY_HAND(atomic_judging, opaque::result_operation);
    if (is_busy(result)) atomic_judging.failed();
    else atomic_judging.succeeded();
    return result;
}
ADD(alone_judging, "breaker alone, result", once(Ends::result, Fails::by_result), Form::breaker);

LOOP(alone_open_library) { return open(opaque::operation); }
LOOP(alone_open_by_hand) {
    CALL_BY_HAND(atomic_open, opaque::operation);
    return result;
}
ADD(alone_open, "breaker alone, open", (Plans{{"rejection", Ends::exception, Fails::by_result, 0, 0}}), Form::breaker);

// Pipelines ----------------------------------------------------------------------------------------------------------

// `call` by hand calls the operation, between waits that double, and `over` ends the loop after a sleep.
#define PIPELINE(id, name, form, result_stages, exception_stages, start, result_call, exception_call, enough, over)    \
    auto const id##_result_object = grit::pipeline(WITHOUT_BRACKETS result_stages);                                    \
    LOOP(id##_result_library) {                                                                                        \
        return (*static_cast<decltype(id##_result_object)*>(object))(opaque::result_operation);                        \
    }                                                                                                                  \
    LOOP(id##_result_by_hand) {                                                                                        \
        start;                                                                                                         \
        for (int n = 1;; ++n) {                                                                                        \
            int const result = result_call;                                                                            \
            if (!is_busy(result) || (enough)) return result;                                                           \
            steady.sleep(wait);                                                                                        \
            if (over) return result;                                                                                   \
            wait = std::min<Duration>(2 * wait, 10s);                                                                  \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id##_result, name, by_result(), form, &id##_result_object);                                                    \
    auto const id##_exception_object = grit::pipeline(WITHOUT_BRACKETS exception_stages);                              \
    LOOP(id##_exception_library) {                                                                                     \
        return (*static_cast<decltype(id##_exception_object)*>(object))(opaque::operation);                            \
    }                                                                                                                  \
    LOOP(id##_exception_by_hand) {                                                                                     \
        start;                                                                                                         \
        for (int n = 1;; ++n) {                                                                                        \
            try {                                                                                                      \
                return exception_call;                                                                                 \
            } catch (Timeout const&) {                                                                                 \
                if (enough) throw;                                                                                     \
                steady.sleep(wait);                                                                                    \
                if (over) throw;                                                                                       \
            }                                                                                                          \
            wait = std::min<Duration>(2 * wait, 10s);                                                                  \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id##_exception, name, by_exception(), form, &id##_exception_object)

/// Nothing starts after a deadline, whatever took the time since it was set.
[[noreturn, gnu::cold, gnu::noinline]] void refuse() { throw grit::DeadlineExceeded{"by hand"}; }

#define STEADY_PAUSE                                                                                                   \
    steady.sleep(wait);                                                                                                \
    wait = std::min<Duration>(2 * wait, 10s)
#define BEFORE_DEADLINE                                                                                                \
    Duration const deadline = steady_now() + Duration{60s};                                                            \
    if (steady_now() >= deadline) refuse();                                                                            \
    START

PIPELINE(retry_breaker, "retry, breaker", Form::pipeline_of_2, (ByResult{}, judging), (ByTimeout{}, breaker), START,
         judging(opaque::result_operation), breaker(opaque::operation), ENOUGH, false);
PIPELINE(deadline_retry, "deadline, retry", Form::pipeline_of_2, (grit::Deadline<60s>{}, ByResult{}),
         (grit::Deadline<60s>{}, ByTimeout{}), BEFORE_DEADLINE, opaque::result_operation(), opaque::operation(),
         n == 5 || wait >= deadline - steady_now(), steady_now() >= deadline);
PIPELINE(three, "deadline, retry, breaker", Form::pipeline_of_3, (grit::Deadline<60s>{}, ByResult{}, judging),
         (grit::Deadline<60s>{}, ByTimeout{}, breaker), BEFORE_DEADLINE, judging(opaque::result_operation),
         breaker(opaque::operation), n == 5 || wait >= deadline - steady_now(), steady_now() >= deadline);

// What a service is called by. By hand the stages inside the retry are nested, each as one calls it alone.
constinit grit::RateLimiter<1000, 1s, 1'000'000> limiter; // more than a run has
constinit grit::Bulkhead<100> bulkhead;
PIPELINE(five, "deadline, retry, limiter, bulkhead, breaker", Form::pipeline_of_5,
         (grit::Deadline<60s>{}, ByResult{}, limiter, bulkhead, judging),
         (grit::Deadline<60s>{}, ByTimeout{}, limiter, bulkhead, breaker), BEFORE_DEADLINE,
         limiter([] { return bulkhead([] { return judging(opaque::result_operation); }); }),
         limiter([] { return bulkhead([] { return breaker(opaque::operation); }); }),
         n == 5 || wait >= deadline - steady_now(), steady_now() >= deadline);

// One retry around another, which has ten times the wait between.
template <class If>
using Outer = grit::Retrying<grit::StopAfterAttempt<2>, grit::WaitFixed<10s>, If, grit::AllowNested>;
LOOP(two_retries_result_library) { return grit::pipeline(Outer<IfBusy>{}, ByResult{})(opaque::result_operation); }
inline int inner_result() {
    START;
    for (int n = 1;; ++n) {
        int const result = opaque::result_operation();
        if (!is_busy(result) || n == 5) return result;
        STEADY_PAUSE;
    }
}
LOOP(two_retries_result_by_hand) {
    for (int n = 1;; ++n) {
        int const result = inner_result();
        if (!is_busy(result) || n == 2) return result;
        steady.sleep(10s);
    }
}
ADD(two_retries_result, "retry, retry", by_result(10), Form::pipeline_of_2);
LOOP(two_retries_exception_library) { return grit::pipeline(Outer<IfTimeout>{}, ByTimeout{})(opaque::operation); }
inline int inner_exception() {
    START;
    for (int n = 1;; ++n) {
        try {
            return opaque::operation();
        } catch (Timeout const&) {
            if (n == 5) throw;
        }
        STEADY_PAUSE;
    }
}
LOOP(two_retries_exception_by_hand) {
    for (int n = 1;; ++n) {
        try {
            return inner_exception();
        } catch (Timeout const&) {
            if (n == 2) throw;
        }
        steady.sleep(10s);
    }
}
ADD(two_retries_exception, "retry, retry", by_exception(Fails::by_timeout, 10), Form::pipeline_of_2);

// Made in the call, as one writes it where it is needed once.
LOOP(made_library) { return grit::pipeline(ByResult{}, judging)(opaque::result_operation); }
LOOP(made_by_hand) {
    START;
    for (int n = 1;; ++n) {
        int const result = judging(opaque::result_operation);
        if (!is_busy(result) || n == 5) return result;
        STEADY_PAUSE;
    }
}
ADD(made, "retry, breaker, made in the call", by_result(), Form::pipeline_of_2);

LOOP(rejected_library) { return grit::pipeline(ByTimeout{}, open)(opaque::operation); }
LOOP(rejected_by_hand) {
    START;
    for (int n = 1;; ++n) {
        try {
            return open(opaque::operation);
        } catch (Timeout const&) {
            if (n == 5) throw;
        }
        STEADY_PAUSE;
    }
}
ADD(rejected, "retry, open breaker", (Plans{{"rejection", Ends::exception, Fails::by_result, 0, 0}}),
    Form::pipeline_of_2);

// An operation that asks for what is left, and so a narrowed context.
LOOP(remaining_library) {
    return grit::pipeline(grit::Deadline<60s>{}, ByResult{})([](grit::Attempt const& attempt) noexcept {
        return opaque::numbered_operation(static_cast<int>(attempt.remaining() / 1s));
    });
}
LOOP(remaining_by_hand) {
    BEFORE_DEADLINE;
    for (int n = 1;; ++n) {
        int const result = opaque::numbered_operation(static_cast<int>((deadline - steady_now()) / 1s));
        if (!is_busy(result) || n == 5 || wait >= deadline - steady_now()) return result;
        steady.sleep(wait);
        if (steady_now() >= deadline) return result;
        wait = std::min<Duration>(2 * wait, 10s);
    }
}
ADD(remaining, "deadline, retry; the operation asks", by_result(), Form::pipeline_of_2);

} // namespace
} // namespace rows
