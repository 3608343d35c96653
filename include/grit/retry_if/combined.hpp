// SPDX-License-Identifier: BSL-1.0
#pragma once
// What RetryAny and RetryAll share: the predicates that they combine.

#include <grit/core/hana.hpp>
#include <grit/retry_if/traits.hpp>

namespace grit::inline GRIT_ABI::detail {

template <class Indices, class... Ps>
class CombinedPredicates;
template <std::size_t... Is, class... Ps>
class CombinedPredicates<std::index_sequence<Is...>, Ps...> : public Hold<Ps...> {
public:
    using Hold<Ps...>::Hold;

protected:
    template <class E>
    GRIT_INLINE constexpr bool any_exception(E const& e) const {
        return (PredicateTraits<Ps>::retries(this->template part<Is>(), e) || ...);
    }
    template <class E>
    GRIT_INLINE constexpr bool all_exception(E const& e) const {
        return (PredicateTraits<Ps>::retries(this->template part<Is>(), e) && ...);
    }
    template <class R>
    GRIT_INLINE constexpr bool any_result(R const& r) const {
        return (PredicateTraits<Ps>::retries_result(this->template part<Is>(), r) || ...);
    }
    template <class R>
    GRIT_INLINE constexpr bool all_result(R const& r) const {
        return (PredicateTraits<Ps>::retries_result(this->template part<Is>(), r) && ...);
    }
};

} // namespace grit::inline GRIT_ABI::detail
