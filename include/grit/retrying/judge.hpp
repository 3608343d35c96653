// SPDX-License-Identifier: BSL-1.0
#pragma once
// The predicates of a set as one: what is to be retried, and which errors have to be caught in order to ask.

#include <grit/core/ladder.hpp>
#include <grit/core/rejected.hpp>
#include <grit/core/result.hpp>
#include <grit/core/signal.hpp>
#include <grit/retry_if/default.hpp>
#include <grit/retry_if/traits.hpp>

namespace grit::inline GRIT_ABI::detail {

enum class Verdict : unsigned char { accept, retry, permanent };

GRIT_INLINE constexpr Verdict verdict_of(Signal const& signal) noexcept {
    return signal.kind() == Signal::Kind::permanent ? Verdict::permanent : Verdict::retry;
}

/// Asks the predicates Ps of a set: one positive says retry, and no veto.
///
/// A veto (RetryUnless and its kin) is also the positive one where no other predicate looks at the same channel.
template <class Predicates>
struct Judge;

template <class... Ps>
struct Judge<Types<Ps...>> {
    template <class P>
    using Traits = PredicateTraits<P>;

    static constexpr bool errors_named = ((Traits<Ps>::names_errors && !Traits<Ps>::vetoes) || ...);
    static constexpr bool results_named = ((Traits<Ps>::names_results && !Traits<Ps>::vetoes) || ...);
    static constexpr bool any_veto = (Traits<Ps>::vetoes || ...);

    template <class P>
    static constexpr bool positive = !Traits<P>::vetoes || (Traits<P>::names_errors && !errors_named) ||
                                     (Traits<P>::names_results && !results_named);

    /// What is never retried, and all that has to be caught; vetoes alone catch nothing.
    using Vetoes = Union<typename Traits<Ps>::Vetoes...>;
    using Handled = Union<Conditional<positive<Ps>, typename Traits<Ps>::Handles, Types<>>...>;
    using Named = Conditional<Handled::size == 0, Types<>, Union<Vetoes, Handled>>;

    /// True if the type of an exception says already that it is to be retried, so that nobody need be asked.
    template <class E>
    static constexpr bool always_retries = !any_veto && (Traits<Ps>::template always_retries<E> || ...);

    /// True unless the type of an exception says already that it is not to be retried.
    template <class E>
    static constexpr bool may_retry =
        !(Traits<Ps>::template always_vetoes<E> || ...) && ((positive<Ps> && Traits<Ps>::template may_retry<E>) || ...);

    /// The verdict on an exception of a type that is caught, and that is no signal.
    template <class Set, class E>
    GRIT_INLINE static constexpr Verdict of_exception([[maybe_unused]] Set const& set, E const& error) {
        if constexpr (always_retries<E>) return Verdict::retry;
        else {
            bool const retry =
                !(Traits<Ps>::forbids(predicate<Ps>(set), error) || ...) && (asked<Ps>(set, error) || ...);
            return retry ? Verdict::retry : Verdict::accept;
        }
    }

    template <class R>
    static constexpr bool may_hold_signal = ErrorChannel<R>::by_default && can_name<R, Signal>;
    /// True if a result of type R could ever be judged a failure.
    template <class R>
    static constexpr bool looks_at = ((positive<Ps> && Traits<Ps>::template looks_at<R>) || ...) || may_hold_signal<R>;

    template <class Set, class R>
    GRIT_INLINE static constexpr Verdict of_result([[maybe_unused]] Set const& set, R const& result) {
        if constexpr (may_hold_signal<R>) {
            Verdict const said = of_signal(result);
            if (said != Verdict::accept) return said;
        }
        bool const retry = !(forbidden<Ps>(set, result) || ...) && (asked_result<Ps>(set, result) || ...);
        return retry ? Verdict::retry : Verdict::accept;
    }

private:
    template <class R>
    GRIT_INLINE static constexpr Verdict of_signal(R const& result) {
        if (!ErrorChannel<R>::failed(result)) return Verdict::accept;
        return ErrorChannel<R>::template visit<Verdict>(result, []<class E>(E const& error) -> Verdict {
            if constexpr (is_base_of<Signal, E>) return verdict_of(error);
            else return Verdict::accept;
        });
    }
    template <class P, class Set, class E>
    GRIT_INLINE static constexpr bool asked(Set const& set, E const& error) {
        if constexpr (positive<P>) return Traits<P>::retries(predicate<P>(set), error);
        else return false;
    }
    template <class P, class Set, class R>
    GRIT_INLINE static constexpr bool asked_result(Set const& set, R const& result) {
        if constexpr (positive<P>) return Traits<P>::retries_result(predicate<P>(set), result);
        else return false;
    }
    template <class P, class Set, class R>
    GRIT_INLINE static constexpr bool forbidden(Set const& set, R const& result) {
        // A lone veto says no by its positive form, which need not ask its callable twice.
        if constexpr (sizeof...(Ps) > 1) return Traits<P>::forbids_result(predicate<P>(set), result);
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

// The order of the clauses.

/// True if some named type would also catch a rejection, which must then be caught before it.
template <class List>
inline constexpr bool reaches_rejections = false;
template <class... Es>
inline constexpr bool reaches_rejections<Types<Es...>> =
    ((is_base_of<Es, Rejected> && !std::is_same_v<Es, Rejected>) || ...);

/// What is asked first: vetoes, then what is named, then signals and rejections, unless they come before a named base.
template <class Vetoes>
struct RetryRanks {
    template <class E, class All>
    static constexpr int of = contains<E, Vetoes>                                          ? 0
                              : !std::is_same_v<E, Signal> && !std::is_same_v<E, Rejected> ? 1
                              : has_base<E, All>                                           ? 2
                                                                                           : 3;
};

/// Most lists stand in their order already, as RetryIf demands, with nothing in them that Signal derives from.
template <class Named, class Vetoes>
struct Clauses : Sorted<Union<Named, Types<Signal>, Conditional<reaches_rejections<Named>, Types<Rejected>, Types<>>>,
                        RetryRanks<Vetoes>> {};
template <class... Es>
    requires(are_derived_first<Es..., Signal> && !reaches_rejections<Types<Es...>>)
struct Clauses<Types<Es...>, Types<>> {
    using type = Types<Es..., Signal>;
};

/// The types to catch, in the order of their clauses: what is named, signals, and rejections where a named base would
/// take them. Memoised on the named types, so that policies with the same errors share it.
template <class Named, class Vetoes>
using CatchList = typename Clauses<Named, Vetoes>::type;

} // namespace grit::inline GRIT_ABI::detail
