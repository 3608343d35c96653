// SPDX-License-Identifier: BSL-1.0
// Every hook, around waits that double.

#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "hooks";

// By hand: `counter` defines the number of the attempt, n, and what each hook does stands where it is called.
#define HOOKS(id, name, hooks, counter, before, after, before_sleep, on_success, on_give_up)                           \
    LOOP(id##_result_library) { return ByResult<WITHOUT_BRACKETS hooks>{}(opaque::result_operation); }                 \
    LOOP(id##_result_by_hand) {                                                                                        \
        START;                                                                                                         \
        counter;                                                                                                       \
        for (;; ++n) {                                                                                                 \
            before;                                                                                                    \
            int const result = opaque::result_operation();                                                             \
            [[maybe_unused]] int const& error = result;                                                                \
            if (!is_busy(result)) {                                                                                    \
                on_success;                                                                                            \
                return result;                                                                                         \
            }                                                                                                          \
            after;                                                                                                     \
            if (n == 5) {                                                                                              \
                on_give_up;                                                                                            \
                return result;                                                                                         \
            }                                                                                                          \
            before_sleep;                                                                                              \
            WAITED;                                                                                                    \
            PAUSE;                                                                                                     \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id##_result, name, by_result());                                                                               \
    LOOP(id##_exception_library) { return ByTimeout<WITHOUT_BRACKETS hooks>{}(opaque::operation); }                    \
    LOOP(id##_exception_by_hand) {                                                                                     \
        START;                                                                                                         \
        counter;                                                                                                       \
        for (;; ++n) {                                                                                                 \
            before;                                                                                                    \
            try {                                                                                                      \
                int const result = opaque::operation();                                                                \
                on_success;                                                                                            \
                return result;                                                                                         \
            } catch ([[maybe_unused]] Timeout const& error) {                                                          \
                after;                                                                                                 \
                if (n == 5) {                                                                                          \
                    on_give_up;                                                                                        \
                    throw;                                                                                             \
                }                                                                                                      \
                before_sleep;                                                                                          \
            }                                                                                                          \
            WAITED;                                                                                                    \
            PAUSE;                                                                                                     \
        }                                                                                                              \
    }                                                                                                                  \
    ADD(id##_exception, name, by_exception())

// Hooks that take nothing --------------------------------------------------------------------------------------------

#define COUNTER int n = 1
#define WAITED
#define HOOK opaque::hook()

HOOKS(before, "Before", (grit::Before<opaque::hook>), COUNTER, HOOK, , , , );
HOOKS(after, "After", (grit::After<opaque::hook>), COUNTER, , HOOK, , , );
HOOKS(before_sleep, "BeforeSleep", (grit::BeforeSleep<opaque::hook>), COUNTER, , , HOOK, , );
HOOKS(on_success, "OnSuccess", (grit::OnSuccess<opaque::hook>), COUNTER, , , , HOOK, );
HOOKS(on_give_up, "OnGiveUp", (grit::OnGiveUp<opaque::hook>), COUNTER, , , , , HOOK);
HOOKS(all_of_them, "all five",
      (grit::Before<opaque::hook>, grit::After<opaque::hook>, grit::BeforeSleep<opaque::hook>,
       grit::OnSuccess<opaque::hook>, grit::OnGiveUp<opaque::hook>),
      COUNTER, HOOK, HOOK, HOOK, HOOK, HOOK);

// Giving up with another value.
constexpr int fallback() noexcept { return 7; }
HOOKS(value, "OnGiveUp, a value", (grit::OnGiveUp<fallback>), COUNTER, , , , , return fallback());

// Log lines ----------------------------------------------------------------------------------------------------------

struct Log {
    void log(grit::LogLevel, std::string_view line) const noexcept { opaque::log(line); }
};
/// By hand: "call: attempt 2 starts", the first time with the policies, and "call: attempt 2 failed: timed out".
std::string starts(int n) {
    std::string const line = "call: attempt " + std::to_string(n) + " starts";
    return n == 1 ? line + "; Retrying<StopAfterAttempt<5>, WaitExponential<100ms, 10s>, RetryIf<Timeout>>" : line;
}
std::string failed(int n, std::exception const& error) {
    return "call: attempt " + std::to_string(n) + " failed: " + error.what();
}
std::string failed(int n, int) { return "call: attempt " + std::to_string(n) + " failed: a result to retry"; }

HOOKS(before_log, "BeforeLog", (grit::BeforeLog<Log>), COUNTER, opaque::log(starts(n)), , , , );
HOOKS(after_log, "AfterLog", (grit::AfterLog<Log>), COUNTER, , opaque::log(failed(n, error)), , , );
HOOKS(before_sleep_log, "BeforeSleepLog", (grit::BeforeSleepLog<Log>), COUNTER, , ,
      opaque::log(failed(n, error) + "; next attempt in " +
                  std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(wait).count()) + " ms"),
      , );

// Hooks that take the attempt, and what failed or came out -----------------------------------------------------------

#undef COUNTER
#undef WAITED
#define COUNTER                                                                                                        \
    Attempt attempt;                                                                                                   \
    int& n = attempt.number
#define WAITED attempt.last_wait = wait

[[gnu::noinline]] void see(grit::Attempt const& attempt) noexcept { opaque::hook_with(attempt.number()); }
[[gnu::noinline]] void see_failure(grit::Attempt const& attempt, grit::Failure const&) noexcept {
    opaque::hook_with(attempt.number());
}
[[gnu::noinline]] void see_result(grit::Attempt const& attempt, int const& result) noexcept {
    opaque::hook_with(attempt.number() + result);
}
// By hand.
[[gnu::noinline]] void see(Attempt const& attempt) noexcept { opaque::hook_with(attempt.number); }
[[gnu::noinline]] void see_failure(Attempt const& attempt, void const*) noexcept { opaque::hook_with(attempt.number); }
[[gnu::noinline]] void see_result(Attempt const& attempt, int const& result) noexcept {
    opaque::hook_with(attempt.number + result);
}
constexpr auto seen = [](grit::Attempt const& attempt) noexcept { see(attempt); };
constexpr auto failure_seen = [](grit::Attempt const& attempt, grit::Failure const& failure) noexcept {
    see_failure(attempt, failure);
};
constexpr auto result_seen = [](grit::Attempt const& attempt, int const& result) noexcept {
    see_result(attempt, result);
};

HOOKS(before_attempt, "Before, attempt", (grit::Before<seen>), COUNTER, see(attempt), , , , );
HOOKS(after_attempt, "After, attempt", (grit::After<seen>), COUNTER, , see(attempt), , , );
HOOKS(before_sleep_attempt, "BeforeSleep, attempt", (grit::BeforeSleep<seen>), COUNTER, , , see(attempt), , );
HOOKS(on_success_attempt, "OnSuccess, attempt", (grit::OnSuccess<seen>), COUNTER, , , , see(attempt), );
HOOKS(on_give_up_attempt, "OnGiveUp, attempt", (grit::OnGiveUp<seen>), COUNTER, , , , , see(attempt));
HOOKS(after_failure, "After, failure", (grit::After<failure_seen>), COUNTER, , see_failure(attempt, &error), , , );
HOOKS(before_sleep_failure, "BeforeSleep, failure", (grit::BeforeSleep<failure_seen>), COUNTER, , ,
      see_failure(attempt, &error), , );
HOOKS(on_give_up_failure, "OnGiveUp, failure", (grit::OnGiveUp<failure_seen>), COUNTER, , , , ,
      see_failure(attempt, &error));
HOOKS(on_success_result, "OnSuccess, result", (grit::OnSuccess<result_seen>), COUNTER, , , ,
      see_result(attempt, result), );
HOOKS(all_with_all, "all five, with all there is",
      (grit::Before<seen>, grit::After<failure_seen>, grit::BeforeSleep<failure_seen>, grit::OnSuccess<result_seen>,
       grit::OnGiveUp<failure_seen>),
      COUNTER, see(attempt), see_failure(attempt, &error), see_failure(attempt, &error), see_result(attempt, result),
      see_failure(attempt, &error));

} // namespace
} // namespace rows
