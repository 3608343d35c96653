// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the engine may ask of any stop, and what a stop that does not say takes for granted.

#include <initializer_list>

#include <grit/core/callable.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI::detail {

/// When a stop is asked: as soon as what it needs is known. Stops of one turn are asked in the order listed. One that
/// takes something for the next attempt is asked after all others, in a turn that has no number.
enum class Turn : unsigned char { at_once, with_time, with_wait };

template <class P>
consteval int stop_max_attempts() {
    if constexpr (requires { P::max_attempts; }) return P::max_attempts;
    else return 0;
}

template <class P>
consteval auto stop_interests() {
    if constexpr (requires { typename P::Interests; }) return typename P::Interests{};
    else return Types<>{};
}

template <class P>
consteval int stop_tokens() {
    if constexpr (requires { P::tokens; }) return P::tokens;
    else return int(requires(P const& p) { p.token(); });
}

// What a stop does not say is read from what it takes. One that does not say takes the query, which can tell anything.
template <class P>
concept StopNeedsClock =
    requires { requires P::needs_clock; } || (!requires { P::needs_clock; } && observer_needs_clock<P>);
template <class P>
concept StopNeedsFailure = requires {
    requires P::needs_failure;
} || (!requires { P::needs_failure; } && (takes_of<P> == Takes::other || observer_needs_failure<P>));

/// A stop with one reason says so by a constant: `static constexpr grit::StopReason reason = StopReason::budget;`
template <class P>
concept HasOneReason = requires {
    { P::reason } -> std::convertible_to<StopReason>;
};

/// The fewest attempts of several stops, where one is enough. Returns: 0 if none limits them, -1 if a limit is only
/// known at run time.
constexpr int fewest_attempts(std::initializer_list<int> limits) noexcept {
    int fewest = 0;
    for (int const n : limits) {
        if (n < 0) return -1;
        if (n > 0 && (fewest == 0 || n < fewest)) fewest = n;
    }
    return fewest;
}

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
    /// It is made of others, which read the clock themselves if they need it; those of a StopAny are asked in turns of
    /// their own.
    static constexpr bool has_parts = requires { requires P::has_parts; };
    static constexpr bool asks_in_turns = requires { requires P::asks_in_turns; };
    /// The last turn in which it is asked.
    static constexpr Turn turn = needs_wait ? Turn::with_wait : needs_clock ? Turn::with_time : Turn::at_once;
    /// The most attempts that are made; 0 if it sets no such limit, -1 if attempts(p) knows it at run time.
    static constexpr int max_attempts = stop_max_attempts<P>();

    static constexpr bool has_deadline = requires(P const& p, TimePoint start) { p.deadline(start); };
    static constexpr bool can_pass = requires(P const& p, TimePoint now) { p.passed(now); };
    static constexpr bool can_cancel = requires(P const& p) { p.cancelled(); };
    /// It takes something for each further attempt, by take(q), and is given it back where none follows.
    static constexpr bool takes = requires(P const& p) { p.give_back(1); };
    /// It is told of a success.
    static constexpr bool hears_success = requires(P const& p) { p.succeeded(); };
    using Interests = decltype(stop_interests<P>());
    /// How many tokens a sleep can watch for it.
    static constexpr int tokens = stop_tokens<P>();

    /// True if no further attempt may follow the failed one that q tells of.
    template <class Q>
    GRIT_INLINE static constexpr bool stop(P const& p, Q&& q) {
        if constexpr (needs_clock && !has_parts && requires { q.read_clock(); }) q.read_clock();
        if constexpr (requires { p.stop(q); }) return p.stop(q);
        else return static_cast<bool>(detail::call_observer(p, q));
    }
    /// Why. Requires: stop(p, q).
    template <class Q>
    GRIT_INLINE static constexpr StopReason reason([[maybe_unused]] P const& p, [[maybe_unused]] Q const& q) {
        if constexpr (HasOneReason<P>) return P::reason;
        else if constexpr (requires { p.reason(q); }) return p.reason(q);
        else return StopReason::custom;
    }

    /// Asks it in the turn T. Returns: why it ends the call, or none. A stop made of others asks each in its own turn.
    /// The clock is read, once for the attempt, before the first stop that needs it.
    template <Turn T, class From, class Q>
    GRIT_INLINE static constexpr StopReason ask([[maybe_unused]] From const& from, [[maybe_unused]] Q&& q) {
        if constexpr (requires(P const& p) { p.template ask<T>(q); }) return policy_of<P>(from).template ask<T>(q);
        else if constexpr (T != turn) return StopReason::none;
        else {
            decltype(auto) p = policy_of<P>(from);
            if (!stop(p, q)) return StopReason::none;
            if constexpr (HasOneReason<P>) return P::reason;
            else {
                StopReason const why = reason(p, q);
                return why != StopReason::none ? why : StopReason::custom;
            }
        }
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
    /// Calls use(token) with each token until it returns true. They live as long as p, or for ever if p has no state.
    template <class Use>
    GRIT_INLINE static constexpr bool any_token([[maybe_unused]] P const& p, [[maybe_unused]] Use const& use) {
        if constexpr (requires { p.any_token(use); }) return p.any_token(use);
        else if constexpr (tokens != 0) return use(p.token());
        else return false;
    }
};

} // namespace grit::inline GRIT_ABI::detail
