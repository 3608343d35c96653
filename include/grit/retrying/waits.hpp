// SPDX-License-Identifier: BSL-1.0
#pragma once
// All wait policies of a set as one: the plain wait, and the WaitIf that stand before it.

#include <grit/core/policy_set.hpp>
#include <grit/wait/traits.hpp>

namespace grit::detail {

/// What one wait policy carries from attempt to attempt; nothing for most.
template <class P>
struct WaitState {
    [[no_unique_address]] typename WaitTraits<P>::State state;
};
template <class... Ps>
struct WaitStates : WaitState<Ps>... {};

/// A wait whose value is its state. Asked of P itself and not of what it derives from, which may add to it.
template <class P>
concept StateIsWait = requires { requires std::is_same_v<typename P::StateIsWaitOf, P>; };

/// The same, where the state follows from the number of the attempt.
template <class P, int Attempts>
concept HasClosedForm = StateIsWait<P> && requires { requires P::template has_closed_form<Attempts>; };

/// The wait of a failure: that of the first WaitIf whose error it is, else the plain wait, else none.
template <class Conditional, class Plain>
struct WaitGroup;

/// No wait: the next attempt follows at once.
template <>
struct WaitGroup<Types<>, Types<>> {
    using State = NoState;
    template <int>
    static constexpr bool has_closed_form = false;
    static constexpr bool state_is_wait = false;
    static constexpr bool steps_alone = false;
    using Interests = Types<>;
    static constexpr bool needs_random = false;
    static constexpr bool needs_hint = false;
    static constexpr bool needs_failure = false;
    static constexpr bool needs_clock = false;
    static constexpr bool always_waits = false;
    static constexpr bool limits_hint = false;

    template <class Stored>
    GRIT_INLINE static constexpr State first(Stored const&) {
        return {};
    }
    template <class Stored>
    GRIT_INLINE static constexpr void advance(Stored const&, State&, Duration) {}
    template <class Stored, class Q>
    GRIT_INLINE static constexpr Duration value(Stored const&, Q const&) {
        return Duration::zero();
    }
};

/// One wait, whatever the failure. Most sets are this, so it costs a compiler least.
template <class P>
struct WaitGroup<Types<>, Types<P>> : WaitTraits<P> {
    using Traits = WaitTraits<P>;
    using State = typename Traits::State;
    template <int Attempts>
    static constexpr bool has_closed_form = HasClosedForm<P, Attempts>;
    // Asked in place, since every function between is one that each policy pays a compiler for.
    using Wait = P;
    static constexpr bool state_is_wait = StateIsWait<P>;
    static constexpr bool steps_alone = // without the set
        BuiltOnDemand<P> && requires(P const& p, State const& state) { p.next(state, Duration{}); };

    template <class Stored>
    GRIT_INLINE static constexpr void advance(Stored const& set, State& state, Duration taken) {
        if constexpr (requires(P const& p) { p.next(state, taken); }) state = policy_of<P>(set).next(state, taken);
    }
    template <class Stored, class Q>
    GRIT_INLINE static constexpr Duration value(Stored const& set, Q const& q) {
        if constexpr (CallableWait<P>) return Traits::value(set, q.run.states, q);
        else return policy_of<P>(set).value(q.run.states, q);
    }
    template <class Stored, class Q>
    GRIT_INLINE static constexpr Duration hint_limit(Stored const& set, Q const&) {
        return detail::hint_limit(policy_of<P>(set));
    }
    template <class Stored, class Q>
    GRIT_INLINE static constexpr bool reads_hint(Stored const&, Q const&) {
        return Traits::needs_hint;
    }
};

template <class... Ifs, class... Ps>
struct WaitGroup<Types<Ifs...>, Types<Ps...>> {
    static_assert(sizeof...(Ps) <= 1,
                  "grit: a 'Retrying' was given two waits, because they were not combined it is not clear which one "
                  "counts; add them with +, or use WaitChain, WaitSum or WaitIf");

    using State = WaitStates<Ifs..., Ps...>;
    using Interests = Union<typename WaitTraits<Ifs>::Interests...>;
    static constexpr bool needs_random =
        (WaitTraits<Ifs>::needs_random || ...) || (WaitTraits<Ps>::needs_random || ...);
    static constexpr bool needs_hint = (WaitTraits<Ifs>::needs_hint || ...) || (WaitTraits<Ps>::needs_hint || ...);
    static constexpr bool needs_failure =
        (WaitTraits<Ifs>::needs_failure || ...) || (WaitTraits<Ps>::needs_failure || ...);
    static constexpr bool needs_clock = (WaitTraits<Ifs>::needs_clock || ...) || (WaitTraits<Ps>::needs_clock || ...);

    template <int>
    static constexpr bool has_closed_form = false;
    static constexpr bool state_is_wait = false;
    static constexpr bool steps_alone = false;
    static constexpr bool always_waits = false; // no WaitIf says that of itself
    static constexpr bool limits_hint = (WaitTraits<Ifs>::limits_hint || ...) || (WaitTraits<Ps>::limits_hint || ...);

    template <class Stored>
    GRIT_INLINE static constexpr State first(Stored const& set) {
        return State{WaitState<Ifs>{WaitTraits<Ifs>::first(set)}..., WaitState<Ps>{WaitTraits<Ps>::first(set)}...};
    }

    template <class Stored>
    GRIT_INLINE static constexpr void advance(Stored const& set, State& states, [[maybe_unused]] Duration taken) {
        (advance_one<Ifs>(set, states, taken), ...);
        (advance_one<Ps>(set, states, taken), ...);
    }

    template <class Stored, class Q>
    GRIT_INLINE static constexpr Duration value(Stored const& set, Q const& q) {
        Duration wait = Duration::zero();
        if (!(take<Ifs>(set, q, wait) || ...)) ((wait = value_of<Ps>(set, q)), ...);
        return wait;
    }

    /// The longest wait that the failure may ask for where the wait chosen for it limits that; else forever.
    template <class Stored, class Q>
    GRIT_INLINE static constexpr Duration hint_limit(Stored const& set, Q const& q) {
        Duration limit = Duration::max();
        if (!(take_limit<Ifs>(set, q, limit) || ...)) ((limit = detail::hint_limit(policy_of<Ps>(set))), ...);
        return limit;
    }

    /// True if the wait chosen for this failure reads what the failure asks for.
    template <class Stored, class Q>
    GRIT_INLINE static constexpr bool reads_hint(Stored const&, Q const& q) {
        bool reads = false;
        if (!(take_reads<Ifs>(q, reads) || ...)) ((reads = WaitTraits<Ps>::needs_hint), ...);
        return reads;
    }

private:
    template <class P, class Q>
    GRIT_INLINE static constexpr bool take_reads(Q const& q, bool& reads) {
        if (!q.template matches_any<typename WaitTraits<P>::Interests>()) return false;
        reads = WaitTraits<P>::needs_hint;
        return true;
    }
    template <class P, class Stored>
    GRIT_INLINE static constexpr void advance_one(Stored const& set, State& states, Duration taken) {
        auto& mine = static_cast<WaitState<P>&>(states).state;
        mine = WaitTraits<P>::next(set, mine, taken);
    }
    template <class P, class Stored, class Q>
    GRIT_INLINE static constexpr Duration value_of(Stored const& set, Q const& q) {
        return WaitTraits<P>::value(set, static_cast<WaitState<P> const&>(q.run.states).state, q);
    }
    template <class P, class Stored, class Q>
    GRIT_INLINE static constexpr bool take(Stored const& set, Q const& q, Duration& wait) {
        if (!q.template matches_any<typename WaitTraits<P>::Interests>()) return false;
        wait = value_of<P>(set, q);
        return true;
    }
    template <class P, class Stored, class Q>
    GRIT_INLINE static constexpr bool take_limit(Stored const& set, Q const& q, Duration& limit) {
        if (!q.template matches_any<typename WaitTraits<P>::Interests>()) return false;
        limit = detail::hint_limit(policy_of<P>(set));
        return true;
    }
};

/// Nothing is carried from attempt to attempt.
using NoWaits = WaitGroup<Types<>, Types<>>;

/// The waits of a policy set.
template <class Set>
using WaitsOf = WaitGroup<typename Set::template Of<Family::wait_if>, typename Set::template Of<Family::wait>>;

} // namespace grit::detail
