// SPDX-License-Identifier: BSL-1.0
#pragma once
// StopNever: no limit, said aloud.

#include <grit/stop/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Never stops: attempts go on until one succeeds or fails with an error that is not retried.
///
/// Thread safety: a const value without state.
struct StopNever {
    static constexpr Family family = Family::stop;
    static constexpr char const* name = "StopNever";
    using Kind = StopNever;
    static constexpr bool needs_failure = false;

    template <class Q>
    GRIT_INLINE constexpr bool stop(Q const&) const noexcept {
        return false;
    }
};

} // namespace grit::inline GRIT_ABI
