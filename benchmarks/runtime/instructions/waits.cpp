// SPDX-License-Identifier: BSL-1.0
// Every wait, between five attempts.

#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "waits";

#define WAITS(id, name, waits, start, pause) ROWS(id, name, (Five, WITHOUT_BRACKETS waits), start, ENOUGH, pause)
#define CAPPED std::min<Duration>(2 * wait, 10s)

WAITS(none, "WaitNone", (grit::WaitNone), , );
WAITS(unnamed, "no wait named", (grit::Name<"call">), , );
WAITS(fixed, "WaitFixed", (grit::WaitFixed<100ms>), , sleep(100ms));
WAITS(random, "WaitRandom", (grit::WaitRandom<100ms, 300ms>, Draws), , sleep(draw(100ms, 300ms)));
WAITS(random_from_zero, "WaitRandom from zero", (grit::WaitRandom<0s, 300ms>, Draws), ,
      Duration const drawn = draw(0s, 300ms);
      if (drawn > 0s) sleep(drawn));
WAITS(incrementing, "WaitIncrementing", (grit::WaitIncrementing<100ms, 50ms, 10s>), START, sleep(wait);
      wait = std::min<Duration>(wait + 50ms, 10s));
WAITS(exponential, "WaitExponential", (Backoff), START, PAUSE);
WAITS(exponential_by_half, "WaitExponential, factor 3/2", (grit::WaitExponential<100ms, 10s, std::ratio<3, 2>{}>),
      START, sleep(wait);
      wait = std::min<Duration>(wait * 3 / 2, 10s));
WAITS(exponential_from, "WaitExponential, minimum", (grit::WaitExponential<100ms, 10s, 2, 300ms>), START,
      sleep(std::max<Duration>(wait, 300ms));
      wait = CAPPED);
WAITS(exponential_capped, "WaitExponential, reaches its maximum", (grit::WaitExponential<100ms, 300ms>), START,
      sleep(wait);
      wait = std::min<Duration>(2 * wait, 300ms));
WAITS(full_jitter, "WaitJitter, full", (grit::WaitJitter<Backoff>, Draws), START, Duration const drawn = draw(0s, wait);
      if (drawn > 0s) sleep(drawn); wait = CAPPED);
WAITS(equal_jitter, "WaitJitter, equal", (grit::WaitJitter<Backoff, 50>, Draws), START,
      Duration const drawn = draw(wait - wait / 2, wait);
      if (drawn > 0s) sleep(drawn); wait = CAPPED);
WAITS(fixed_jitter, "WaitJitter of WaitFixed", (grit::WaitJitter<grit::WaitFixed<1s>, 10>, Draws), ,
      Duration const drawn = draw(900ms, 1s);
      if (drawn > 0s) sleep(drawn));
WAITS(random_exponential, "WaitRandomExponential", (grit::WaitRandomExponential<100ms, 10s>, Draws), START,
      Duration const drawn = draw(0s, wait);
      if (drawn > 0s) sleep(drawn); wait = CAPPED);
WAITS(random_exponential_from, "WaitRandomExponential, minimum",
      (grit::WaitRandomExponential<100ms, 10s, 2, 50ms>, Draws), START, sleep(draw(50ms, wait));
      wait = CAPPED);
WAITS(exponential_jitter, "WaitExponentialJitter", (grit::WaitExponentialJitter<100ms, 10s, 70ms>, Draws), START,
      Duration const drawn = draw(std::min<Duration>(wait, 9930ms), std::min<Duration>(wait + 70ms, 10s));
      if (drawn > 0s) sleep(drawn); wait = CAPPED);
WAITS(decorrelated, "WaitDecorrelatedJitter", (grit::WaitDecorrelatedJitter<100ms, 10s>, Draws), START,
      wait = draw(100ms, std::min<Duration>(3 * wait, 10s));
      sleep(wait));
WAITS(chain, "WaitChain", (grit::WaitChain<grit::WaitFixed<100ms>, grit::WaitFixed<500ms>, grit::WaitFixed<2s>>), ,
      sleep(n == 1   ? Duration{100ms}
            : n == 2 ? Duration{500ms}
                     : Duration{2s}));
WAITS(chain_growing, "WaitChain, ends exponential",
      (grit::WaitChain<grit::WaitFixed<100ms>, grit::WaitFixed<500ms>, Backoff>), START,
      sleep(n == 1   ? Duration{100ms}
            : n == 2 ? Duration{500ms}
                     : wait);
      wait = CAPPED);
WAITS(sum, "WaitSum", (grit::WaitSum<Backoff, grit::WaitRandom<0s, 50ms>>, Draws), START, sleep(wait + draw(0s, 50ms));
      wait = CAPPED);
WAITS(sum_of_constants, "WaitSum without draws", (grit::WaitSum<Backoff, grit::WaitFixed<50ms>>), START,
      sleep(wait + 50ms);
      wait = CAPPED);
WAITS(at_most, "WaitAtMost", (grit::WaitAtMost<300ms, Backoff>), START, sleep(std::min<Duration>(wait, 300ms));
      wait = CAPPED);
WAITS(at_most_jitter, "WaitAtMost of jitter", (grit::WaitAtMost<300ms, grit::WaitJitter<Backoff>>, Draws), START,
      Duration drawn = draw(0s, wait);
      if (drawn > 300ms) drawn = draw(0s, 300ms); if (drawn > 0s) sleep(drawn); wait = CAPPED);

// By a callable ------------------------------------------------------------------------------------------------------

constexpr grit::Duration growing(grit::Attempt const& attempt) noexcept { return 100ms * attempt.number(); }
Duration opaque_wait() noexcept { return Duration{opaque::wait()}; }
[[gnu::noinline]] Duration wait_for(grit::Attempt const& attempt, grit::Failure const&) noexcept {
    return 100ms * attempt.number();
}
[[gnu::noinline]] Duration wait_by_hand_for(Attempt const& attempt, void const*) noexcept {
    return 100ms * attempt.number;
}

WAITS(from, "WaitFrom", (grit::WaitFrom<opaque_wait>), , Duration const wait = opaque_wait();
      if (wait > 0s) sleep(wait));
WAITS(from_attempt, "WaitFrom of the attempt", (grit::WaitFrom<growing>), , sleep(100ms * n));

LOOP(from_failure_result_library) {
    return grit::Retrying<Five, grit::WaitFrom<wait_for>, IfBusy, Clock>{}(opaque::result_operation);
}
LOOP(from_failure_result_by_hand) {
    for (Attempt attempt;; ++attempt.number) {
        int const result = opaque::result_operation();
        if (!is_busy(result) || attempt.number == 5) return result;
        attempt.last_wait = wait_by_hand_for(attempt, &result);
        if (attempt.last_wait > 0s) sleep(attempt.last_wait);
    }
}
ADD(from_failure_result, "WaitFrom of the failure", by_result());
LOOP(from_failure_exception_library) {
    return grit::Retrying<Five, grit::WaitFrom<wait_for>, IfTimeout, Clock>{}(opaque::operation);
}
LOOP(from_failure_exception_by_hand) {
    for (Attempt attempt;; ++attempt.number) {
        try {
            return opaque::operation();
        } catch (Timeout const& error) {
            if (attempt.number == 5) throw;
            attempt.last_wait = wait_by_hand_for(attempt, &error);
        }
        if (attempt.last_wait > 0s) sleep(attempt.last_wait);
    }
}
ADD(from_failure_exception, "WaitFrom of the failure", by_exception());

// By what failed -----------------------------------------------------------------------------------------------------

LOOP(of_error_library) {
    return grit::Retrying<Five, Backoff, grit::WaitIf<Refused, grit::WaitFixed<1s>>, grit::RetryIf<Timeout, Refused>,
                          Clock>{}(opaque::operation);
}
LOOP(of_error_by_hand) {
    START;
    for (int n = 1;; ++n) {
        Duration next{};
        try {
            return opaque::operation();
        } catch (Timeout const&) {
            if (n == 5) throw;
            next = wait;
        } catch (Refused const&) {
            if (n == 5) throw;
            next = 1s;
        }
        sleep(next);
        wait = CAPPED;
    }
}
ADD(of_error, "WaitIf, another error", by_exception());
[[maybe_unused]] bool const of_error_also =
    add(family, "WaitIf, its error", by_exception(Fails::by_refused), call<of_error_library>, call<of_error_by_hand>);

LOOP(of_result_library) {
    return grit::Retrying<Five, Backoff, grit::WaitIf<Lost, grit::WaitFixed<1s>>, Clock>{}(opaque::reply_operation);
}
LOOP(of_result_by_hand) {
    for (int n = 1;; ++n) {
        Reply const reply = opaque::reply_operation();
        if (reply.has_value() || n == 5) return reply;
        sleep(1s);
    }
}
ADD(of_result, "WaitIf", by_result());

LOOP(hint_exception_library) {
    return grit::Retrying<Five, grit::WaitHint<60s, Backoff>, grit::RetryIf<TooMany>, Clock>{}(opaque::operation);
}
LOOP(hint_exception_by_hand) {
    START;
    for (int n = 1;; ++n) {
        Duration hint{};
        try {
            return opaque::operation();
        } catch (TooMany const& error) {
            hint = error.retry_after();
            if (n == 5 || hint > 60s) throw;
        }
        sleep(std::max(wait, hint));
        wait = CAPPED;
    }
}
ADD(hint_exception, "WaitHint", by_exception(Fails::by_too_many));

LOOP(hint_result_library) {
    return grit::Retrying<Five, grit::WaitHint<60s, Backoff>, Clock>{}(opaque::reply_operation);
}
LOOP(hint_result_by_hand) {
    START;
    for (int n = 1;; ++n) {
        Reply const reply = opaque::reply_operation();
        if (reply.has_value() || n == 5) return reply;
        Duration const hint = reply.error().retry_after();
        if (hint > 60s) return reply;
        sleep(std::max(wait, hint));
        wait = CAPPED;
    }
}
ADD(hint_result, "WaitHint", by_result());

} // namespace
} // namespace rows
