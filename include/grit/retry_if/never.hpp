// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryNever: one attempt, whatever happens, except where the operation itself asks for another.

#include <grit/core/concepts.hpp>
#include <grit/core/types.hpp>

namespace grit {

/// Retries nothing: every error passes untouched and every result is returned. TryAgain and RetryAfter still count.
///
/// Catches nothing. Thread safety: a const value without state.
struct RetryNever {
    static constexpr Family family = Family::retry;
    using Kind = RetryNever;
    static constexpr char const* name = "RetryNever";
    using Handles = Types<>;
    static constexpr bool names_errors = false;
    static constexpr bool names_results = false;
    static constexpr bool vetoes = false;

    template <class E>
    GRIT_INLINE constexpr bool on_exception(E const&) const noexcept {
        return false;
    }

    template <class R>
    static constexpr bool looks_at = false;

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const&) const noexcept {
        return false;
    }
};

} // namespace grit
