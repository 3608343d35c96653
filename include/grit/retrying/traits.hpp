// SPDX-License-Identifier: BSL-1.0
#pragma once
// What one call of one operation under one policy set needs: everything that types alone decide.

#include <grit/core/callable.hpp>
#include <grit/retry_if/never.hpp>
#include <grit/retrying/call_traits.hpp>
#include <grit/retrying/decision.hpp>
#include <grit/retrying/hook_facts.hpp>
#include <grit/retrying/query.hpp>
#include <grit/retrying/surroundings.hpp>
#include <grit/retrying/verdict.hpp>

namespace grit::detail {

/// What a set names for a part of the environment, or what it is else. Without a name the same for all sets.
template <class Named, class Default>
struct EnvironmentOf;
template <class P, class Default>
struct EnvironmentOf<Types<P>, Default> {
    template <class Stored>
    GRIT_INLINE static constexpr decltype(auto) get(Stored const* set) {
        return policy_of<P>(*set).get();
    }
};
template <class Default>
struct EnvironmentOf<Types<>, Default> {
    GRIT_INLINE static constexpr Default get(void const*) { return Default{}; }
};

template <class Set, int Exceptions, bool Surrounded, class F, class... Args>
struct LoopTraits {
    using Stored = typename Set::Stored;
    static constexpr bool surrounded = Surrounded;
    using StopList = typename Set::template Of<Family::stop>;
    using Stops = StopGroup<StopList>;
    using Waits = WaitsOf<Set>;
    using PredicateList = typename Set::template Of<Family::retry>;
    using Predicates = Judge<PredicateList>;
    using Hooks = HookFacts<typename Set::template Of<Family::hook>>;
    using GiveUp = GiveUpFacts<typename Hooks::GiveUp>;
    template <Event E>
    using On = HookCalls<typename Hooks::template Watching<E>>;

    using Call = CallTraits<F, Args...>;
    using Result = typename Call::Result;
    using Judged = typename Call::Judged;

    /// RetryNever is named in order that nothing is retried; of every other predicate it is expected to act.
    static constexpr bool expects_retries = PredicateList::size > 0 && !contains<RetryNever, PredicateList>;
    static constexpr bool judges_result = Predicates::template looks_at<Judged>;
    static constexpr bool catches = Exceptions != 0 && !Call::cannot_throw();
    using Clauses =
        CatchList<Merged<typename Predicates::Named, typename Waits::Interests>, typename Predicates::Vetoes>;
    static constexpr std::size_t clauses = catches ? Clauses::size : 0;

    static constexpr bool watches_success = Hooks::watched.has(Event::success);
    static constexpr bool guards = judges_result || watches_success;
    static constexpr bool value_hook = GiveUp::values > 0;
    static constexpr bool throws_retry_error = Set::template Of<Family::outcome>::size > 0;
    /// A hook returns the result, or an error is thrown, where a result that failed would be returned.
    static constexpr bool replaces_result = value_hook || throws_retry_error;
    static constexpr bool tells_reason = GiveUp::need_failure || throws_retry_error;
    static constexpr bool hooks_need_clock = Hooks::need_clock || Waits::needs_clock || throws_retry_error;
    static constexpr bool measures_start = Stops::needs_clock || hooks_need_clock || Call::takes_timed;
    static constexpr int few_attempts = StopFacts<StopList>::few_attempts;
    /// What is carried from attempt to attempt: the states of the waits, unless their number says it all.
    using Carried = Conditional<Waits::template has_closed_form<few_attempts>, NoWaits, Waits>;
    static constexpr bool limits_attempts = StopFacts<StopList>::most_attempts != 0;
    static constexpr bool watches_sleep = Surrounded || StopFacts<StopList>::tokens != 0;
    static constexpr bool checks_after_sleep = Surrounded || StopFacts<StopList>::asked_after_sleep;

    /// A call that gives up on an exception only passes it on.
    static constexpr bool passes_on = !value_hook && !throws_retry_error && !Hooks::watched.has(Event::give_up);
    /// Of an exception of type E no step has to ask more than whether it is permanent.
    template <class E>
    static constexpr bool is_only_a_signal = !guards && is_base_of<Signal, E> && !Hooks::watched.has(Event::permanent);
    /// An exception of type E is the operation's and always retried, so that no step has to look.
    template <class E>
    static constexpr bool surely_retries = !guards && !is_base_of<Signal, E> && Predicates::template always_retries<E>;

    /// True if something that is asked after a failure may look at it; where nothing does, all clauses share their
    /// code.
    static constexpr bool looks_at_failure = Waits::needs_hint || Waits::needs_failure || Waits::Interests::size > 0 ||
                                             StopFacts<StopList>::need_failure || Hooks::need_failure ||
                                             throws_retry_error;
    template <class RunType, class Cause>
    using Asked = Query<RunType, Cause, Surrounded, tells_reason>;

    using Time = EnvironmentOf<typename Set::template Of<Family::time>, SteadyTime>;
    using Random = EnvironmentOf<typename Set::template Of<Family::random>, ThreadRandom>;
};

} // namespace grit::detail
