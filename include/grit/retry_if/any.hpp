// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryAny and `|`: retry if one of several predicates says so.

#include <grit/retry_if/combined.hpp>

namespace grit::inline GRIT_ABI {

/// Retries if one of Ps says so; they are asked in their order, and none after the first that says yes.
///
/// Inside, a RetryUnless says yes as it does alone; it vetoes nothing here. `a | b` is RetryAny{a, b}, flattened.
/// Thread safety: that of Ps.
template <class... Ps>
class RetryAny : public detail::CombinedPredicates<std::index_sequence_for<Ps...>, Ps...> {
    static_assert(detail::is_met<(sizeof...(Ps) != 0)>,
                  "grit: 'RetryAny' combines nothing, because its list is empty; write the "
                  "predicates to combine, or RetryNever instead");
    static_assert(detail::is_met<(RetryPredicate<Ps> && ...)>,
                  "grit: 'RetryAny' was given something that is no retry predicate, because only predicates can be "
                  "combined; write policies such as RetryIf<E> or RetryIfResult{f} instead");

public:
    static constexpr Family family = Family::retry;
    using Kind = RetryAny<>;
    static constexpr char const* name = "RetryAny";
    static consteval auto arguments() { return Types<Ps...>{}; }
    using Handles = Union<typename detail::PredicateTraits<Ps>::Handles...>;
    static constexpr bool names_errors = (detail::PredicateTraits<Ps>::names_errors || ...);
    static constexpr bool names_results = (detail::PredicateTraits<Ps>::names_results || ...);

    using detail::CombinedPredicates<std::index_sequence_for<Ps...>, Ps...>::CombinedPredicates;

    template <class E>
    GRIT_INLINE constexpr bool on_exception(E const& e) const {
        return this->any_exception(e);
    }

    template <class R>
    static constexpr bool looks_at = (detail::PredicateTraits<Ps>::template looks_at<R> || ...);

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return this->any_result(r);
    }
};
template <class... Ps>
RetryAny(Ps...) -> RetryAny<Ps...>;

/// Retries if a or b says so. Returns: a flat RetryAny.
template <RetryPredicate A, RetryPredicate B>
constexpr auto operator|(A const& a, B const& b) {
    return detail::combine<RetryAny>(a, b);
}

} // namespace grit::inline GRIT_ABI
