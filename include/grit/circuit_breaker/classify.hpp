// SPDX-License-Identifier: BSL-1.0
#pragma once
// The judgement on the end of a call: by the type of its exception, by the error in its result, by the result itself.

#include <system_error>

#include <grit/circuit_breaker/failure_if.hpp>
#include <grit/circuit_breaker/outcome.hpp>
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

/// The types of the list that are rejections, or those that are not.
template <bool Rejections, class List>
struct OnlyRejections;
template <bool Rejections, class... Es>
struct OnlyRejections<Rejections, Types<Es...>> {
    using type = Union<std::conditional_t<std::is_base_of_v<Rejected, Es> == Rejections, Types<Es>, Types<>>...>;
};

template <class A, class B>
struct JoinLists;
template <class... As, class... Bs>
struct JoinLists<Types<As...>, Types<Bs...>> {
    using type = Types<As..., Bs...>;
};

/// One catch clause: what it makes of an E. `Unless`: only if the error says that it was cancelled.
template <class E, Outcome Says, bool OnlyCancelled = false>
struct Clause {
    using Error = E;
    static constexpr Outcome says = Says;

    static bool applies([[maybe_unused]] E const& error) {
        if constexpr (OnlyCancelled) return error.code() == std::errc::operation_canceled;
        else return true;
    }
};

/// How the classify policies Ps judge.
template <class List>
struct Classify;
template <class... Ps>
struct Classify<Types<Ps...>> {
    using Failures = Union<typename NamedAsFailure<Ps>::type...>;
    using Neutrals = Union<typename NamedAsNeutral<Ps>::type...>;

    /// An error that nobody names.
    static constexpr Outcome otherwise = Failures::size == 0 ? Outcome::failure : Outcome::neutral;

    template <Outcome Says, class... Es>
    static Types<Clause<Es, Says>...> clauses_of(Types<Es...>);
    template <Outcome Says, class List>
    using ClausesOf = decltype(clauses_of<Says>(List{}));
    template <class... Lists>
    struct Chain {
        using type = Types<>;
    };
    template <class First, class... Rest>
    struct Chain<First, Rest...> {
        using type = typename JoinLists<First, typename Chain<Rest...>::type>::type;
    };

    /// The catch clauses, outermost first. An exception passes through those that match it from the inside out, and the
    /// last one decides: IgnoreIf, then rejections, then cancellation, then what FailureIf names.
    using Clauses = typename Chain<
        ClausesOf<Outcome::neutral, Neutrals>,
        ClausesOf<Outcome::failure, typename OnlyRejections<true, Failures>::type>, Types<Clause<Rejected, Outcome::neutral>>,
        Types<Clause<std::system_error, Outcome::neutral, true>>,
        ClausesOf<Outcome::failure, typename OnlyRejections<false, Failures>::type>>::type;

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

private:
    template <class E, class... Es>
    static constexpr bool named(Types<Es...>) {
        return named_by_any<E, Es...>;
    }
    template <class P, class Set, class R>
    GRIT_INLINE static constexpr bool asked([[maybe_unused]] Set const& set, [[maybe_unused]] R const& r) {
        if constexpr (asks<P, R>()) return set.template get<P>()(r);
        else return false;
    }

    /// ByDefault: an error in this channel is one even if nobody names it; the alternatives of a variant are not.
    template <bool ByDefault, class E>
    GRIT_INLINE static constexpr Outcome of_error([[maybe_unused]] E const& error) {
        if constexpr (named<E>(Neutrals{})) return Outcome::neutral;
        else if constexpr (named_by_any<E, Rejected> && !named<E>(typename OnlyRejections<true, Failures>::type{}))
            return Outcome::neutral;
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
