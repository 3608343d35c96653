// SPDX-License-Identifier: BSL-1.0
// Every stop, around waits that double. Each ends after the fifth attempt.

#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "stops";

#define STOPS(id, name, stops, start, enough)                                                                          \
    ROWS(id, name, (WITHOUT_BRACKETS stops, Backoff), Duration wait = 100ms; start, enough, PAUSE)
#define FROM_START Duration const start = now()

STOPS(after_attempt, "StopAfterAttempt", (Five), , n == 5);
STOPS(after_delay, "StopAfterDelay", (grit::StopAfterDelay<1s>), FROM_START, now() - start >= 1s);
STOPS(before_delay, "StopBeforeDelay", (grit::StopBeforeDelay<2s>), FROM_START, now() - start + wait >= 2s);
STOPS(two, "StopAfterAttempt and StopAfterDelay", (Five, grit::StopAfterDelay<60s>), FROM_START,
      n == 5 || now() - start >= 60s);
STOPS(two_deadlines, "StopAfterAttempt and StopBeforeDelay", (Five, grit::StopBeforeDelay<60s>), FROM_START,
      n == 5 || now() - start + wait >= 60s);
STOPS(three, "StopAfterDelay, StopIf and StopAfterAttempt",
      (grit::StopAfterDelay<60s>, grit::StopIf<opaque::is_last>, Five), FROM_START,
      opaque::is_last() || n == 5 || now() - start >= 60s);
STOPS(any, "StopAny", (grit::StopAny<Five, grit::StopAfterDelay<60s>>), FROM_START, n == 5 || now() - start >= 60s);
STOPS(all, "StopAll", (grit::StopAll<grit::StopAfterAttempt<3>, grit::StopAfterDelay<1s>>), FROM_START,
      n >= 3 && now() - start >= 1s);
STOPS(
    nested, "StopAny of StopAll",
    (grit::StopAny<grit::StopAll<grit::StopAfterAttempt<3>, grit::StopAfterDelay<1s>>, grit::StopIf<opaque::is_last>>),
    FROM_START, opaque::is_last() || (n >= 3 && now() - start >= 1s));

// By a callable ------------------------------------------------------------------------------------------------------

constexpr bool is_fifth(grit::Attempt const& attempt) noexcept { return attempt.number() == 5; }
[[gnu::noinline]] bool is_enough(grit::Attempt const& attempt, grit::Failure const&) noexcept {
    return attempt.number() == 5;
}
[[gnu::noinline]] bool is_enough_by_hand(Attempt const& attempt, void const*) noexcept { return attempt.number == 5; }

STOPS(by_callable, "StopIf", (grit::StopIf<opaque::is_last>), , opaque::is_last());
STOPS(by_attempt, "StopIf of the attempt", (grit::StopIf<is_fifth>), , n == 5);

LOOP(by_failure_result_library) {
    return grit::Retrying<grit::StopIf<is_enough>, Backoff, IfBusy, Clock>{}(opaque::result_operation);
}
LOOP(by_failure_result_by_hand) {
    START;
    for (Attempt attempt;; ++attempt.number) {
        int const result = opaque::result_operation();
        if (!is_busy(result) || is_enough_by_hand(attempt, &result)) return result;
        attempt.last_wait = wait;
        PAUSE;
    }
}
ADD(by_failure_result, "StopIf of the failure", by_result());
LOOP(by_failure_exception_library) {
    return grit::Retrying<grit::StopIf<is_enough>, Backoff, IfTimeout, Clock>{}(opaque::operation);
}
LOOP(by_failure_exception_by_hand) {
    START;
    for (Attempt attempt;; ++attempt.number) {
        try {
            return opaque::operation();
        } catch (Timeout const& error) {
            if (is_enough_by_hand(attempt, &error)) throw;
        }
        attempt.last_wait = wait;
        PAUSE;
    }
}
ADD(by_failure_exception, "StopIf of the failure", by_exception());

// No stop ------------------------------------------------------------------------------------------------------------

LOOP(never_result_library) {
    return grit::Retrying<grit::StopNever, Backoff, IfBusy, Clock>{}(opaque::result_operation);
}
LOOP(never_result_by_hand) { RESULT_BY_HAND(START, false, PAUSE); }
ADD(never_result, "StopNever", (Plans{by_result()[0], by_result()[1]}));

LOOP(never_exception_library) {
    return grit::Retrying<grit::StopNever, Backoff, IfTimeout, Clock>{}(opaque::operation);
}
LOOP(never_exception_by_hand) { EXCEPTION_BY_HAND(START, false, PAUSE); }
ADD(never_exception, "StopNever",
    (Plans{{"success, may throw", Ends::success, Fails::by_timeout, 0, 1},
           {"two failures, exception", Ends::exception, Fails::by_timeout, 2, 3},
           {"two failures, then another exception", Ends::exception, Fails::by_timeout_then_unknown, 2, 3}}));

// What is asked before the first attempt and after each sleep, too: the outcome of the call is then what the sleep
// was for.
// ---------------------------------------------------------------------------------------------------------------

struct Token {
    bool stop_requested() const noexcept { return opaque::is_last(); }
};
using WhenRequested = grit::StopWhenRequested<Token>;
using Before = grit::StopBefore;
constexpr Duration deadline = 2s;
Before const before{grit::TimePoint{deadline}};

[[noreturn, gnu::cold, gnu::noinline]] void refuse() { throw Refused{}; }

#define ASKED_AGAIN(id, name, library_object, by_hand_object, start, is_over, enough)                                  \
    LOOP(id##_result_library) {                                                                                        \
        return (*static_cast<decltype(library_object##_by_result) const*>(object))(opaque::result_operation);          \
    }                                                                                                                  \
    LOOP(id##_result_by_hand) {                                                                                        \
        start;                                                                                                         \
        if (is_over) refuse();                                                                                         \
        for (Duration wait = 100ms;;) {                                                                                \
            int const result = opaque::result_operation();                                                             \
            if (!is_busy(result) || (enough)) return result;                                                           \
            sleep(wait);                                                                                               \
            if (is_over) return result;                                                                                \
            wait = std::min<Duration>(2 * wait, 10s);                                                                  \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id##_result, name, by_result(), Form::retrying, &library_object##_by_result, &by_hand_object);                 \
    LOOP(id##_exception_library) {                                                                                     \
        return (*static_cast<decltype(library_object##_by_exception) const*>(object))(opaque::operation);              \
    }                                                                                                                  \
    LOOP(id##_exception_by_hand) {                                                                                     \
        start;                                                                                                         \
        if (is_over) refuse();                                                                                         \
        for (Duration wait = 100ms;;) {                                                                                \
            try {                                                                                                      \
                return opaque::operation();                                                                            \
            } catch (Timeout const&) {                                                                                 \
                if (enough) throw;                                                                                     \
                sleep(wait);                                                                                           \
                if (is_over) throw;                                                                                    \
            }                                                                                                          \
            wait = std::min<Duration>(2 * wait, 10s);                                                                  \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id##_exception, name, by_exception(), Form::retrying, &library_object##_by_exception, &by_hand_object)

grit::Retrying<WhenRequested, Backoff, IfBusy, Clock> const when_requested_by_result{};
grit::Retrying<WhenRequested, Backoff, IfTimeout, Clock> const when_requested_by_exception{};
ASKED_AGAIN(when_requested, "StopWhenRequested", when_requested, opaque::settings, , Token{}.stop_requested(),
            Token{}.stop_requested());

grit::Retrying<Before, Backoff, IfBusy, Clock> const before_by_result{before};
grit::Retrying<Before, Backoff, IfTimeout, Clock> const before_by_exception{before};
ASKED_AGAIN(before, "StopBefore", before, deadline, Duration const by = *static_cast<Duration const*>(object),
            now() >= by, now() + wait >= by);

} // namespace
} // namespace rows
