// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the engine may ask of any wait, and what a wait that does not say takes for granted.

#include <grit/core/callable.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

/// The shortest and the longest wait that is possible; Duration::max() where the longest is not known.
struct Bounds {
    Duration least;
    Duration most;
    friend constexpr bool operator==(Bounds const&, Bounds const&) = default;
};

namespace detail {

/// The state of a wait that does not depend on the attempts before.
struct NoState {
    friend constexpr bool operator==(NoState, NoState) = default;
};

// By count: in a handler, which is cold, GCC calls the comparison of std::chrono and keeps what it compares in memory.
GRIT_INLINE constexpr Duration shorter(Duration a, Duration b) noexcept {
    std::int64_t const x = a.count();
    std::int64_t const y = b.count();
    return Duration{y < x ? y : x};
}
GRIT_INLINE constexpr Duration longer(Duration a, Duration b) noexcept {
    std::int64_t const x = a.count();
    std::int64_t const y = b.count();
    return Duration{x < y ? y : x};
}

/// A wait of the user that is only a callable: `Duration operator()(Attempt const&) const`.
template <class P>
concept CallableWait = !requires { typename P::State; } && (takes_of<P> != Takes::other);

// What a wait does not say is read from what it takes. One that takes the query may ask it for anything.
template <class P>
concept WaitNeedsClock = requires { requires P::needs_clock; } ||
                         (!requires { P::needs_clock; } && CallableWait<P> && observer_needs_clock<P>);
template <class P>
concept WaitNeedsFailure = requires { requires P::needs_failure; } ||
                           (!requires { P::needs_failure; } && (!CallableWait<P> || observer_needs_failure<P>));

// Overloads that are never called: the type that a wait names, or the one that holds if it names none.
template <class P>
typename P::State state_of(int);
template <class P>
NoState state_of(...);
template <class P>
typename P::Interests interests_of(int);
template <class P>
Types<> interests_of(...);

/// The longest wait that a failure may ask for, as P limits it; Duration::max() if it does not.
template <class P>
constexpr Duration hint_limit(P const& p) noexcept {
    if constexpr (requires { p.max_hint(); }) return to_duration(p.max_hint());
    else return Duration::max();
}

/// What a callable returned, as a wait: never negative.
template <class Given>
GRIT_INLINE constexpr Duration as_wait(Given const& given) noexcept {
    return longer(duration_argument(given), Duration::zero());
}

/// The one way to ask a wait P, complete or not. A wait offers `value(state, q)` or is a CallableWait; the rest has
/// defaults: no state, nothing needed, bounds unknown. `from` is the wait, or a set that has it.
template <class P>
struct WaitTraits {
    using State = decltype(state_of<P>(0));
    using Interests = decltype(interests_of<P>(0));
    static constexpr bool needs_random = requires { requires P::needs_random; };
    static constexpr bool needs_hint = requires { requires P::needs_hint; };
    static constexpr bool needs_failure = WaitNeedsFailure<P>;
    static constexpr bool needs_clock = WaitNeedsClock<P>;
    static constexpr bool bounded_wait =
        requires(P const& p, State const& s) { p.bounds(s); } && !requires { requires !P::bounded_wait; };
    static constexpr bool limits_hint = requires(P const& p) { p.max_hint(); };
    /// What is the user's may say less than zero, which is no wait.
    static constexpr bool is_users = !requires { typename P::Kind; };

    /// The state for the first failed attempt.
    template <class From>
    GRIT_INLINE static constexpr State first([[maybe_unused]] From const& from) {
        if constexpr (requires(P const& p) { p.first(); }) return policy_of<P>(from).first();
        else return State{};
    }

    /// The state for the next one, after a wait of `taken`.
    template <class From>
    GRIT_INLINE static constexpr State next([[maybe_unused]] From const& from, State const& s, Duration taken) {
        if constexpr (requires(P const& p) { p.next(s, taken); }) return policy_of<P>(from).next(s, taken);
        else return s;
    }

    /// The wait after the failed attempt that q tells of.
    template <class From, class Q>
    GRIT_INLINE static constexpr Duration value(From const& from, State const& s, Q const& q) {
        if constexpr (CallableWait<P>) return as_wait(call_observer(policy_of<P>(from), q));
        else if constexpr (is_users) return longer(to_duration(policy_of<P>(from).value(s, q)), Duration::zero());
        else return to_duration(policy_of<P>(from).value(s, q));
    }

    static constexpr Bounds bounds(P const& p, State const& s) {
        if constexpr (!requires { p.bounds(s); }) return {Duration::zero(), Duration::max()};
        else if constexpr (!is_users) return p.bounds(s);
        else {
            Bounds const all = p.bounds(s);
            return {longer(all.least, Duration::zero()), longer(all.most, Duration::zero())};
        }
    }

    /// The state for attempt n (from 1) if every wait before was the longest possible. Where P offers no state_at(n), a
    /// later attempt than number 1000 counts as that.
    /// Complexity: at most n steps; stops as soon as a step changes nothing. Constant where P offers state_at(n).
    static constexpr State state_at(P const& p, int n) {
        if constexpr (std::is_empty_v<State>) return first(p);
        else if constexpr (requires { p.state_at(n); }) return p.state_at(n);
        else {
            State s = first(p);
            for (int i = 1; i < n && i < 1000; ++i) {
                State const after = next(p, s, bounds(p, s).most);
                if constexpr (std::equality_comparable<State>)
                    if (after == s) break;
                s = after;
            }
            return s;
        }
    }
};

} // namespace detail
} // namespace grit::inline GRIT_ABI
