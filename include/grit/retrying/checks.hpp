// SPDX-License-Identifier: BSL-1.0
#pragma once
// Wrong compositions: the sentences that a user reads when policies, or a call, cannot work.

#include <limits>

#include <grit/core/cause.hpp>
#include <grit/retrying/bounds.hpp>
#include <grit/retrying/facts.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {

/// True if a wait of the set can be zero for ever: asked of the last attempt that is counted, when a wait that grows
/// has grown and one that falls has fallen.
template <class Set, class... Ps>
constexpr bool may_never_wait(Set const& set, Types<Ps...>) {
    [[maybe_unused]] constexpr int late = std::numeric_limits<int>::max();
    [[maybe_unused]] auto const never_waits = []<class P>(P const& p) {
        return WaitTraits<P>::bounds(p, WaitTraits<P>::state_at(p, late)).least <= Duration::zero();
    };
    return sizeof...(Ps) == 0 || (never_waits(policy_of<Ps>(set)) || ...);
}

template <class... Ps>
consteval bool all_constant(Types<Ps...>) {
    return (!is_stored<Ps> && ...);
}

/// Stands for a set of constant policies.
struct ConstantSet {};

/// A failure that no WaitIf names has the plain wait; where there is none it does not wait at all.
template <class Waits, class Plain>
consteval bool may_call_for_ever() {
    if constexpr (Plain::size == 0) return true;
    else if constexpr (all_constant(Waits{})) return may_never_wait(ConstantSet{}, Waits{});
    else return false; // asked of the values, at construction
}
/// The same for a set of policies. Where the set ends by itself, its waits are not looked at.
template <bool Ends, class Waits, class Plain>
inline constexpr bool constants_call_for_ever = false;
template <class Waits, class Plain>
inline constexpr bool constants_call_for_ever<false, Waits, Plain> = may_call_for_ever<Waits, Plain>();

template <int Exceptions, class Set, class Stops, class Waits>
constexpr void check_values(Set const& set, Stops, Waits) {
    if constexpr (!StopGroup<Stops>::bounded && !all_constant(Waits{}))
        if (may_never_wait(set, Waits{}))
            reject<Exceptions != 0>("grit: a 'Retrying' without a limit was given a wait that may be zero, because it "
                                    "would call without pause for ever; give it a stop such as StopAfterAttempt, or a "
                                    "wait above zero");
}

// What the engine uses of a policy. Only policies of the user's are looked at: those of the library name a Kind.
template <class P>
concept OfLibrary = requires { typename P::Kind; };
template <class P>
concept CanBeAskedToStop =
    OfLibrary<P> || StopTraits<P>::takes || P::family != Family::stop || takes_of<P> != Takes::other ||
    requires(P const& p, ProbeQuery const& q) { static_cast<bool>(p.stop(q)); };
template <class P>
concept CanBeAskedToWait = OfLibrary<P> || P::family != Family::wait || takes_of<P> != Takes::other ||
                           requires(P const& p, typename WaitTraits<P>::State s, ProbeQuery const& q) {
                               { p.value(s, q) } -> std::convertible_to<Duration>;
                           };
template <class P>
concept CanBeAskedToRetry =
    OfLibrary<P> || P::family != Family::retry || asks_about<P, typename PredicateTraits<P>::Handles>;
template <class P>
concept NamesItsMoment = OfLibrary<P> || P::family != Family::hook || Hook<P>;

/// The requirements on a set in which two policies share a family: only those stand in each other's way. A and B do;
/// the compiler names them, since it names this.
template <class A, class B, Clash How>
struct TwoOfAKind {
    static constexpr bool kind = How == Clash::kind;
    static constexpr bool is_environment =
        A::family == Family::time || A::family == Family::random || A::family == Family::name;
    static_assert(detail::is_met<(!(kind && A::family == Family::wait))>,
                  "grit: a 'Retrying' was given two waits, because they were not combined and only one can count; add "
                  "them with +, or use WaitChain, WaitSum or WaitIf");
    static_assert(detail::is_met<(!(kind && A::family == Family::stop))>,
                  "grit: a 'Retrying' was given two stops of one template, because only one of them can count; keep "
                  "one, or combine them as StopAny<A, B> or a | b, or StopAll<A, B> or a & b");
    static_assert(detail::is_met<(!(kind && A::family == Family::retry))>,
                  "grit: a 'Retrying' was given two predicates of one template, because only one of them can count; "
                  "write one with all error types, as RetryIf<A, B>, or combine them with | or &");
    static_assert(detail::is_met<(!(kind && is_environment))>,
                  "grit: a 'Retrying' was given two of Time, Random or Name, because a call has one of each; keep one");
    static_assert(detail::is_met<(!(kind && A::family == Family::outcome))>,
                  "grit: a 'Retrying' was given ThrowRetryError twice, because a call ends once; keep one");
    static_assert(
        is_met<!(kind && !is_environment && A::family > Family::retry && A::family != Family::outcome)>,
        "grit: a 'Retrying' was given two policies of one kind, because only one of them can count; keep one");
    static_assert(detail::is_met<(kind)>,
                  "grit: a 'Retrying' was given two hooks of one type, because a policy is found by its "
                  "type; join the two in one callable, or put one of them into a lambda");
};
template <class Set>
struct FamilyChecks;
template <class... Ps>
struct FamilyChecks<PolicySet<Ps...>> {
    static consteval auto check() {
        constexpr Clash clash = find_clash<Ps...>(); // two waits of different templates too
        if constexpr (clash != Clash::none) {
            constexpr auto pair = clashing_pair<Ps...>();
            return sizeof(TwoOfAKind<At<Types<Ps...>, pair.at[0]>, At<Types<Ps...>, pair.at[1]>, clash>);
        } else return std::size_t{1};
    }
    static_assert(check() != 0);
};

} // namespace detail

/// The requirements on the policies of a Retrying, a sentence for each.
template <class... Ps>
struct PolicyChecks {
    using Set = detail::PolicySet<Ps...>;
    using Plain = typename Set::template Of<Family::wait>;
    // Most sets have one policy of each family and need not be searched.
    static constexpr bool families_differ = detail::are_different<typename Set::Families>;
    static_assert(sizeof(detail::Conditional<families_differ, char, detail::FamilyChecks<Set>>) != 0);

    static_assert(
        detail::is_met<(detail::CanBeAskedToStop<Ps> && ...)>,
        "grit: a stop of your own cannot be asked, because it has no stop(query) const that returns a bool and "
        "cannot be called with a grit::Attempt const&; write template <class Q> bool stop(Q const& q) const");
    static_assert(
        detail::is_met<(detail::CanBeAskedToWait<Ps> && ...)>,
        "grit: a wait of your own cannot be asked, because it has no value(state, query) const that returns a "
        "duration and cannot be called with a grit::Attempt const&; write template <class Q> grit::Duration "
        "value(State, Q const& q) const");
    static_assert(
        detail::is_met<(detail::CanBeAskedToRetry<Ps> && ...)>,
        "grit: a retry predicate of your own handles an error that it cannot be asked about, because it has no "
        "on_exception() const for it that returns a bool; write bool on_exception(E const&) const for each E "
        "of its Handles");
    static_assert(detail::is_met<(detail::NamesItsMoment<Ps> && ...)>,
                  "grit: a hook of your own watches no moment, because it does not say which; write static constexpr "
                  "grit::Event event = grit::Event::after, or another event");

    static_assert(detail::is_met<((Ps::family < Family::of_stages) && ...)>,
                  "grit: a 'Retrying' was given a policy of another stage, because it has no use for it; give it to "
                  "that stage, such as CircuitBreaker, and put both into a pipeline");
    static_assert(detail::is_met<(std::is_copy_constructible_v<Ps> && ...)>,
                  "grit: a 'Retrying' was given a policy that cannot be copied, because its callable holds something "
                  "that can only be moved; hold that by a std::shared_ptr, or refer to it");

    using Stops = typename Set::template Of<Family::stop>;
    using Waits = Union<typename Set::template Of<Family::wait_if>, Plain>;
    using Hooks = detail::HookGroup<typename Set::template Of<Family::hook>>;

    static_assert(detail::is_met<(Stops::size > 0)>,
                  "grit: a 'Retrying' was given no stop, because none of its policies ends the "
                  "attempts; add StopAfterAttempt<5>, or say StopNever if you mean it");
    static_assert(detail::is_met<(detail::StopGroup<Stops>::Taking::size <= 1)>,
                  "grit: a 'Retrying' was given two stops that take something, because what the first has taken would "
                  "be lost where the second refuses; keep one of them");
    // A missing stop has a sentence of its own.
    static constexpr bool ends_or_misses_a_stop = Stops::size == 0 || detail::StopGroup<Stops>::bounded;
    static_assert(detail::is_met<(!detail::constants_call_for_ever<ends_or_misses_a_stop, Waits, Plain>)>,
                  "grit: a 'Retrying' without a limit was given a wait that may be zero, because it would call "
                  "without pause for ever; add StopAfterAttempt or StopAfterDelay, or a wait above zero");
    static_assert(detail::is_met<(detail::all_reached<typename detail::WaitGroup<Waits>::Interests>)>,
                  "grit: a 'WaitIf' names an error that is never reached, because it comes after one for its base and "
                  "the first that matches counts; write the derived error first instead");
    static_assert(detail::is_met<(Set::template Of<Family::outcome>::size == 0 || Hooks::values == 0)>,
                  "grit: 'ThrowRetryError' stands beside an OnGiveUp that returns a value, because a call cannot end "
                  "in both; keep one of them");
    static_assert(detail::is_met<(Hooks::values <= 1)>,
                  "grit: a 'Retrying' was given two OnGiveUp that return a value, because a call has one result; let "
                  "all but one return void");
};

namespace detail {

/// True if what a hook returns instead of the last outcome is a result of the operation; hooks that return none are.
template <class P, class Result>
concept GivesResult = !GivesValue<P> || is_result<GivenBy<P>, Result>();
template <class Result, class Hooks>
inline constexpr bool all_give_result = true;
template <class Result, class... Ps>
inline constexpr bool all_give_result<Result, Types<Ps...>> = (GivesResult<Ps, Result> && ...);

// What acts on some failures only: on one kind of error, or on those that ask for a wait.

/// The failures of a call that may be retried: the exceptions by their clauses, then what a result may hold, and it.
template <class C, class Caught>
struct Retried;
template <class C, class... Es>
struct Retried<C, Types<Es...>> {
    template <class E>
    static constexpr bool thrown = C::catches && (is_base_of<Signal, E> || C::T::Predicates::template may_retry<E>);
    using Returned =
        Conditional<C::judges_result,
                    Union<typename ErrorChannel<typename C::Judged>::Errors, Types<typename C::Judged>>, Types<>>;
    using type = Union<Conditional<thrown<Es>, Types<Es>, Types<>>..., Returned>;
};

/// True if the wait for these errors may find one among the failures, which asks for a wait where it reads that.
template <class Wait, class Failures, class Interests = typename WaitTraits<Wait>::Interests>
inline constexpr bool finds_a_hint = false;
template <class Wait, class... Fs, class... Es>
inline constexpr bool finds_a_hint<Wait, Types<Fs...>, Types<Es...>> =
    !WaitTraits<Wait>::needs_hint || ((may_hint<Fs> && (sizeof...(Es) == 0 || named_by_any<Fs, Es...>)) || ...);

/// Answers for all waits and stops of a set, which it asks only where one of them acts on some failures only.
template <class C, bool Asked = !contains<RetryNever, typename C::T::template Of<Family::retry>> &&
                                (C::T::Waits::needs_hint || C::T::Waits::Interests::size != 0 ||
                                 C::T::Stops::Interests::size != 0)>
struct ActOnFailures {
    static constexpr bool waits_find = true, stops_find = true, hints_are_found = true;
};
template <class C>
struct ActOnFailures<C, true> {
    using Failures = typename Retried<C, typename C::T::Catches>::type;
    template <class... Es>
    static consteval bool find(Types<Es...>) {
        return (any_named<Failures, Es> && ...);
    }
    template <class... Ps>
    static consteval bool find_hints(Types<Ps...>) {
        return (finds_a_hint<Ps, Failures> && ...);
    }
    static constexpr bool waits_find = find(typename C::T::Waits::Interests{});
    static constexpr bool stops_find = find(typename C::T::Stops::Interests{});
    static constexpr bool hints_are_found = find_hints(typename C::T::Waits::List{});
};

/// The requirements on one call. C is its CallFacts. A class, so that they come before all errors of the call itself.
template <class C>
struct CallChecks : C::Checks {
    using T = typename C::T;
    static_assert(detail::is_met<(!C::callable || !T::expects_retries || C::judges_result ||
                                  (C::catches && T::Predicates::Named::size > 0))>,
                  "grit: the predicates named can never act on this operation, because it returns nothing they look at "
                  "and throws nothing they name; name what it returns (RetryIfResult) or throws (RetryIf), or drop its "
                  "noexcept");
    using Act = ActOnFailures<C>;
    static_assert(detail::is_met<(!C::callable || Act::waits_find)>,
                  "grit: a 'WaitIf' can never act on this operation, because no failure that is retried can be its "
                  "error; retry that error too, name one that the operation throws or returns, or drop the WaitIf");
    static_assert(detail::is_met<(!C::callable || Act::stops_find)>,
                  "grit: a 'CostIf' can never act on this operation, because no failure that is retried can be its "
                  "error; retry that error too, name one that the operation throws or returns, or drop the CostIf");
    static_assert(detail::is_met<(!C::callable || !Act::waits_find || Act::hints_are_found)>,
                  "grit: a 'WaitHint' can never act on this operation, because no failure that it is for has a "
                  "retry_after(); give the error one that returns a duration, or drop the WaitHint");
    static_assert(
        detail::is_met<(!C::holds_result || std::is_void_v<typename C::Result> ||
                        std::is_reference_v<typename C::Result> || std::is_move_constructible_v<typename C::Result>)>,
        "grit: a result that cannot be moved is to be judged or watched, because a predicate or a hook looks "
        "at it before it is returned; return it by reference or pointer, or drop that policy");
    static_assert(detail::is_met<(C::clauses <= GRIT_MOST_CLAUSES)>,
                  "grit: a 'Retrying' names too many errors, because its predicates and its WaitIf need a catch clause "
                  "for each and 18 are the most; name a common base instead");
    static_assert(
        detail::is_met<(!C::callable || all_give_result<typename C::Result, typename T::Hooks::List>)>,
        "grit: 'OnGiveUp' returns a value that is no result of this operation, because it cannot be converted "
        "to what the operation returns; return such a value, or void to observe only");
};

template <class Stops>
consteval int known_attempts() {
    constexpr int least = StopGroup<Stops>::max_attempts;
    static_assert(detail::is_met<(least != 0)>,
                  "grit: 'max_attempts' is not known, because no stop limits the attempts; add "
                  "StopAfterAttempt<5>");
    static_assert(detail::is_met<(least >= 0)>,
                  "grit: 'max_attempts' is not a constant, because a stop has its value at run time; write "
                  "StopAfterAttempt<5> with a constant");
    return least;
}

template <class... Ps>
consteval bool all_bounded_waits(Types<Ps...>) {
    return (WaitTraits<Ps>::bounded_wait && ...);
}

template <class Waits>
consteval bool are_known() {
    static_assert(detail::is_met<(all_constant(Waits{}))>,
                  "grit: 'schedule' and 'worst_case_wait' are not constants, because a wait has "
                  "its value at run time; write it with constants, as WaitExponential<1s, 60s>");
    static_assert(detail::is_met<(all_bounded_waits(Waits{}))>,
                  "grit: 'schedule' and 'worst_case_wait' are not known, because a wait "
                  "is computed by a callable; put it into WaitAtMost<60s, ...>");
    return all_constant(Waits{});
}

template <std::size_t N, class... Waits>
consteval Schedule<N> known_schedule(Types<Waits...>) {
    Schedule<N> schedule;
    if constexpr (are_known<Types<Waits...>>() && N > 0) {
        auto const enter = [&schedule](int n, Bounds const now) { schedule.waits[n] = now.most; };
        walk_waits(static_cast<int>(N), enter, Waits{}...);
    }
    return schedule;
}

template <class... Waits>
consteval Duration longest_sum(int count, Types<Waits...>) {
    if constexpr (are_known<Types<Waits...>>()) return sum_of_waits(count, Waits{}...).most;
    else return Duration::zero();
}

template <class Stops, class Waits>
consteval Duration known_worst_case() {
    constexpr int attempts = StopGroup<Stops>::max_attempts;
    static_assert(detail::is_met<(attempts != 0)>,
                  "grit: 'worst_case_wait' is not known, because no stop limits the attempts; add "
                  "StopAfterAttempt<5>");
    static_assert(detail::is_met<(attempts >= 0)>,
                  "grit: 'worst_case_wait' is not a constant, because a stop has its value at run time; "
                  "write StopAfterAttempt<5> with a constant");
    if constexpr (attempts > 1) return longest_sum(attempts - 1, Waits{});
    else return Duration::zero();
}

} // namespace detail
} // namespace grit::inline GRIT_ABI
