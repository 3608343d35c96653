// SPDX-License-Identifier: BSL-1.0
#pragma once
// The verdict on an outcome: is it a failure to retry? All predicates of a policy set, asked as one.

#include <grit/core/result.hpp>
#include <grit/core/value.hpp>
#include <grit/retry_if/default.hpp>
#include <grit/retrying/catch_list.hpp>

namespace grit::detail {

enum class Verdict : unsigned char { accept, retry, permanent };

/// A predicate that retries every error of type E.
template <class P, class E>
concept RetriesType = requires { requires P::template always_retries<E>; };

/// The errors that predicates name, each once, and whether a predicate is a positive one: what they never retry, and
/// all that they need to catch; vetoes alone catch nothing.
template <class Predicates, bool... Positive>
struct NamedErrors;
template <class... Ps, bool... Positive>
struct NamedErrors<Types<Ps...>, Positive...> {
    template <class P>
    static constexpr auto vetoes_of() {
        if constexpr (requires { typename P::Vetoes; }) return typename P::Vetoes{};
        else return Types<>{};
    }
    using Vetoes = Union<decltype(vetoes_of<Ps>())...>;
    using Handled = Union<Conditional<Positive, typename Ps::Handles, Types<>>...>;
    using Named = Conditional<Handled::size == 0, Types<>, Union<Vetoes, Handled>>;
};
/// One predicate that is no veto names its errors once. Most sets are this, so it costs a compiler least.
template <class P>
    requires(!P::vetoes)
struct NamedErrors<Types<P>, true> {
    using Vetoes = Types<>;
    using Named = typename P::Handles;
};

/// Asks the predicates Ps of a set: one positive says retry, and no veto.
///
/// A veto (RetryUnless and its kin) is also the positive one where no other predicate looks at the same channel.
template <class Predicates>
struct Judge;

template <class... Ps>
struct Judge<Types<Ps...>> {
    static constexpr bool errors_named = ((Ps::names_errors && !Ps::vetoes) || ...);
    static constexpr bool results_named = ((Ps::names_results && !Ps::vetoes) || ...);

    template <class P>
    static constexpr bool positive =
        !P::vetoes || (P::names_errors && !errors_named) || (P::names_results && !results_named);

    using Vetoes = typename NamedErrors<Types<Ps...>, positive<Ps>...>::Vetoes;
    using Named = typename NamedErrors<Types<Ps...>, positive<Ps>...>::Named;

    template <class Set, class E>
    GRIT_INLINE static constexpr bool retries(Set const& set, E const& error) {
        return !(vetoed<Ps>(set, error) || ...) && (asked<Ps>(set, error) || ...);
    }

    /// True if the type of an exception says already that it is to be retried, so that nobody need be asked.
    template <class E>
    static constexpr bool always_retries = !(Ps::vetoes || ...) && (RetriesType<Ps, E> || ...);

    /// True if a result of type R could ever be judged a failure.
    template <class R>
    static constexpr bool looks_at =
        ((positive<Ps> && Ps::template looks_at<R>) || ...) || (ExpectedLike<R> && can_name<R, Signal>);

    template <class Set, class R>
    GRIT_INLINE static constexpr Verdict of_result(Set const& set, R const& result) {
        if constexpr (ExpectedLike<R> && can_name<R, Signal>) {
            if (ErrorChannel<R>::failed(result)) {
                Verdict const said =
                    ErrorChannel<R>::template visit<Verdict>(result, []<class E>(E const& error) -> Verdict {
                        if constexpr (is_base_of<Signal, E>)
                            return error.kind() == Signal::Kind::permanent ? Verdict::permanent : Verdict::retry;
                        else return Verdict::accept;
                    });
                if (said != Verdict::accept) return said;
            }
        }
        bool const retry = !(vetoed_result<Ps>(set, result) || ...) && (asked_result<Ps>(set, result) || ...);
        return retry ? Verdict::retry : Verdict::accept;
    }

private:
    template <class P, class Set, class E>
    GRIT_INLINE static constexpr bool asked(Set const& set, E const& error) {
        if constexpr (positive<P>) return predicate<P>(set).on_exception(error);
        else return false;
    }
    template <class P, class Set, class E>
    GRIT_INLINE static constexpr bool vetoed(Set const& set, E const& error) {
        if constexpr (P::vetoes) return predicate<P>(set).vetoes_exception(error);
        else return false;
    }
    template <class P, class Set, class R>
    GRIT_INLINE static constexpr bool asked_result(Set const& set, R const& result) {
        if constexpr (positive<P> && P::template looks_at<R>) return predicate<P>(set).on_result(result);
        else return false;
    }
    template <class P, class Set, class R>
    GRIT_INLINE static constexpr bool vetoed_result(Set const& set, R const& result) {
        // A lone veto says no by its positive form, which need not ask its callable twice.
        if constexpr (P::vetoes && sizeof...(Ps) > 1) return predicate<P>(set).vetoes_result(result);
        else return false;
    }
    template <class P, class Set>
    GRIT_INLINE static constexpr decltype(auto) predicate(Set const& set) {
        if constexpr (std::is_same_v<P, RetryDefault>) return RetryDefault{};
        else return policy_of<P>(set);
    }
};

/// With no predicate named: every std::exception but rejections, every error of a result that has a channel for it.
template <>
struct Judge<Types<>> : Judge<Types<RetryDefault>> {};

} // namespace grit::detail
