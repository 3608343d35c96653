// SPDX-License-Identifier: BSL-1.0
// Ways to call, and what is called.

#include <stdexcept>

#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "calls";

// By hand: calls `operation`, whose result is good where `good` is true.
#define CALL_BY_HAND(start, operation, good, pause)                                                                    \
    start;                                                                                                             \
    for (int n = 1;; ++n) {                                                                                            \
        auto result = operation;                                                                                       \
        if ((good) || n == 5) return result;                                                                           \
        pause;                                                                                                         \
    }

// wrap, with, retry() ------------------------------------------------------------------------------------------------

LOOP(wrap_result_library) { return ByResult<>{}.wrap(opaque::result_operation)(); }
LOOP(wrap_result_by_hand) { RESULT_BY_HAND(START, ENOUGH, PAUSE); }
ADD(wrap_result, "wrap", by_result());
LOOP(wrap_exception_library) { return ByTimeout<>{}.wrap(opaque::operation)(); }
LOOP(wrap_exception_by_hand) { EXCEPTION_BY_HAND(START, ENOUGH, PAUSE); }
ADD(wrap_exception, "wrap", by_exception());

LOOP(with_result_library) { return ByResult<>{}.with(grit::WaitFixed<1s>{})(opaque::result_operation); }
LOOP(with_result_by_hand) { RESULT_BY_HAND(, ENOUGH, sleep(1s)); }
ADD(with_result, "with a constant", by_result());
LOOP(with_exception_library) { return ByTimeout<>{}.with(grit::WaitFixed<1s>{})(opaque::operation); }
LOOP(with_exception_by_hand) { EXCEPTION_BY_HAND(, ENOUGH, sleep(1s)); }
ADD(with_exception, "with a constant", by_exception());

[[noreturn, gnu::cold, gnu::noinline]] void reject() { throw std::invalid_argument{"a setting is out of range"}; }
#define CHECKED_START                                                                                                  \
    SETTINGS;                                                                                                          \
    int const attempts = s.attempts;                                                                                   \
    if (attempts < 1) reject();                                                                                        \
    START
LOOP(with_value_result_library) {
    SETTINGS;
    return ByResult<>{}.with(grit::StopAfterAttempt{s.attempts})(opaque::result_operation);
}
LOOP(with_value_result_by_hand) { RESULT_BY_HAND(CHECKED_START, n >= attempts, PAUSE); }
ADD(with_value_result, "with a value", by_result());
LOOP(with_value_exception_library) {
    SETTINGS;
    return ByTimeout<>{}.with(grit::StopAfterAttempt{s.attempts})(opaque::operation);
}
LOOP(with_value_exception_by_hand) { EXCEPTION_BY_HAND(CHECKED_START, n >= attempts, PAUSE); }
ADD(with_value_exception, "with a value", by_exception());

Duration draw_default(Duration most) noexcept {
    __extension__ using Wide = unsigned __int128;
    Wide const span = static_cast<std::uint64_t>(most.count()) + 1;
    return Duration{static_cast<std::int64_t>((grit::ThreadRandom{}() * span) >> 64)};
}
#undef ENOUGH
#define ENOUGH n == 3
LOOP(retry_library) { return grit::retry(opaque::operation); }
LOOP(retry_by_hand) {
    START;
    for (int n = 1;; ++n) {
        try {
            return opaque::operation();
        }
        SIGNALS_AND_REJECTIONS
        catch (std::exception const&) {
            if (ENOUGH) throw;
        }
        Duration const drawn = draw_default(wait);
        if (drawn > 0s) grit::SteadyTime{}.sleep(drawn);
        wait = std::min<Duration>(2 * wait, 10s);
    }
}
ADD(retry, "grit::retry()", by_exception(Fails::by_timeout, 3), Form::own_draws);

LOOP(retry_code_library) { return grit::retry(opaque::code_operation); }
LOOP(retry_code_by_hand) {
    START;
    for (int n = 1;; ++n) {
        std::error_code const code = opaque::code_operation();
        if (!code || ENOUGH) return code;
        Duration const drawn = draw_default(wait);
        if (drawn > 0s) grit::SteadyTime{}.sleep(drawn);
        wait = std::min<Duration>(2 * wait, 10s);
    }
}
ADD(retry_code, "grit::retry(), error code", by_result(3), Form::own_draws);
#undef ENOUGH
#define ENOUGH n == 5

// report -------------------------------------------------------------------------------------------------------------

LOOP(report_result_library) { return ByResult<>{}.report(opaque::result_operation); }
LOOP(report_result_by_hand) { REPORT_BY_HAND; }
ADD(report_result, "report", by_result(), Form::report);

LOOP(report_exception_library) { return ByTimeout<>{}.report(opaque::operation); }
LOOP(report_exception_by_hand) {
    Report report;
    Duration const start = now();
    for (Duration wait = 100ms;;) {
        ++report.attempts;
        try {
            report.value = opaque::operation();
            break;
        } catch (Timeout const&) {
            if (report.attempts == 5) {
                report.exception = std::current_exception();
                report.reason = Report::gave_up;
                break;
            }
        } catch (std::exception const&) {
            report.exception = std::current_exception();
            report.reason = Report::not_retryable;
            break;
        }
        report.slept += wait;
        PAUSE;
    }
    report.elapsed = now() - start;
    return report;
}
ADD(report_exception, "report", by_exception() + passes(), Form::report);

// Giving up with an error of its own --------------------------------------------------------------------------------

LOOP(own_error_result_library) { return ByResult<grit::ThrowRetryError>{}(opaque::result_operation); }
LOOP(own_error_result_by_hand) {
    START;
    Duration const start = now();
    for (int n = 1;; ++n) {
        int const result = opaque::result_operation();
        if (!is_busy(result)) return result;
        if (n == 5)
            throw grit::RetryErrorWith{
                grit::RetryError{n, now() - start, grit::StopReason::attempts, nullptr, "a result to retry"}, result};
        PAUSE;
    }
}
Plans gives_up_by_throwing() {
    Plans plans = by_result();
    plans.back() = {"gives up, exception", Ends::exception, Fails::by_result, always, 5};
    return plans;
}
ADD(own_error_result, "ThrowRetryError, result", gives_up_by_throwing());

LOOP(own_error_exception_library) { return ByTimeout<grit::ThrowRetryError>{}(opaque::operation); }
LOOP(own_error_exception_by_hand) {
    START;
    Duration const start = now();
    for (int n = 1;; ++n) {
        try {
            return opaque::operation();
        } catch (Timeout const& error) {
            if (n == 5)
                throw grit::RetryError{n, now() - start, grit::StopReason::attempts, std::current_exception(),
                                       error.what()};
        }
        PAUSE;
    }
}
ADD(own_error_exception, "ThrowRetryError", by_exception());

// Operations ---------------------------------------------------------------------------------------------------------

[[gnu::noinline]] int take_attempt(grit::Attempt const& attempt) noexcept {
    return opaque::numbered_operation(attempt.number());
}
[[gnu::noinline]] int take_attempt_by_hand(Attempt const& attempt) noexcept {
    return opaque::numbered_operation(attempt.number);
}
LOOP(attempt_library) { return ByResult<>{}(take_attempt); }
LOOP(attempt_by_hand) {
    START;
    for (Attempt attempt;; ++attempt.number) {
        int const result = take_attempt_by_hand(attempt);
        if (!is_busy(result) || attempt.number == 5) return result;
        attempt.last_wait = wait;
        PAUSE;
    }
}
ADD(attempt, "takes Attempt", by_result());

[[gnu::noinline]] int take_attempt_and_throw(grit::Attempt const& attempt) {
    return opaque::operation() + 0 * attempt.number();
}
[[gnu::noinline]] int take_attempt_and_throw_by_hand(Attempt const& attempt) {
    return opaque::operation() + 0 * attempt.number;
}
LOOP(attempt_exception_library) { return ByTimeout<>{}(take_attempt_and_throw); }
LOOP(attempt_exception_by_hand) {
    START;
    for (Attempt attempt;; ++attempt.number) {
        try {
            return take_attempt_and_throw_by_hand(attempt);
        } catch (Timeout const&) {
            if (attempt.number == 5) throw;
        }
        attempt.last_wait = wait;
        PAUSE;
    }
}
ADD(attempt_exception, "takes Attempt", by_exception());

struct TimedAttempt : Attempt {
    Duration elapsed{};
};
[[gnu::noinline]] int take_time(grit::TimedAttempt const& attempt) noexcept {
    return opaque::numbered_operation(attempt.number() + int(attempt.elapsed() > 1s));
}
[[gnu::noinline]] int take_time_by_hand(TimedAttempt const& attempt) noexcept {
    return opaque::numbered_operation(attempt.number + int(attempt.elapsed > 1s));
}
LOOP(timed_library) { return ByResult<>{}(take_time); }
LOOP(timed_by_hand) {
    START;
    Duration const start = now();
    for (TimedAttempt attempt;;) {
        int const result = take_time_by_hand(attempt);
        if (!is_busy(result) || attempt.number == 5) return result;
        attempt.last_wait = wait;
        PAUSE;
        ++attempt.number;
        attempt.elapsed = now() - start;
    }
}
ADD(timed, "takes TimedAttempt", by_result());

LOOP(arguments_library) {
    SETTINGS;
    return ByResult<>{}(opaque::sum_operation, 1, s.attempts);
}
LOOP(arguments_by_hand) {
    SETTINGS;
    CALL_BY_HAND(START, opaque::sum_operation(1, s.attempts), !is_busy(result), PAUSE)
}
ADD(arguments, "takes arguments", by_result());

LOOP(lambda_library) {
    SETTINGS;
    return ByResult<>{}([&]() noexcept { return opaque::sum_operation(s.attempts, s.percent); });
}
LOOP(lambda_by_hand) {
    SETTINGS;
    CALL_BY_HAND(START, opaque::sum_operation(s.attempts, s.percent), !is_busy(result), PAUSE)
}
ADD(lambda, "a lambda that refers", by_result());

bool is_busy_text(std::string const& text) noexcept { return text == "busy"; }
LOOP(text_result_library) {
    return grit::Retrying<Five, Backoff, grit::RetryIfResult<is_busy_text>, Clock>{}(opaque::text_operation);
}
LOOP(text_result_by_hand){CALL_BY_HAND(START, opaque::text_operation(), !is_busy_text(result),
                                       PAUSE)} ADD(text_result, "returns std::string", by_result());
LOOP(text_exception_library) { return ByTimeout<>{}(opaque::text_operation); }
LOOP(text_exception_by_hand) {
    START;
    for (int n = 1;; ++n) {
        try {
            return opaque::text_operation();
        } catch (Timeout const&) {
            if (n == 5) throw;
        }
        PAUSE;
    }
}
ADD(text_exception, "returns std::string", by_exception());

LOOP(code_library) { return grit::Retrying<Five, Backoff, Clock>{}(opaque::code_operation); }
LOOP(code_by_hand){CALL_BY_HAND(START, opaque::code_operation(), !result, PAUSE)} ADD(code, "returns std::error_code",
                                                                                      by_result());

LOOP(reply_library) { return grit::Retrying<Five, Backoff, Clock>{}(opaque::reply_operation); }
LOOP(reply_by_hand){CALL_BY_HAND(START, opaque::reply_operation(), result.has_value(),
                                 PAUSE)} ADD(reply, "returns as std::expected", by_result());

LOOP(nothing_library) {
    ByTimeout<>{}(opaque::void_operation);
    return 0;
}
LOOP(nothing_by_hand) {
    START;
    for (int n = 1;; ++n) {
        try {
            opaque::void_operation();
            return 0;
        } catch (Timeout const&) {
            if (n == 5) throw;
        }
        PAUSE;
    }
}
ADD(nothing, "returns nothing", by_exception());

// One policy at three places of a function.
LOOP(three_places_library) {
    return ByResult<>{}(opaque::result_operation) + ByResult<>{}(opaque::result_operation) +
           ByResult<>{}(opaque::result_operation);
}
inline int one_place() { RESULT_BY_HAND(START, ENOUGH, PAUSE); }
LOOP(three_places_by_hand) { return one_place() + one_place() + one_place(); }
ADD(three_places, "at three places",
    (Plans{{"success, result", Ends::success, Fails::by_result, 0, 3},
           {"two failures, result", Ends::result, Fails::by_result, 2, 5},
           {"gives up, result", Ends::result, Fails::by_result, always, 15}}));

} // namespace
} // namespace rows
