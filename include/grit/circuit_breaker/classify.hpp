// SPDX-License-Identifier: BSL-1.0
#pragma once
// The judgement on the end of a call: by the type of its exception, by the error in its result, by the result itself.

#include <system_error>

#include <grit/circuit_breaker/failure_if.hpp>
#include <grit/circuit_breaker/outcome.hpp>
#include <grit/core/ladder.hpp>
#include <grit/core/policy_set.hpp>
#include <grit/core/result.hpp>

namespace grit::inline GRIT_ABI::detail {

// What each policy names.
template <class P>
struct Names {
    using failures = Types<>;
    using successes = Types<>;
    using neutrals = Types<>;
};
template <class... Es>
struct Names<FailureIf<Es...>> : Names<void> {
    using failures = Types<Es...>;
};
template <class... Es>
struct Names<SuccessIf<Es...>> : Names<void> {
    using successes = Types<Es...>;
};
template <class... Es>
struct Names<IgnoreIf<Es...>> : Names<void> {
    using neutrals = Types<Es...>;
};
/// Errors that are caught only to ask them whether they were cancelled.
template <class P>
struct MayBeCancelled {
    using type = Types<>;
};
template <class P>
    requires requires { typename P::MayBeCancelled; }
struct MayBeCancelled<P> {
    using type = typename P::MayBeCancelled;
};

/// One catch clause: what it makes of an E.
template <class E, Outcome Says>
struct Clause {
    using Error = E;
    static constexpr Outcome outcome = Says;

    // A cancelled operation says nothing about the service, whoever cancelled it.
    static Outcome says(E const& error) { return CancelledError<E>::ask(error) ? Outcome::neutral : Says; }
};

/// The order of the clauses: what is neutral; rejections, those that are named first; the rest. Each before its bases.
template <class Neutrals>
struct OutcomeRanks {
    template <class E, class>
    static constexpr int of = contains<E, Neutrals>         ? 0
                              : !is_base_of<Rejected, E>    ? 3
                              : std::is_same_v<E, Rejected> ? 2
                                                            : 1;
};

/// How the classify policies Ps judge.
template <class List>
struct Classify;
template <class... Ps>
struct Classify<Types<Ps...>> {
    using Failures = Union<typename Names<Ps>::failures...>;
    using Successes = Union<typename Names<Ps>::successes...>;
    using Neutrals = Union<typename Names<Ps>::neutrals...>;
    using Asked = Union<Types<std::system_error>, typename MayBeCancelled<Ps>::type...>;

    static constexpr bool names_once =
        are_disjoint<Failures, Successes> && are_disjoint<Failures, Neutrals> && are_disjoint<Successes, Neutrals>;
    static_assert(names_once, "grit: a 'CircuitBreaker' names an error twice, because it stands in two of FailureIf, "
                              "SuccessIf and IgnoreIf; write it in one of them");

    /// An error that nobody names.
    static constexpr Outcome otherwise = Failures::size == 0 ? Outcome::failure : Outcome::neutral;

    using Named = Union<Neutrals, Successes, Failures>;

    template <class E, class... Es>
    static constexpr bool named(Types<Es...>) {
        return named_by_any<E, Es...>;
    }

    /// What the first of the sorted types says that names an E.
    template <class E, class... Es>
    static constexpr Outcome said_by(Types<Es...>) {
        Outcome says = names<Rejected, E> ? Outcome::neutral : otherwise;
        auto const ask = [&]<class N>(std::type_identity<N>) {
            if (!contains<N, Named> || !names<N, E>) return false;
            says = contains<N, Failures>    ? Outcome::failure
                   : contains<N, Successes> ? Outcome::success
                                            : Outcome::neutral;
            return true;
        };
        static_cast<void>((ask(std::type_identity<Es>{}) || ...));
        return says;
    }
    template <class... Es>
    static Types<Clause<Es, said_by<Es>(Types<Es...>{})>...> says(Types<Es...>);

    /// What need not be caught, because a base of it is neutral already.
    template <class E, class... Es>
    static constexpr bool is_covered(Types<Es...>) {
        return ((names<Es, E> && !std::is_same_v<Es, E>) || ...);
    }
    template <class... Es>
    static Union<Conditional<is_covered<Es>(Neutrals{}), Types<>, Types<Es>>...> uncovered(Types<Es...>);

    /// The catch clauses, of which the first that matches decides. Nothing else is caught.
    using Caught =
        typename Sorted<decltype(uncovered(Union<Named, Types<Rejected>, Asked>{})), OutcomeRanks<Neutrals>>::type;
    using Clauses = decltype(says(Caught{}));
    static_assert(detail::is_met<(Clauses::size <= GRIT_MOST_CLAUSES)>,
                  "grit: a 'CircuitBreaker' names too many errors, because each is a catch clause and 18 are the most; "
                  "name a common base instead");

    template <class P, class R>
    static consteval bool asks() {
        if constexpr (requires { P::template looks_at<R>; }) return P::template looks_at<R>;
        else return false;
    }
    template <class R>
    static constexpr bool looks_at = ErrorChannel<R>::exists || (asks<Ps, R>() || ...);

    /// The outcome of a call that returned r.
    template <class Set, class R>
    GRIT_INLINE static constexpr Outcome of_result(Set const& set, R const& r) {
        Outcome outcome = Outcome::success;
        if constexpr (ErrorChannel<R>::exists)
            if (ErrorChannel<R>::failed(r))
                outcome = ErrorChannel<R>::template visit<Outcome>(
                    r, [by_default = fails(r)]<class E>(E const& error) { return of_error(error, by_default); });
        if (outcome != Outcome::failure && (asked<Ps>(set, r) || ...)) outcome = Outcome::failure;
        return outcome;
    }

    /// The outcome of a call that a stage inside refused.
    template <class J>
    GRIT_INLINE static constexpr Outcome of_rejection(J const& rejection) {
        return of_error(rejection, true);
    }

private:
    template <class P, class Set, class R>
    GRIT_INLINE static constexpr bool asked([[maybe_unused]] Set const& set, [[maybe_unused]] R const& r) {
        if constexpr (asks<P, R>()) return policy_of<P>(set)(r);
        else return false;
    }

    /// The clause that would catch an E, or void.
    template <class E, class List>
    struct ClauseOf {
        using type = void;
    };
    template <class E, class C, class... Cs>
    struct ClauseOf<E, Types<C, Cs...>> {
        using type = typename std::conditional_t<names<typename C::Error, E>, std::type_identity<C>,
                                                 ClauseOf<E, Types<Cs...>>>::type;
    };

    /// What the clause says that would catch the error if it were thrown. by_default: it is an error even if nobody
    /// names it; the alternatives of a variant are not.
    template <class E>
    GRIT_INLINE static constexpr Outcome of_error([[maybe_unused]] E const& error, [[maybe_unused]] bool by_default) {
        using C = typename ClauseOf<E, Clauses>::type;
        [[maybe_unused]] Outcome const unnamed = by_default ? otherwise : Outcome::success;
        if constexpr (std::is_void_v<C>) return CancelledError<E>::ask(error) ? Outcome::neutral : unnamed;
        else if constexpr (!is_base_of<typename C::Error, E> && !std::is_same_v<typename C::Error, E>)
            return C::outcome; // of the exception that it stands for
        else if constexpr (!std::is_same_v<typename C::Error, Rejected> && !named<typename C::Error>(Named{}))
            return CancelledError<E>::ask(error) ? Outcome::neutral : unnamed;
        else return C::says(error);
    }
};

} // namespace grit::inline GRIT_ABI::detail
