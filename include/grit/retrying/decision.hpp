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

/// A stop that is a number of attempts and nothing else, so that stops_after(n) says it all. Asked of P itself and not
/// of what it derives from, which may add to it.
template <class P>
concept CountsAttempts = requires { requires std::is_same_v<typename P::CountsAttemptsOf, P>; };

/// All stop policies of a set, asked as one. Early stops need neither clock nor wait, late ones need either.
template <class Stops>
struct StopGroup;
template <class P>
struct StopGroup<Types<P>> : StopTraits<P> {
    static constexpr bool any_late = StopTraits<P>::late;
};
/// A constant number of attempts. Most sets are this, so it costs a compiler least: who asks it can build it.
template <BuiltOnDemand P>
    requires CountsAttempts<P>
struct StopGroup<Types<P>> : StopTraits<P> {
    static constexpr bool any_late = false;
    using AttemptLimit = P;
};
template <class... Ps>
struct StopGroup<Types<Ps...>> {
    static constexpr bool any_late = (StopTraits<Ps>::late || ...);
    static constexpr bool needs_clock = (StopTraits<Ps>::needs_clock || ...);
    static constexpr bool needs_wait = (StopTraits<Ps>::needs_wait || ...);

    template <bool Late, class Stored, class Q>
    GRIT_INLINE static constexpr bool stops(Stored const& set, Q const& q) {
        return (StopTraits<Ps>::template stops<Late>(set, q) || ...);
    }

    /// Asks the early stops. Returns: the number of the first that says so; -1 if none does.
    template <class Stored, class Q>
    GRIT_INLINE static constexpr int first_early(Stored const& set, Q const& q) {
        int found = -1;
        int before = 0;
        (void)(((found = StopTraits<Ps>::first_early(set, q)) >= 0 || (before += StopTraits<Ps>::count, false)) || ...);
        return found < 0 ? -1 : before + found;
    }

    /// The reason of the first stop, in the order listed, that says so; none if none does. Asks only the late ones that
    /// stand before the early one found.
    template <class Stored, class Q>
    GRIT_INLINE static constexpr StopReason first_reason(Stored const& set, Q const& q, int early) {
        StopReason reason = StopReason::none;
        (void)(((reason = StopTraits<Ps>::first_reason(set, q, early)) != StopReason::none ||
                (early -= StopTraits<Ps>::count, false)) ||
               ...);
        return reason;
    }
};

/// True if a sleep of q.wait() would reach the deadline that was handed in from outside, by the clock that came with
/// it.
template <class Q>
GRIT_INLINE constexpr bool reaches_outer_deadline(Q const& q) {
    return q.outer().has_deadline() && q.wait() >= q.outer().remaining();
}

/// Asks the late stops, and if the reason is heard finds it.
template <class Stops, class Stored, class Q>
GRIT_INLINE constexpr bool stops_late(Stored const& set, Q& q, int early) {
    if constexpr (Q::tells_reason) {
        q.set_reason(Stops::first_reason(set, q, early));
        return q.reason() != StopReason::none;
    } else return Stops::template stops<true>(set, q);
}

/// Decides what follows a failed attempt: true if the call ends, and q knows why; else q knows the wait. Pure:
/// everything it knows comes from the policies and the query.
///
/// Early stops come first, so that the clock is not read and the wait not computed for the last attempt. The answer is
/// a bool, and the reason is found only if somebody hears it: compilers turn both into the branches of a loop by hand.
template <class Stored, class Q>
GRIT_INLINE constexpr bool gives_up(Stored const& set, Q& q) {
    using Set = typename Q::Set;
    using Stops = StopGroup<typename Set::template Of<Family::stop>>;
    using Waits = WaitsOf<Set>;

    // Nobody hears the reason: any stop will do. Somebody does: it is that of the first listed, late ones included.
    int early = -1;
    if constexpr (Q::tells_reason) early = Stops::first_early(set, q);
    else if constexpr (requires { typename Stops::AttemptLimit; }) {
        if (typename Stops::AttemptLimit{}.stops_after(q.attempt().number())) return true;
    } else if (Stops::template stops<false>(set, q)) return true;
    bool const stop = early >= 0;
    if constexpr (Q::tells_reason && !Stops::any_late)
        if (stop) {
            q.set_reason(Stops::first_reason(set, q, early));
            return true;
        }

    if constexpr (Q::surrounded)
        if (!stop && q.outer().stop_requested()) {
            q.set_reason(StopReason::cancelled);
            return true;
        }

    constexpr bool late_stops_first = Stops::any_late && !Stops::needs_wait; // none of them looks at the wait
    if constexpr (late_stops_first) {
        q.read_clock();
        if (stops_late<Stops>(set, q, early)) return true;
    }

    if constexpr (Waits::template has_closed_form<Q::few_attempts>)
        q.set_wait(typename Waits::Wait{}.template closed_form<Q::few_attempts>(q.attempt().number()));
    else if constexpr (Waits::state_is_wait) q.set_wait(q.run.states);
    else q.set_wait(Waits::value(set, q));
    if constexpr (Waits::limits_hint)
        if (!stop && q.hint() > Waits::hint_limit(set, q)) {
            q.set_reason(StopReason::hint);
            return true;
        }

    if constexpr (Stops::any_late && !late_stops_first) {
        if constexpr (Stops::needs_clock) q.read_clock();
        if (stops_late<Stops>(set, q, early)) return true;
    }
    if constexpr (Q::surrounded)
        if (reaches_outer_deadline(q)) {
            q.set_reason(q.wait_was_asked_for() ? StopReason::hint : StopReason::deadline);
            return true;
        }
    return false;
}

/// The same as a value.
template <class Stored, class Q>
GRIT_INLINE constexpr Decision decide(Stored const& set, Q& q) {
    return gives_up(set, q) ? Decision::give_up(q.reason()) : Decision::sleep(q.wait());
}

} // namespace detail
} // namespace grit
