// SPDX-License-Identifier: BSL-1.0
#pragma once
// The judgement on the end of a call: by the type of its exception, by the error in its result, by the result itself.

#include <system_error>

#include <grit/circuit_breaker/failure_if.hpp>
#include <grit/circuit_breaker/outcome.hpp>
#include <grit/core/ladder.hpp>
#include <grit/core/policy_set.hpp>
#include <grit/core/result.hpp>

namespace grit::detail {

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

/// The types of the list that are a B or derived from it.
template <class B, class List>
struct DerivedFrom;
template <class B, class... Es>
struct DerivedFrom<B, Types<Es...>> {
    using type = Union<std::conditional_t<std::is_base_of_v<B, Es>, Types<Es>, Types<>>...>;
};

template <class E, class List>
inline constexpr bool is_base_of_any = false;
template <class E, class... Os>
inline constexpr bool is_base_of_any<E, Types<Os...>> = (is_base_of<E, Os> || ...);

/// The types of the list that are no base of any other of Os.
template <class List, class Os>
struct NoBasesOf;
template <class... Es, class Os>
struct NoBasesOf<Types<Es...>, Os> {
    using type = Union<std::conditional_t<is_base_of_any<Es, Os>, Types<>, Types<Es>>...>;
};

/// One catch clause: what it makes of an E.
template <class E, Outcome Says>
struct Clause {
    using Error = E;
    static constexpr Outcome outcome = Says;

    // A cancelled operation says nothing about the service, whoever cancelled it.
    static Outcome says(E const& error) { return CancelledError<E>::ask(error) ? Outcome::neutral : Says; }
};

/// The clauses that can be reached: not those for a type that comes after itself or its base.
template <class Kept, class... Left>
struct Reachable {
    using type = Kept;
};
template <class... Kept, class First, class... Left>
struct Reachable<Types<Kept...>, First, Left...>
    : Reachable<std::conditional_t<(std::is_base_of_v<typename Kept::Error, typename First::Error> || ...),
                                   Types<Kept...>, Types<Kept..., First>>,
                Left...> {};
template <class... Lists>
struct ClauseList;
template <class... Clauses>
struct ClauseList<Types<Clauses...>> : Reachable<Types<>, Clauses...> {};
template <class... As, class... Bs, class... Lists>
struct ClauseList<Types<As...>, Types<Bs...>, Lists...> : ClauseList<Types<As..., Bs...>, Lists...> {};

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

    using NamedRejections = typename DerivedFrom<Rejected, Failures>::type;

    template <class E, class... Es>
    static constexpr bool named(Types<Es...>) {
        return named_by_any<E, Es...>;
    }
    template <Outcome Says, class... Es>
    static Types<Clause<Es, Says>...> clauses_of(Types<Es...>);
    template <Outcome Says, class List>
    using ClausesOf = decltype(clauses_of<Says>(List{}));
    template <class... Es>
    static Types<Clause<Es, named<Es>(Failures{}) ? Outcome::failure : otherwise>...> asked(Types<Es...>);

    /// The catch clauses, of which the first that matches decides: IgnoreIf; SuccessIf, but for a base of what
    /// FailureIf names; rejections; what FailureIf names; errors that may say that they were cancelled, which come
    /// before their bases. Nothing else is caught.
    using Clauses =
        typename ClauseList<ClausesOf<Outcome::neutral, Neutrals>,
                            ClausesOf<Outcome::success, typename NoBasesOf<Successes, Failures>::type>,
                            ClausesOf<Outcome::failure, NamedRejections>, Types<Clause<Rejected, Outcome::neutral>>,
                            ClausesOf<Outcome::failure, typename NoBasesOf<Failures, Asked>::type>,
                            decltype(asked(Asked{})), ClausesOf<Outcome::failure, Failures>,
                            ClausesOf<Outcome::success, Successes>>::type;
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
                    r, []<class E>(E const& error) { return of_error<ErrorChannel<R>::by_default>(error); });
        if (outcome != Outcome::failure && (asked<Ps>(set, r) || ...)) outcome = Outcome::failure;
        return outcome;
    }

    /// The outcome of a call that a stage inside refused.
    template <class J>
    GRIT_INLINE static constexpr Outcome of_rejection(J const& rejection) {
        return of_error<true>(rejection);
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

    /// What the clause says that would catch the error if it were thrown. ByDefault: an error in this channel is one
    /// even if nobody names it; the alternatives of a variant are not.
    template <bool ByDefault, class E>
    GRIT_INLINE static constexpr Outcome of_error([[maybe_unused]] E const& error) {
        using C = typename ClauseOf<E, Clauses>::type;
        if (CancelledError<E>::ask(error)) return Outcome::neutral;
        if constexpr (std::is_void_v<C>) return ByDefault ? otherwise : Outcome::success;
        else if constexpr (contains<typename C::Error, Asked> && !named<E>(Failures{}) && !named<E>(Successes{}) &&
                           !named<E>(Neutrals{}))
            return ByDefault ? otherwise : Outcome::success;
        else return C::outcome;
    }
};

} // namespace grit::detail
