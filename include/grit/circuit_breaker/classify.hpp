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

template <class P>
struct NamedAsFailure {
    using type = Types<>;
};
template <class... Es>
struct NamedAsFailure<FailureIf<Es...>> {
    using type = Types<Es...>;
};
template <class P>
struct NamedAsNeutral {
    using type = Types<>;
};
template <class... Es>
struct NamedAsNeutral<IgnoreIf<Es...>> {
    using type = Types<Es...>;
};

/// The types of the list that are a B or derived from it.
template <class B, class List>
struct DerivedFrom;
template <class B, class... Es>
struct DerivedFrom<B, Types<Es...>> {
    using type = Union<std::conditional_t<std::is_base_of_v<B, Es>, Types<Es>, Types<>>...>;
};

/// One catch clause: what it makes of an E.
template <class E, Outcome Says>
struct Clause {
    using Error = E;

    static Outcome says([[maybe_unused]] E const& error) {
        // A cancelled operation says nothing about the service, whoever cancelled it.
        if constexpr (std::is_base_of_v<std::system_error, E>)
            return error.code() == std::errc::operation_canceled ? Outcome::neutral : Says;
        else return Says;
    }
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
    using Failures = Union<typename NamedAsFailure<Ps>::type...>;
    using Neutrals = Union<typename NamedAsNeutral<Ps>::type...>;

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

    /// The catch clauses, of which the first that matches decides: IgnoreIf, rejections, errors that may say that they
    /// were cancelled, what FailureIf names. Nothing else is caught.
    using Clauses = typename ClauseList<
        ClausesOf<Outcome::neutral, Neutrals>, ClausesOf<Outcome::failure, NamedRejections>,
        Types<Clause<Rejected, Outcome::neutral>>,
        ClausesOf<Outcome::failure, typename DerivedFrom<std::system_error, Failures>::type>,
        Types<Clause<std::system_error, named<std::system_error>(Failures{}) ? Outcome::failure : otherwise>>,
        ClausesOf<Outcome::failure, Failures>>::type;
    static_assert(Clauses::size <= GRIT_MOST_CLAUSES,
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

    /// ByDefault: an error in this channel is one even if nobody names it; the alternatives of a variant are not.
    template <bool ByDefault, class E>
    GRIT_INLINE static constexpr Outcome of_error([[maybe_unused]] E const& error) {
        if constexpr (named<E>(Neutrals{})) return Outcome::neutral;
        else if constexpr (named_by_any<E, Rejected> && !named<E>(NamedRejections{})) return Outcome::neutral;
        else {
            if constexpr (std::is_same_v<E, std::error_code>)
                if (error == std::errc::operation_canceled) return Outcome::neutral;
            if constexpr (std::is_base_of_v<std::system_error, E>)
                if (error.code() == std::errc::operation_canceled) return Outcome::neutral;
            if constexpr (named<E>(Failures{})) return Outcome::failure;
            else return ByDefault ? otherwise : Outcome::success;
        }
    }
};

} // namespace grit::detail
