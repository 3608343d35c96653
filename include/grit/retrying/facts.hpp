// SPDX-License-Identifier: BSL-1.0
#pragma once
// What types say before anything runs: of a policy set alone, and of the call of an operation under it.

#include <grit/core/ladder.hpp>
#include <grit/core/operation.hpp>
#include <grit/core/policy_set.hpp>
#include <grit/core/random.hpp>
#include <grit/retry_if/never.hpp>
#include <grit/retrying/groups.hpp>
#include <grit/retrying/judge.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI::detail {

/// What a set names for a part of the environment, or what it is else. Without a name the same for all sets.
template <class Named, class Default>
struct EnvironmentOf;
template <class P, class Default>
struct EnvironmentOf<Types<P>, Default> {
    using type = decltype(std::declval<P const&>().get());
    template <class Stored>
    GRIT_INLINE static constexpr type get(Stored const& set) {
        return policy_of<P>(set).get();
    }
};
template <class Default>
struct EnvironmentOf<Types<>, Default> {
    using type = Default;
    template <class Stored>
    GRIT_INLINE static constexpr Default get(Stored const&) {
        return Default{};
    }
};

/// Facts of a policy set, whatever it calls.
template <class Set>
struct SetTraits {
    using Stored = typename Set::Stored;
    template <Family F>
    using Of = typename Set::template Of<F>;

    using Stops = StopGroup<Of<Family::stop>>;
    using Waits = WaitGroup<Union<Of<Family::wait_if>, Of<Family::wait>>>;
    using Predicates = Judge<Of<Family::retry>>;
    using Hooks = HookGroup<Of<Family::hook>>;
    using Time = EnvironmentOf<Of<Family::time>, SteadyTime>;
    using Random = EnvironmentOf<Of<Family::random>, ThreadRandom>;
    using Catches = CatchList<Union<typename Predicates::Named, typename Waits::Interests, typename Stops::Interests>,
                              typename Predicates::Vetoes>;

    /// RetryNever is named in order that nothing is retried; of every other predicate it is expected to act.
    static constexpr bool expects_retries = Of<Family::retry>::size > 0 && !contains<RetryNever, Of<Family::retry>>;
    static constexpr bool throws_retry_error = Of<Family::outcome>::size > 0;
    static constexpr bool value_hook = Hooks::values > 0;
    /// A hook gives the result, or an error is thrown, where the last outcome would come out.
    static constexpr bool replaces = value_hook || throws_retry_error;
    static constexpr bool hooks_need_clock = Hooks::need_clock || Waits::needs_clock;
    static constexpr bool measures_start = Stops::needs_clock || hooks_need_clock || throws_retry_error;
    static constexpr bool takes = Stops::Taking::size != 0;
    using Taken = detail::Taken<typename Stops::Taking>;
    /// True if something that is asked after a failure may look at it; where nothing does, all clauses share their
    /// code.
    static constexpr bool looks_at_failure = Waits::needs_hint || Waits::needs_failure || Waits::Interests::size > 0 ||
                                             Stops::needs_failure || Hooks::need_failure || throws_retry_error;
};

/// Facts of the call of an operation under a policy set.
template <class Set, int Exceptions, class F, class... Args>
struct CallFacts : CallTraits<F, Args...> {
    using T = SetTraits<Set>;
    using Call = CallTraits<F, Args...>;
    using Checks = OperationChecks<Call, F, Args...>;
    using typename Call::Judged, typename Call::Result;

    static constexpr bool judges_result = T::Predicates::template looks_at<Judged>;
    static constexpr bool watches_success = T::Hooks::template watch<Event::success>;
    /// The result has to be looked at before it is returned.
    static constexpr bool holds_result =
        judges_result || watches_success || T::Hooks::template watch<Event::end> || T::Stops::hears_success;
    static constexpr bool catches = Exceptions != 0 && !Call::cannot_throw();
    static constexpr std::size_t clauses = catches ? T::Catches::size : 0;
    static constexpr bool measures_start = T::measures_start || Call::wants == Wants::timed;
};

} // namespace grit::inline GRIT_ABI::detail
