// SPDX-License-Identifier: BSL-1.0
#pragma once
// Retrying: policies combined into a loop around any callable.

#include <grit/core/callable.hpp>
#include <grit/core/name.hpp>
#include <grit/retrying/bounds.hpp>
#include <grit/retrying/checks.hpp>
#include <grit/retrying/loop.hpp>
#include <grit/retrying/report.hpp>

namespace grit {

/// Calls an operation until it succeeds or its policies give up.
///
/// Policies stand in any order: stops, a wait, predicates, hooks, and at most one each of Time, Random, Name and
/// ThrowRetryError. A stop must be named. Constant policies take no room.
///
/// Thread safety: const calls on one object are safe from any thread and re-entrant, as far as the callables in its
/// policies are; all state of a call is on its stack. Source: the semantics of tenacity 9.1;
/// docs/reference/semantics.md.
template <class... Ps>
class Retrying {
    static_assert(always_false<Ps...>,
                  "grit: a 'Retrying' was given a type that is no policy, because it names no family; list policies "
                  "such as StopAfterAttempt<3>, or declare static constexpr grit::Family family in your own");
};

template <class... Ps>
    requires(Policy<Ps> && ...)
class Retrying<Ps...> : PolicyChecks<Ps...>, public detail::Loop<Ps...> {
    using Set = detail::PolicySet<Ps...>;
    using Stops = typename PolicyChecks<Ps...>::Stops;
    using Waits = typename PolicyChecks<Ps...>::Waits;

public:
    /// A pipeline with a stage outside this one that counts calls would hide attempts from it.
    static constexpr bool repeats_calls = true;

    /// Takes the policies that have a value at run time, in any order; those made of constants may be left out.
    ///
    /// Throws: std::invalid_argument if nothing ends the attempts and a wait may be zero.
    constexpr Retrying()
        requires(!detail::is_stored<Ps> && ...)
    = default;
    template <int Exceptions = GRIT_EXCEPTIONS, class... Qs>
        requires(Policy<Qs> && ...)
    explicit(sizeof...(Qs) == 1) constexpr Retrying(Qs const&... given)
        : detail::Loop<Ps...>(detail::Given<Qs...>(given...)) {
        static_assert((contains<Qs, Types<Ps...>> && ...),
                      "grit: a 'Retrying' was constructed with a policy that is not in its list, because its type or "
                      "its constants differ; name it in the list (a run-time value has empty brackets, as "
                      "StopAfterAttempt<>), or let the list be deduced");
        detail::check_values<Exceptions>(static_cast<Set const&>(*this), Stops{}, Waits{});
    }

    /// The most attempts a call makes, the first included. Not available without a constant limit.
    static constexpr int max_attempts = detail::known_attempts<Stops>();
    /// The longest that one call can wait in all; the operation's own time is not counted. Not available unbounded.
    static constexpr Duration worst_case_wait = detail::known_worst_case<Stops, Waits>();
    /// Returns: the first N waits; the longest that each may be where they are drawn.
    template <std::size_t N>
    static constexpr Schedule<N> schedule() {
        return detail::known_schedule<N>(Waits{});
    }

    /// Calls f(args...), or f(attempt, args...) if only that is possible, until it succeeds or a policy gives up.
    ///
    /// Arguments are passed as lvalues to every attempt. Returns: what f returned last. Throws: what f threw last; what
    /// a hook, predicate, wait, clock or sleeper throws ends the call.
    using detail::Loop<Ps...>::operator();

    /// The stage contract: calls next(context) as an operation, inside the given deadline and stop.
    template <int Exceptions = GRIT_EXCEPTIONS, class Next>
    GRIT_INLINE constexpr decltype(auto) run(Next&& next, Context const& context) const {
        detail::AsOperation<Next> operation{next, context};
        return detail::Loop<Ps...>::template operator()<Exceptions>(operation);
    }

    /// Returns: a callable that retries f; it holds copies of both.
    template <int Exceptions = GRIT_EXCEPTIONS, class F>
    constexpr auto wrap(F f) const {
        return [self = *this, f = static_cast<F&&>(f)]<class... Args>(Args&&... args) -> decltype(auto) {
            return self.template operator()<Exceptions>(f, static_cast<Args&&>(args)...);
        };
    }

    /// Returns: this with the given policies: each replaces what has the same kind, or is added.
    template <int Exceptions = GRIT_EXCEPTIONS, class... Qs>
    constexpr auto with(Qs... given) const {
        return detail::replace<Exceptions>(*this, given...);
    }

    /// Calls f as operator() does and returns what happened instead of throwing.
    ///
    /// Throws: what is not derived from std::exception. Reads the clock at the start and at the end.
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    constexpr auto report(F&& f, Args&&... args) const {
        return detail::report<Exceptions>(*this, f, args...);
    }
};

template <class... Ps>
Retrying(Ps...) -> Retrying<Ps...>;

} // namespace grit
