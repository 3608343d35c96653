// SPDX-License-Identifier: BSL-1.0
#pragma once
// The decision: after a failed attempt, sleep how long, or give up and why. Every front asks this one function.

#include <grit/core/policy_set.hpp>
#include <grit/core/stop_reason.hpp>
#include <grit/retrying/waits.hpp>
#include <grit/stop/traits.hpp>

namespace grit {

/// What to do after a failed attempt: sleep for `wait` and try again, or give up for a reason.
struct Decision {
    Duration wait = Duration::zero();
    StopReason reason = StopReason::none;

    constexpr bool gives_up() const noexcept { return reason != StopReason::none; }
    static constexpr Decision sleep(Duration wait) noexcept { return {wait, StopReason::none}; }
    static constexpr Decision give_up(StopReason reason) noexcept { return {Duration::zero(), reason}; }
    friend constexpr bool operator==(Decision const&, Decision const&) = default;
};

namespace detail {

/// All stop policies of a set, asked as one. Early stops need neither clock nor wait, late ones need either.
template <class Stops>
struct StopGroup;
template <class... Ps>
struct StopGroup<Types<Ps...>> {
    static constexpr bool any_late = (StopTraits<Ps>::late || ...);
    static constexpr bool needs_clock = (StopTraits<Ps>::needs_clock || ...);

    template <bool Late, class Set, class Q>
    GRIT_INLINE static constexpr bool stop(Set const& set, Q const& q) {
        return (StopTraits<Ps>::template stops<Late>(set.template get<Ps>(), q) || ...);
    }

    /// The reason of the first stop, in the order listed, that says so.
    template <class Set, class Q>
    GRIT_INLINE static constexpr StopReason reason(Set const& set, Q const& q) {
        StopReason reason = StopReason::custom;
        (void)((StopTraits<Ps>::stop(set.template get<Ps>(), q) && (reason = StopTraits<Ps>::reason(set.template get<Ps>(), q), true)) || ...);
        return reason;
    }
};

/// True if a sleep of q.wait() would reach the deadline that was handed in from outside.
template <class Q>
GRIT_INLINE constexpr bool reaches_outer_deadline(Q const& q) {
    if constexpr (Q::surrounded) {
        Context const& outer = q.outer();
        return outer.has_deadline() && saturating_add(q.now(), q.wait()) >= outer.deadline();
    } else
        return false;
}

/// Decides what follows a failed attempt. Pure: everything it knows comes from the policies and the query.
///
/// Early stops come first, so that the clock is not read and the wait not computed for the last attempt.
template <class Set, class Q>
GRIT_INLINE constexpr Decision decide(Set const& set, Q& q) {
    using Stops = StopGroup<typename Set::template Of<Family::stop>>;
    using Waits = WaitGroup<typename Set::template Of<Family::wait_if>, typename Set::template Of<Family::wait>>;

    bool stop = Stops::template stop<false>(set, q);
    if constexpr (!Stops::any_late) {
        if (stop) return Decision::give_up(Stops::reason(set, q));
    } else if constexpr (!Q::tells_reason) {
        if (stop) return Decision::give_up(StopReason::custom); // nobody hears the reason: no clock for its sake
    }

    if constexpr (Q::surrounded)
        if (!stop && q.outer().stop_requested()) return Decision::give_up(StopReason::cancelled);

    q.set_wait(Waits::value(set, q));
    if constexpr (Waits::limits_hint)
        if (!stop && q.hint() > Waits::hint_limit(set, q)) return Decision::give_up(StopReason::hint);

    if constexpr (Stops::needs_clock) q.read_clock();
    if constexpr (Stops::any_late) {
        stop = stop || Stops::template stop<true>(set, q);
        if (stop) return Decision::give_up(Stops::reason(set, q));
    }
    if (reaches_outer_deadline(q))
        return Decision::give_up(q.wait_was_asked_for() ? StopReason::hint : StopReason::deadline);
    return Decision::sleep(q.wait());
}

} // namespace detail
} // namespace grit
