// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryAlways: retry whatever the operation did, success included.

#include <grit/retry_if/default.hpp>

namespace grit::inline GRIT_ABI {

/// Retries every exception derived from std::exception and every result, until a stop ends the call.
///
/// Rejections are not retried: they must be named. A call that returns void is retried too.
/// Thread safety: a const value without state.
struct RetryAlways {
    static constexpr Family family = Family::retry;
    using Kind = RetryAlways;
    static constexpr char const* name = "RetryAlways";
    using Handles = Types<std::exception>;
    static constexpr bool names_results = true;

    template <class E>
    GRIT_INLINE constexpr bool on_exception(E const&) const noexcept {
        return !std::is_base_of_v<Rejected, E>;
    }

    template <class R>
    static constexpr bool looks_at = true;

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return !detail::holds_error<Rejected>(r);
    }
};

} // namespace grit::inline GRIT_ABI
