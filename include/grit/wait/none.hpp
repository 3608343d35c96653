// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitNone: the next attempt follows at once.

#include <grit/wait/traits.hpp>

namespace grit::inline GRIT_ABI {

/// No wait between attempts; what holds when no wait is named. Zero waits do not call the sleeper.
class WaitNone {
public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitNone";
    static constexpr bool needs_failure = false;
    using Kind = WaitNone;
    using State = detail::NoState;

    template <class Q>
    GRIT_INLINE constexpr Duration value(State, Q const&) const noexcept {
        return Duration::zero();
    }
    constexpr Bounds bounds(State) const noexcept { return {Duration::zero(), Duration::zero()}; }
};

} // namespace grit::inline GRIT_ABI
