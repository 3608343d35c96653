// SPDX-License-Identifier: BSL-1.0
#pragma once
// The decision: after a failed attempt, sleep how long, or give up and why. Every front asks this one function.

#include <grit/retrying/groups.hpp>

namespace grit::inline GRIT_ABI::detail {

/// True if a sleep of q.wait() would reach the deadline that was handed in from outside, by the clock that came with
/// it.
template <class Q>
GRIT_INLINE constexpr bool reaches_outer_deadline(Q const& q) {
    return q.outer().has_deadline() && q.wait() >= q.outer().remaining();
}

/// Decides what follows a failed attempt. Returns: true if the call ends, and q knows the reason; else q knows the
/// wait.
///
/// Pure: all it knows comes from the policies and the query. What can decide without the clock or the wait comes first,
/// so that neither is asked for in vain. The answer is a bool, which compilers turn into the branches of a loop by
/// hand.
template <class Stops, class Waits, class Stored, class Q>
GRIT_INLINE constexpr bool gives_up(Stored const& set, Q& q) {
    if constexpr (Stops::template asked<Turn::at_once>)
        if (q.ends(Stops::template ask<Turn::at_once>(set, q))) return true;
    if constexpr (Q::surrounded)
        if (q.outer().stop_requested()) return q.ends(StopReason::cancelled);

    if constexpr (Stops::template asked<Turn::with_time>)
        if (q.ends(Stops::template ask<Turn::with_time>(set, q))) return true;

    q.set_wait(Waits::value(set, q, typename Waits::Indices{}));
    if constexpr (Waits::limits_hint)
        if (q.hint() > Waits::hint_limit(set, q)) return q.ends(StopReason::hint);

    if constexpr (Stops::template asked<Turn::with_wait>)
        if (q.ends(Stops::template ask<Turn::with_wait>(set, q))) return true;
    if constexpr (Q::surrounded)
        if (detail::reaches_outer_deadline(q))
            return q.ends(q.wait_was_asked_for() ? StopReason::hint : StopReason::deadline);

    if constexpr (Stops::Taking::size != 0) return q.ends(q.call.taken->take(q));
    return false;
}

} // namespace grit::inline GRIT_ABI::detail
