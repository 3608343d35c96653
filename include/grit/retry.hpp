// SPDX-License-Identifier: BSL-1.0
#pragma once
// The retry engine: Retrying with every policy, the Stepper, and retry() for a call that needs no thought.

#include <grit/core/invoke.hpp>
#include <grit/hook.hpp>
#include <grit/retry_if.hpp>
#include <grit/retrying.hpp>
#include <grit/stop.hpp>
#include <grit/time.hpp>
#include <grit/wait.hpp>

namespace grit::inline GRIT_ABI {

/// The policy of retry(): three attempts, full jitter from 100 ms up to 10 s, the default predicate.
using DefaultRetrying =
    Retrying<StopAfterAttempt<3>, WaitRandomExponential<std::chrono::milliseconds{100}, std::chrono::seconds{10}>>;

/// Calls f(args...) until it succeeds, three times at most, with full jitter between 100 ms and 10 s.
///
/// Returns: what f returned last. Throws: what f threw last.
template <int Exceptions = GRIT_EXCEPTIONS, std::same_as<DefaultRetrying> Policy = DefaultRetrying, class F,
          class... Args>
GRIT_INLINE constexpr decltype(auto) retry(F&& f, Args&&... args) {
    // A template argument: the policies are then compiled only for a program that calls retry().
    return Policy{}.template operator()<Exceptions>(f, args...);
}
template <class Policy, class F, class... Args>
constexpr decltype(auto) retry(F&& f, Args&&... args) {
    static_assert(
        detail::is_met<(always_false<Policy>)>,
        "grit: 'retry' was given a template argument, because it looks as if it took policies, and it has its "
        "own; write Retrying<StopAfterAttempt<5>>{}(f) instead");
    return f(args...);
}

} // namespace grit::inline GRIT_ABI
