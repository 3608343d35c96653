// SPDX-License-Identifier: BSL-1.0
#pragma once
// All stops of a set asked as one, and so its waits and its hooks.

#include <string_view>

#include <grit/core/attempt.hpp>
#include <grit/core/failure.hpp>
#include <grit/core/hana.hpp>
#include <grit/stop/traits.hpp>
#include <grit/wait/traits.hpp>

namespace grit::inline GRIT_ABI::detail {

// Stops.

/// True if P is asked in the turn T; a stop that asks its parts in theirs may be asked in each turn up to its last.
template <class P, Turn T>
concept StopAsked =
    (StopTraits<P>::turn == T && !StopTraits<P>::takes) || (StopTraits<P>::turn > T && StopTraits<P>::asks_in_turns);

template <class Stops>
struct StopGroup;
template <class... Ps>
struct StopGroup<Types<Ps...>> {
    using List = Types<Ps...>;
    static constexpr bool bounded = (StopTraits<Ps>::bounded || ...);
    static constexpr bool needs_clock = (StopTraits<Ps>::needs_clock || ...);
    static constexpr bool needs_failure = (StopTraits<Ps>::needs_failure || ...);
    using Interests = Union<typename StopTraits<Ps>::Interests...>;
    /// Those that take something for the next attempt: one at most.
    using Taking = Union<Conditional<StopTraits<Ps>::takes, Types<Ps>, Types<>>...>;
    static constexpr bool hears_success = (StopTraits<Ps>::hears_success || ...);
    /// Whether some stop is asked in this turn.
    template <Turn T>
    static constexpr bool asked = (StopAsked<Ps, T> || ...);

    static constexpr int tokens = (0 + ... + StopTraits<Ps>::tokens);
    static constexpr bool can_be_requested = ((StopTraits<Ps>::tokens != 0 || StopTraits<Ps>::can_cancel) || ...);
    static constexpr bool has_deadline = (StopTraits<Ps>::has_deadline || ...);
    /// A sleep may end the call.
    static constexpr bool ends_late = ((StopTraits<Ps>::can_cancel || StopTraits<Ps>::can_pass) || ...);

    /// The most attempts that are made: 0 if nothing limits them, -1 if the limit is only known at run time.
    static constexpr int max_attempts = fewest_attempts({StopTraits<Ps>::max_attempts...});

    /// Returns: the reason of the first stop of this turn that says so, or none.
    template <Turn T, class Stored, class Q>
    GRIT_INLINE static constexpr StopReason ask(Stored const& set, Q&& q) {
        StopReason reason = StopReason::none;
        (void)(((reason = ask_one<Ps, T>(set, q)) != StopReason::none) || ...);
        return reason;
    }

    template <class Stored>
    GRIT_INLINE static constexpr void succeeded([[maybe_unused]] Stored const& set) {
        [[maybe_unused]] auto const one = []<class P>(P const& p) {
            if constexpr (StopTraits<P>::hears_success) p.succeeded();
        };
        (one(policy_of<Ps>(set)), ...);
    }

    /// Asked after a sleep. Returns: cancelled, deadline or none, by the first stop that says so.
    template <class Stored, class Time>
    GRIT_INLINE static constexpr StopReason woken([[maybe_unused]] Stored const& set, [[maybe_unused]] Time& time) {
        StopReason reason = StopReason::none;
        (void)(((reason = woken_one<Ps>(set, time)) != StopReason::none) || ...);
        return reason;
    }

    template <class Stored>
    GRIT_INLINE static constexpr bool requested([[maybe_unused]] Stored const& set) {
        return (requested_one<Ps>(set) || ...);
    }
    /// Calls use(token) with each token until it returns true.
    template <class Stored, class Use>
    GRIT_INLINE static constexpr bool any_token([[maybe_unused]] Stored const& set, [[maybe_unused]] Use const& use) {
        return (StopTraits<Ps>::any_token(policy_of<Ps>(set), use) || ...);
    }
    /// Returns: the first deadline of a call that started then.
    template <class Stored>
    GRIT_INLINE static constexpr TimePoint deadline([[maybe_unused]] Stored const& set,
                                                    [[maybe_unused]] TimePoint start) {
        TimePoint first = TimePoint::max();
        [[maybe_unused]] auto const one = [&first](TimePoint t) { first = t < first ? t : first; };
        (one(StopTraits<Ps>::deadline(policy_of<Ps>(set), start)), ...);
        return first;
    }

private:
    template <class P, Turn T, class Stored, class Q>
    GRIT_INLINE static constexpr StopReason ask_one(Stored const& set, Q&& q) {
        if constexpr (StopTraits<P>::takes) return StopReason::none;
        else return StopTraits<P>::template ask<T>(set, q);
    }
    template <class P, class Stored, class Time>
    GRIT_INLINE static constexpr StopReason woken_one(Stored const& set, Time& time) {
        if constexpr (StopTraits<P>::can_cancel)
            if (policy_of<P>(set).cancelled()) return StopReason::cancelled;
        if constexpr (StopTraits<P>::can_pass)
            if (policy_of<P>(set).passed(time.now())) return StopReason::deadline;
        return StopReason::none;
    }
    template <class P, class Stored>
    GRIT_INLINE static constexpr bool requested_one(Stored const& set) {
        if constexpr (StopTraits<P>::can_cancel) return policy_of<P>(set).cancelled();
        else
            return StopTraits<P>::any_token(policy_of<P>(set),
                                            [](auto const& token) { return bool(token.stop_requested()); });
    }
};

/// What a stop took for the next attempt of one call: it gets it back unless that attempt begins. A copy has taken
/// nothing, so that everything is given back once.
template <class Taking>
class Taken {
public:
    constexpr Taken() noexcept = default;
    template <class Stored>
    explicit constexpr Taken(Stored const&) noexcept {}
};
template <class P>
class Taken<Types<P>> {
public:
    template <class Stored>
    explicit constexpr Taken(Stored const& set) : stop_(policy_of<P>(set)) {}
    constexpr Taken(Taken const& other) : stop_(other.stop_) {}
    Taken& operator=(Taken const&) = delete;
    constexpr ~Taken() { give_back(); }

    /// Returns: why there is nothing to take, or none.
    template <class Q>
    constexpr StopReason take(Q const& q) {
        int const amount = stop_.take(q);
        if (amount < 0) return StopTraits<P>::reason(stop_, q);
        amount_ = amount;
        return StopReason::none;
    }
    constexpr void spend() noexcept { amount_ = 0; }
    constexpr void give_back() {
        if (amount_ != 0) stop_.give_back(std::exchange(amount_, 0));
    }

private:
    P stop_;
    int amount_ = 0;
};

// Waits.

/// The WaitIf of a set in their order, then its plain wait if it has one: the first whose error the failure is counts.
template <class Waits>
struct WaitGroup;
template <class... Ps>
struct WaitGroup<Types<Ps...>> {
    using List = Types<Ps...>;
    /// What they carry from attempt to attempt; nothing for most.
    using State = Hold<typename WaitTraits<Ps>::State...>;
    using Interests = Union<typename WaitTraits<Ps>::Interests...>;
    using Indices = std::index_sequence_for<Ps...>;
    static constexpr bool needs_random = (WaitTraits<Ps>::needs_random || ...);
    static constexpr bool needs_hint = (WaitTraits<Ps>::needs_hint || ...);
    static constexpr bool needs_failure = (WaitTraits<Ps>::needs_failure || ...);
    static constexpr bool needs_clock = (WaitTraits<Ps>::needs_clock || ...);
    static constexpr bool limits_hint = (WaitTraits<Ps>::limits_hint || ...);

    template <class Stored>
    GRIT_INLINE static constexpr State first([[maybe_unused]] Stored const& set) {
        if constexpr (sizeof...(Ps) == 0) return State{};
        else return State{WaitTraits<Ps>::first(set)...};
    }
    /// Returns: the state for the next attempt, after a wait of `taken`.
    template <class Stored, std::size_t... Is>
    GRIT_INLINE static constexpr State next([[maybe_unused]] Stored const& set, [[maybe_unused]] State const& s,
                                            [[maybe_unused]] Duration taken, std::index_sequence<Is...>) {
        if constexpr (sizeof...(Ps) == 0) return State{};
        else return State{WaitTraits<Ps>::next(set, s.template part<Is>(), taken)...};
    }

    /// Returns: the wait after the failure that q tells of; zero if no wait is for it.
    template <class Stored, class Q, std::size_t... Is>
    GRIT_INLINE static constexpr Duration value([[maybe_unused]] Stored const& set, Q const& q,
                                                std::index_sequence<Is...>) {
        Duration wait = Duration::zero();
        (void)((q.is_for(typename WaitTraits<Ps>::Interests{}) &&
                ((wait = WaitTraits<Ps>::value(set, q.call.states.template part<Is>(), q)), true)) ||
               ...);
        return wait;
    }
    /// Returns: the longest wait that the failure may ask for; Duration::max() if the wait for it does not limit that.
    template <class Stored, class Q>
    GRIT_INLINE static constexpr Duration hint_limit([[maybe_unused]] Stored const& set, Q const& q) {
        Duration limit = Duration::max();
        (void)((q.is_for(typename WaitTraits<Ps>::Interests{}) &&
                ((limit = detail::hint_limit(policy_of<Ps>(set))), true)) ||
               ...);
        return limit;
    }
    /// True if the wait for this failure reads what the failure asks for.
    template <class Q>
    GRIT_INLINE static constexpr bool reads_hint(Q const& q) {
        bool reads = false;
        (void)((q.is_for(typename WaitTraits<Ps>::Interests{}) && ((reads = WaitTraits<Ps>::needs_hint), true)) || ...);
        return reads;
    }
};

// Hooks.

/// The moments that a hook watches, a bit for each.
template <class P>
consteval unsigned moments_of() {
    if constexpr (requires { P::events; }) return P::events;
    else return 1u << static_cast<unsigned>(P::event);
}
template <class P, Event E>
inline constexpr bool watches = (moments_of<P>() >> static_cast<unsigned>(E) & 1u) != 0;

// A hook that does not say what it needs may ask the query for anything.
template <class P>
concept HookNeedsClock = !requires { requires !P::needs_clock; };
template <class P>
concept HookNeedsFailure = !requires { requires !P::needs_failure; };

/// What a hook is asked with when only the type of its answer matters.
struct ProbeQuery {
    Attempt const& attempt() const;
    Duration wait() const;
    Duration elapsed() const;
    Duration hint() const;
    TimePoint now() const;
    Failure failure() const;
    StopReason reason() const;
    std::string_view name() const;
    std::string_view policy() const;
};

/// What a hook at the end returns.
template <class P>
using GivenBy = decltype(std::declval<P const&>()(std::declval<ProbeQuery const&>()));
/// A hook that returns what the call then returns.
template <class P>
concept GivesValue = requires {
    requires P::event == Event::give_up;
    requires !std::is_void_v<GivenBy<P>>;
};

/// The hooks that watch a moment. One that watches several is told which it is.
template <Event E, class P, class Stored>
GRIT_INLINE constexpr decltype(auto) hook_of(Stored const& set) {
    if constexpr (requires { P::events; }) return policy_of<P>(set).template at<E>();
    else return policy_of<P>(set);
}
template <Event E, class Hooks>
struct HooksAt;
template <Event E, class... Ps>
struct HooksAt<E, Types<Ps...>> {
    using List = Types<Ps...>;
    template <class Stored, class... Args>
    GRIT_INLINE static constexpr void tell([[maybe_unused]] Stored const& set, [[maybe_unused]] Args const&... args) {
        ((void)hook_of<E, Ps>(set)(args...), ...);
    }
};

template <class Hooks>
struct HookGroup;
template <class... Ps>
struct HookGroup<Types<Ps...>> {
    using List = Types<Ps...>;
    static constexpr unsigned moments = (0u | ... | moments_of<Ps>());
    /// Some hook watches one of these moments.
    template <Event... Es>
    static constexpr bool watch = ((moments >> static_cast<unsigned>(Es) & 1u) | ...) != 0;
    static constexpr bool need_clock = (HookNeedsClock<Ps> || ...);
    static constexpr bool need_failure = (HookNeedsFailure<Ps> || ...);
    static constexpr bool need_failure_at_end = ((HookNeedsFailure<Ps> && watches<Ps, Event::give_up>) || ...);
    /// How many give the result of a call that gives up.
    static constexpr int values = (0 + ... + int(GivesValue<Ps>));

    /// Those that watch this moment, in their order.
    template <Event E>
    using Watching = HooksAt<E, Chosen<true, ValueList<watches<Ps, E>...>, Ps...>>;

    /// Tells the hooks at the end. Returns: the value of the hook that gives one. Requires: one does.
    template <class Result, class Stored, class Q>
    static constexpr Result value(Stored const& set, Q const& q) {
        return value_from<Result>(set, q, typename Watching<Event::give_up>::List{});
    }

private:
    template <class Result, class P, class... Rest, class Stored, class Q>
    static constexpr Result value_from(Stored const& set, Q const& q, Types<P, Rest...>) {
        if constexpr (GivesValue<P>) {
            Result given = static_cast<Result>(policy_of<P>(set)(q));
            HooksAt<Event::give_up, Types<Rest...>>::tell(set, q);
            return static_cast<Result&&>(given);
        } else {
            HooksAt<Event::give_up, Types<P>>::tell(set, q);
            return value_from<Result>(set, q, Types<Rest...>{});
        }
    }
};

} // namespace grit::inline GRIT_ABI::detail
