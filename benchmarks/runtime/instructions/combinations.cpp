// SPDX-License-Identifier: BSL-1.0
// Stops and waits crossed, and policies as one would use them.

#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "combinations";

// A stop is asked before the next wait is known, or after. A wait has something it starts with, the next one, and what
// follows it.
#define COMBINED(id, name, stops, waits, start, stops_before, stops_after, next_wait, pause)                           \
    LOOP(id##_result_library) {                                                                                        \
        return grit::Retrying<WITHOUT_BRACKETS stops, WITHOUT_BRACKETS waits, IfBusy, Clock>{}(                        \
            opaque::result_operation);                                                                                 \
    }                                                                                                                  \
    LOOP(id##_result_by_hand) {                                                                                        \
        start;                                                                                                         \
        for ([[maybe_unused]] int n = 1;; ++n) {                                                                       \
            int const result = opaque::result_operation();                                                             \
            if (!is_busy(result) || (stops_before)) return result;                                                     \
            Duration const next = next_wait;                                                                           \
            if (stops_after) return result;                                                                            \
            pause;                                                                                                     \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id##_result, name, by_result(unknown));                                                                        \
    LOOP(id##_exception_library) {                                                                                     \
        return grit::Retrying<WITHOUT_BRACKETS stops, WITHOUT_BRACKETS waits, IfTimeout, Clock>{}(opaque::operation);  \
    }                                                                                                                  \
    LOOP(id##_exception_by_hand) {                                                                                     \
        start;                                                                                                         \
        for ([[maybe_unused]] int n = 1;; ++n) {                                                                       \
            Duration next{};                                                                                           \
            try {                                                                                                      \
                return opaque::operation();                                                                            \
            } catch (Timeout const&) {                                                                                 \
                if (stops_before) throw;                                                                               \
                next = next_wait;                                                                                      \
                if (stops_after) throw;                                                                                \
            }                                                                                                          \
            pause;                                                                                                     \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id##_exception, name, by_exception(Fails::by_timeout, unknown))

#define SLEEP_IF                                                                                                       \
    if (next > 0s) sleep(next)
#define DOUBLED wait = std::min<Duration>(2 * wait, 10s)

// Every wait with one stop.
#define WITH_WAITS(id, name, stops, start, before, after)                                                              \
    COMBINED(id##_fixed, name ", WaitFixed", stops, (grit::WaitFixed<200ms>), start, before, after, 200ms,             \
             sleep(next));                                                                                             \
    COMBINED(id##_incrementing, name ", WaitIncrementing", stops, (grit::WaitIncrementing<100ms, 50ms, 10s>), start;   \
             START, before, after, wait, sleep(next); wait = std::min<Duration>(wait + 50ms, 10s));                    \
    COMBINED(id##_random, name ", WaitRandom", stops, (grit::WaitRandom<100ms, 300ms>, Draws), start, before, after,   \
             draw(100ms, 300ms), sleep(next));                                                                         \
    COMBINED(id##_full, name ", WaitRandomExponential", stops, (grit::WaitRandomExponential<100ms, 10s>, Draws),       \
             start;                                                                                                    \
             START, before, after, draw(0s, wait), SLEEP_IF; DOUBLED);                                                 \
    COMBINED(id##_equal, name ", equal jitter", stops, (grit::WaitJitter<Backoff, 50>, Draws), start;                  \
             START, before, after, draw(wait - wait / 2, wait), SLEEP_IF; DOUBLED);                                    \
    COMBINED(id##_jitter, name ", WaitExponentialJitter", stops,                                                       \
             (grit::WaitExponentialJitter<100ms, 10s, 70ms>, Draws), start;                                            \
             START, before, after, draw(std::min<Duration>(wait, 9930ms), std::min<Duration>(wait + 70ms, 10s)),       \
             SLEEP_IF;                                                                                                 \
             DOUBLED);                                                                                                 \
    COMBINED(id##_decorrelated, name ", WaitDecorrelatedJitter", stops,                                                \
             (grit::WaitDecorrelatedJitter<100ms, 10s>, Draws), start;                                                 \
             START, before, after, draw(100ms, std::min<Duration>(3 * wait, 10s)), sleep(next); wait = next);          \
    COMBINED(id##_chain, name ", WaitChain", stops,                                                                    \
             (grit::WaitChain<grit::WaitFixed<100ms>, grit::WaitFixed<500ms>, grit::WaitFixed<2s>>), start, before,    \
             after,                                                                                                    \
             n == 1   ? Duration{100ms}                                                                                \
             : n == 2 ? Duration{500ms}                                                                                \
                      : Duration{2s},                                                                                  \
             sleep(next));                                                                                             \
    COMBINED(id##_sum, name ", WaitSum", stops, (grit::WaitSum<Backoff, grit::WaitRandom<0s, 50ms>>, Draws), start;    \
             START, before, after, wait + draw(0s, 50ms), sleep(next); DOUBLED);                                       \
    COMBINED(id##_at_most, name ", WaitAtMost", stops, (grit::WaitAtMost<300ms, Backoff>), start;                      \
             START, before, after, std::min<Duration>(wait, 300ms), sleep(next); DOUBLED)

#define FROM_START Duration const start = now()
WITH_WAITS(delay, "StopAfterDelay", (grit::StopAfterDelay<2s>), FROM_START, now() - start >= 2s, false);
WITH_WAITS(before, "StopBeforeDelay", (grit::StopBeforeDelay<4s>), FROM_START, false, now() - start + next >= 4s);
WITH_WAITS(two, "two stops", (Five, grit::StopAfterDelay<60s>), FROM_START, n == 5 || now() - start >= 60s, false);
WITH_WAITS(deadline, "attempts and deadline", (Five, grit::StopBeforeDelay<60s>), FROM_START, n == 5,
           now() - start + next >= 60s);

// As one would use them ----------------------------------------------------------------------------------------------

#define USED(id, name, policies, start, stops_before, stops_after, next_wait, hook, plans)                             \
    LOOP(id##_library) { return grit::Retrying<WITHOUT_BRACKETS policies, Clock>{}(opaque::operation); }               \
    LOOP(id##_by_hand) {                                                                                               \
        start;                                                                                                         \
        START;                                                                                                         \
        for (int n = 1;; ++n) {                                                                                        \
            Duration next{};                                                                                           \
            try {                                                                                                      \
                int const result = opaque::operation();                                                                \
                if (!is_busy(result) || (stops_before)) return result;                                                 \
                next = next_wait;                                                                                      \
                if (stops_after) return result;                                                                        \
            } catch (Timeout const&) {                                                                                 \
                if (stops_before) throw;                                                                               \
                next = next_wait;                                                                                      \
                if (stops_after) throw;                                                                                \
            } catch (Refused const&) {                                                                                 \
                if (stops_before) throw;                                                                               \
                next = next_wait;                                                                                      \
                if (stops_after) throw;                                                                                \
            }                                                                                                          \
            hook;                                                                                                      \
            SLEEP_IF;                                                                                                  \
            DOUBLED;                                                                                                   \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id, name, plans)

using Errors = grit::RetryIf<Timeout, Refused>;
using FullJitter = grit::WaitRandomExponential<100ms, 10s>;
USED(usual, "full jitter, 2 types, result, hook",
     (Five, FullJitter, Draws, Errors, IfBusy, grit::BeforeSleep<opaque::hook>), , n == 5, false, draw(0s, wait),
     opaque::hook(), by_result() + by_exception(Fails::by_refused) + passes());
USED(limited, "full jitter, 2 types, result, hook, time limit",
     (Five, grit::StopAfterDelay<60s>, FullJitter, Draws, Errors, IfBusy, grit::BeforeSleep<opaque::hook>), FROM_START,
     n == 5 || now() - start >= 60s, false, draw(0s, wait), opaque::hook(),
     by_result() + by_exception(Fails::by_refused) + passes());
USED(bound, "full jitter, 2 types, result, hook, deadline",
     (Five, grit::StopBeforeDelay<60s>, FullJitter, Draws, Errors, IfBusy, grit::BeforeSleep<opaque::hook>), FROM_START,
     n == 5, now() - start + next >= 60s, draw(0s, wait), opaque::hook(),
     by_result() + by_exception(Fails::by_refused) + passes());

} // namespace
} // namespace rows
