// SPDX-License-Identifier: BSL-1.0
// What counts in a word that all threads share, beside the fewest read-modify-writes that could do it: a bare fetch_add
// for a call, or one before and one after it. The clock stands still, so that the word alone is compared.

#include <atomic>

#include <grit/budget.hpp>
#include <grit/bulkhead.hpp>
#include <grit/rate_limiter.hpp>

#include "shapes.hpp"

namespace rows {
namespace {

constexpr char const* family = "limits";

struct Still {
    static grit::TimePoint now() noexcept { return {}; }
    static void sleep(grit::Duration) noexcept {}
};

std::atomic<long> word{0};

Plans one_call(Fails how, char const* name) { return {{name, Ends::success, how, 0, 1}}; }

// A limiter -----------------------------------------------------------------------------------------------------------

constinit grit::RateLimiter<1'000'000, 1ms, 2'000'000'000, grit::Time<Still>> limiter; // more than a run has
LOOP(limiter_library) { return limiter(opaque::result_operation); }
LOOP(limiter_by_hand) {
    word.fetch_add(1, std::memory_order_relaxed);
    return opaque::result_operation();
}
ADD(limiter, "RateLimiter, fetch_add by hand", one_call(Fails::by_result, "success, result"), Form::shared_word);

LOOP(throwing_limiter_library) { return limiter(opaque::operation); }
LOOP(throwing_limiter_by_hand) {
    word.fetch_add(1, std::memory_order_relaxed);
    return opaque::operation();
}
ADD(throwing_limiter, "RateLimiter, fetch_add by hand", one_call(Fails::by_timeout, "success, may throw"),
    Form::shared_word);

// A bulkhead ----------------------------------------------------------------------------------------------------------

/// By hand: gives the place up however the call ends.
struct Inside {
    Inside() noexcept { word.fetch_add(1, std::memory_order_acquire); }
    ~Inside() { word.fetch_sub(1, std::memory_order_release); }
};

constinit grit::Bulkhead<100> bulkhead;
LOOP(bulkhead_library) { return bulkhead(opaque::result_operation); }
LOOP(bulkhead_by_hand) {
    Inside const inside;
    return opaque::result_operation();
}
ADD(bulkhead, "Bulkhead, two fetch_add by hand", one_call(Fails::by_result, "success, result"), Form::shared_word);

LOOP(throwing_bulkhead_library) { return bulkhead(opaque::operation); }
LOOP(throwing_bulkhead_by_hand) {
    Inside const inside;
    return opaque::operation();
}
ADD(throwing_bulkhead, "Bulkhead, two fetch_add by hand", one_call(Fails::by_timeout, "success, may throw"),
    Form::shared_word);

constinit grit::Bulkhead<100, 100, grit::Time<Still>> with_line;
LOOP(with_line_library) { return with_line(opaque::result_operation); }
LOOP(with_line_by_hand) {
    Inside const inside;
    return opaque::result_operation();
}
ADD(with_line, "Bulkhead with a line, two fetch_add by hand", one_call(Fails::by_result, "success, result"),
    Form::shared_word);

// A budget ------------------------------------------------------------------------------------------------------------

using Budget = grit::RetryBudget<1'000'000>;
constinit Budget budget;
constinit Budget budget_in_use;
using Retry = grit::Retrying<Five, grit::WaitNone, IfBusy, Clock, grit::StopOverBudget<Budget>>;
Retry const with_budget{grit::StopOverBudget{budget}};
Retry const with_budget_in_use{grit::StopOverBudget{budget_in_use}};

/// By hand: in tenths of a token, as many as a run needs.
std::atomic<long> tokens{1'000'000};

LOOP(budget_library) { return static_cast<Retry const*>(object)->operator()(opaque::result_operation); }
LOOP(budget_by_hand) {
    for (int n = 1;; ++n) {
        int const result = opaque::result_operation();
        if (!is_busy(result)) {
            tokens.fetch_add(1, std::memory_order_relaxed);
            return result;
        }
        if (n == 5 || tokens.fetch_sub(10, std::memory_order_relaxed) < 10) return result;
    }
}
ADD(budget, "RetryBudget, full; fetch_add by hand", one_call(Fails::by_result, "success, result"), Form::shared_word,
    &with_budget);
[[maybe_unused]] bool const in_use_added =
    add(family, "RetryBudget, in use; fetch_add by hand", {{"a failure, result", Ends::result, Fails::by_result, 1, 2}},
        call<budget_library>, call<budget_by_hand>, Form::shared_word, &with_budget_in_use);

} // namespace
} // namespace rows
