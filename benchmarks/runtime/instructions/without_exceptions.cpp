// SPDX-License-Identifier: BSL-1.0
// Compiled with -fno-exceptions.

#include <cstdlib>

#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "without exceptions";

#define CAPPED std::min<Duration>(2 * wait, 10s)

ROWS_BY_RESULT(plain, "WaitExponential", (Five, Backoff), START, ENOUGH, PAUSE);
ROWS_BY_RESULT(jitter, "WaitRandomExponential", (Five, grit::WaitRandomExponential<100ms, 10s>, Draws), START, ENOUGH,
               Duration const drawn = draw(0s, wait);
               if (drawn > 0s) sleep(drawn); wait = CAPPED);
ROWS_BY_RESULT(two_stops, "StopAfterAttempt and StopAfterDelay", (Five, grit::StopAfterDelay<60s>, Backoff), START;
               Duration const start = now(), n == 5 || now() - start >= 60s, PAUSE);
ROWS_BY_RESULT(deadline, "StopBeforeDelay", (grit::StopBeforeDelay<2s>, Backoff), START;
               Duration const start = now(), now() - start + wait >= 2s, PAUSE);
ROWS_BY_RESULT(decorrelated, "WaitDecorrelatedJitter", (Five, grit::WaitDecorrelatedJitter<100ms, 10s>, Draws), START,
               ENOUGH, wait = draw(100ms, std::min<Duration>(3 * wait, 10s));
               sleep(wait));
ROWS_BY_RESULT(hook, "BeforeSleep", (Five, Backoff, grit::BeforeSleep<opaque::hook>), START, ENOUGH, opaque::hook();
               PAUSE);

LOOP(may_throw_library) { return ByResult<>{}(opaque::operation); }
LOOP(may_throw_by_hand) {
    START;
    for (int n = 1;; ++n) {
        int const result = opaque::operation();
        if (!is_busy(result) || n == 5) return result;
        PAUSE;
    }
}
ADD(may_throw, "an operation that may throw elsewhere", by_result());

LOOP(code_library) { return grit::Retrying<Five, Backoff, Clock>{}(opaque::code_operation); }
LOOP(code_by_hand) {
    START;
    for (int n = 1;; ++n) {
        std::error_code const code = opaque::code_operation();
        if (!code || n == 5) return code;
        PAUSE;
    }
}
ADD(code, "std::error_code", by_result());

using Tuned = grit::Retrying<grit::StopAfterAttempt<>, grit::WaitExponential<>, IfBusy, Clock>;
Tuned const tuned_object{grit::StopAfterAttempt{opaque::settings.attempts},
                         grit::WaitExponential{opaque::settings.first, opaque::settings.longest}};
LOOP(tuned_library) { return (*static_cast<Tuned const*>(object))(opaque::result_operation); }
LOOP(tuned_by_hand) {
    RESULT_BY_HAND(SETTINGS; Duration wait = s.first, n >= s.attempts, if (wait > 0s) sleep(wait);
                   wait = std::min(2 * wait, s.longest));
}
ADD(tuned, "run-time values", by_result(), Form::retrying, &tuned_object);

LOOP(made_library) {
    SETTINGS;
    return Tuned{grit::StopAfterAttempt{s.attempts},
                 grit::WaitExponential{s.first, s.longest}}(opaque::result_operation);
}
[[noreturn, gnu::cold, gnu::noinline]] void reject() { std::abort(); }
LOOP(made_by_hand) {
    RESULT_BY_HAND(SETTINGS; if (s.attempts < 1 || s.first < 0s || s.longest < s.first) reject();
                   Duration wait = s.first, n >= s.attempts, if (wait > 0s) sleep(wait);
                   wait = std::min(2 * wait, s.longest));
}
ADD(made, "run-time values, made in the call", by_result());

LOOP(report_library) { return ByResult<>{}.report(opaque::result_operation); }
LOOP(report_by_hand) { REPORT_BY_HAND; }
ADD(report, "report", by_result(), Form::report);

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

} // namespace
} // namespace rows
