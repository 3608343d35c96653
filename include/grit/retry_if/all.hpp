// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryAll and `&`: retry if each of several predicates says so.

#include <grit/retry_if/combined.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// True if a predicate that handles Hs can say yes to an error of type E.
template <class E, class Handles>
inline constexpr bool is_handled = false;
template <class E, class... Hs>
inline constexpr bool is_handled<E, Types<Hs...>> = named_by_any<E, Hs...>;
template <class E, class... Ps>
using IfHandledByAll =
    std::conditional_t<(is_handled<E, typename PredicateTraits<Ps>::Handles> && ...), Types<E>, Types<>>;

/// Of a list of errors those that each P handles: nothing is caught that one of them would refuse by its type.
template <class List, class... Ps>
struct HandledByAll;
template <class... Es, class... Ps>
struct HandledByAll<Types<Es...>, Ps...> {
    template <class E>
    using One = IfHandledByAll<E, Ps...>;
    using type = grit::Union<One<Es>...>;
};

} // namespace detail

/// Retries if each of Ps says so; they are asked in their order, and none after the first that says no.
///
/// Inside, a RetryUnless says yes as it does alone. `a & b` is RetryAll{a, b}, flattened. Thread safety: that of Ps.
template <class... Ps>
class RetryAll : public detail::CombinedPredicates<std::index_sequence_for<Ps...>, Ps...> {
    static_assert(detail::is_met<(sizeof...(Ps) != 0)>,
                  "grit: 'RetryAll' combines nothing, because its list is empty; write the "
                  "predicates to combine, or RetryAlways instead");
    static_assert(detail::is_met<(RetryPredicate<Ps> && ...)>,
                  "grit: 'RetryAll' was given something that is no retry predicate, because only predicates can be "
                  "combined; write policies such as RetryIf<E> or RetryIfResult{f} instead");

public:
    static constexpr Family family = Family::retry;
    using Kind = RetryAll<>;
    static constexpr char const* name = "RetryAll";
    static consteval auto arguments() { return Types<Ps...>{}; }
    using Handles = typename detail::HandledByAll<Union<typename detail::PredicateTraits<Ps>::Handles...>, Ps...>::type;
    static constexpr bool names_errors = (detail::PredicateTraits<Ps>::names_errors && ...);
    static constexpr bool names_results = (detail::PredicateTraits<Ps>::names_results && ...);

    using detail::CombinedPredicates<std::index_sequence_for<Ps...>, Ps...>::CombinedPredicates;

    template <class E>
    GRIT_INLINE constexpr bool on_exception(E const& e) const {
        return this->all_exception(e);
    }

    template <class R>
    static constexpr bool looks_at = (detail::PredicateTraits<Ps>::template looks_at<R> && ...);

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return this->all_result(r);
    }
};
template <class... Ps>
RetryAll(Ps...) -> RetryAll<Ps...>;

/// Retries if a and b say so. Returns: a flat RetryAll.
template <RetryPredicate A, RetryPredicate B>
constexpr auto operator&(A const& a, B const& b) {
    return detail::combine<RetryAll>(a, b);
}

} // namespace grit::inline GRIT_ABI
