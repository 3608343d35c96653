// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryNever: one attempt, whatever happens, except where the operation itself asks for another.

#include <grit/core/concepts.hpp>

namespace grit::inline GRIT_ABI {

/// Retries nothing: every error passes untouched and every result is returned. TryAgain and RetryAfter still count.
///
/// Catches nothing. Thread safety: a const value without state.
struct RetryNever {
    static constexpr Family family = Family::retry;
    using Kind = RetryNever;
    static constexpr char const* name = "RetryNever";
    static constexpr bool names_results = false;
};

} // namespace grit::inline GRIT_ABI
