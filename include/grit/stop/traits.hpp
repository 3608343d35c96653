// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the engine may ask of any stop, and what a stop that does not say takes for granted.

#include <initializer_list>

#include <grit/core/callable.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/value.hpp>

namespace grit::detail {

template <class P>
consteval int stop_max_attempts() {
    if constexpr (requires { P::max_attempts; }) return P::max_attempts;
    else return 0;
}

// What a stop does not say is read from what it takes. One that does not say takes the query, which can tell anything.
template <class P>
concept StopNeedsClock =
    requires { requires P::needs_clock; } || (!requires { P::needs_clock; } && observer_needs_clock<P>);
template <class P>
concept StopNeedsFailure = requires {
    requires P::needs_failure;
} || (!requires { P::needs_failure; } && (takes_of<P> == Takes::other || observer_needs_failure<P>));

template <class P>
consteval int stop_count() {
    if constexpr (requires { P::stop_count; }) return P::stop_count;
    else return 1;
}

/// The fewest attempts of several stops of which one is enough; 0 if none limits them, -1 if it is known at run time.
constexpr int fewest_attempts(std::initializer_list<int> limits) noexcept {
    int fewest = 0;
    for (int const n : limits) {
        if (n < 0) return -1;
        if (n > 0 && (fewest == 0 || n < fewest)) fewest = n;
    }
    return fewest;
}

/// Where to point if a reference must outlive an object that is built on demand.
template <class T>
inline constexpr T instance{};

/// The reason of a stop that refuses to wait: the failure's own request, if that is what made the wait so long.
template <class Q>
GRIT_INLINE constexpr StopReason reason_of_refused_wait(Q const& q, StopReason otherwise) {
    if constexpr (requires { q.wait_was_asked_for(); })
        if (q.wait_was_asked_for()) return StopReason::hint;
    return otherwise;
}

/// The one way to ask a stop P. It offers `stop(q)`, or is only a callable: `bool operator()(Attempt const&) const`.
/// Everything else has a default: unbounded, nothing needed, no deadline, no token, the reason `custom`. `from` is the
/// stop, or a set that has it.
template <class P>
struct StopTraits {
    /// Ends the call by itself, through a number of attempts or a time.
    static constexpr bool bounded = requires { requires P::bounded; };
    static constexpr bool needs_clock = StopNeedsClock<P>;
    static constexpr bool needs_wait = requires { requires P::needs_wait; };
    static constexpr bool needs_failure = StopNeedsFailure<P>;
    /// Asked only once the wait and the time are known.
    static constexpr bool late = needs_clock || needs_wait;
    /// The most attempts that are made; 0 if it sets no such limit, -1 if attempts(p) knows it at run time.
    static constexpr int max_attempts = stop_max_attempts<P>();

    static constexpr bool has_deadline = requires(P const& p, TimePoint start) { p.deadline(start); };
    static constexpr bool can_pass = requires(P const& p, TimePoint now) { p.passed(now); };
    static constexpr bool can_cancel = requires(P const& p) { p.cancelled(); };
    static constexpr bool has_token = requires(P const& p) { p.token(); };

    /// True if no further attempt may follow the failed one that q tells of.
    template <class Q>
    GRIT_INLINE static constexpr bool stop(P const& p, Q const& q) {
        if constexpr (requires { p.stop(q); }) return p.stop(q);
        else return static_cast<bool>(detail::call_observer(p, q));
    }

    /// stop() in two halves, so that the wait and the time need not be known for the first.
    template <bool Late, class From, class Q>
    GRIT_INLINE static constexpr bool stops([[maybe_unused]] From const& from, Q const& q) {
        if constexpr (requires(P const& p) { p.template stops<Late>(q); })
            return policy_of<P>(from).template stops<Late>(q);
        else if constexpr (Late != late) return false;
        else if constexpr (requires(P const& p) { p.stop(q); }) return policy_of<P>(from).stop(q);
        else return static_cast<bool>(detail::call_observer(policy_of<P>(from), q));
    }

    /// Why. Requires: stop(p, q).
    template <class Q>
    GRIT_INLINE static constexpr StopReason reason(P const& p, Q const& q) {
        if constexpr (requires { p.reason(q); }) return p.reason(q);
        else return StopReason::custom;
    }

    /// How many stops this is: one, or those of a StopAny.
    static constexpr int count = stop_count<P>();

    /// Asks the stops that are not late. Returns: the number, from 0, of the first that says so; -1 if none does.
    template <class From, class Q>
    GRIT_INLINE static constexpr int first_early(From const& from, Q const& q) {
        if constexpr (requires(P const& p) { p.first_early(q); }) return policy_of<P>(from).first_early(q);
        else return stops<false>(from, q) ? 0 : -1;
    }
    /// Asks the late stops before the `early` one, which first_early() found. Returns: the reason of the first that
    /// says so, in the order listed, or `none`. Together the two ask no stop twice.
    template <class From, class Q>
    GRIT_INLINE static constexpr StopReason first_reason(From const& from, Q const& q, int early) {
        if constexpr (requires(P const& p) { p.first_reason(q, early); })
            return policy_of<P>(from).first_reason(q, early);
        else return early == 0 || stops<true>(from, q) ? reason(policy_of<P>(from), q) : StopReason::none;
    }

    static constexpr int attempts(P const& p) {
        if constexpr (requires { p.attempts(); }) return p.attempts();
        else return max_attempts;
    }
    /// Returns: the point in time after which no attempt starts; TimePoint::max() if there is none.
    static constexpr TimePoint deadline(P const& p, TimePoint start) {
        if constexpr (has_deadline) return p.deadline(start);
        else return TimePoint::max();
    }
    /// Asked after the sleep, as cancelled() is: has a fixed point in time passed meanwhile?
    GRIT_INLINE static constexpr bool passed(P const& p, TimePoint now) {
        if constexpr (can_pass) return p.passed(now);
        else return false;
    }
    GRIT_INLINE static constexpr bool cancelled(P const& p) {
        if constexpr (can_cancel) return p.cancelled();
        else return false;
    }
    /// Returns: what a sleep can watch so that it ends early; lives as long as p, or for ever if p has no state.
    GRIT_INLINE static constexpr auto const& token(P const& p)
        requires has_token
    {
        return p.token();
    }
};

} // namespace grit::detail
