// SPDX-License-Identifier: BSL-1.0
#pragma once
// What RetryAny and RetryAll share: a list of predicates that are asked in order.

#include <grit/core/concepts.hpp>
#include <grit/core/result.hpp>
#include <grit/core/value.hpp>

namespace grit::detail {

/// Asks a predicate about a result that it may not look at.
template <class P, class R>
GRIT_INLINE constexpr bool ask_result(P const& predicate, R const& r) {
    if constexpr (P::template looks_at<R>) return predicate.on_result(r);
    else return false;
}

/// The predicates of RetryAny or RetryAll; those without state are built on demand.
template <class Indices, class... Ps>
class PredicateList;

template <std::size_t... Is, class... Ps>
class PredicateList<std::index_sequence<Is...>, Ps...> : HeldAll<Ps...> {
public:
    using HeldAll<Ps...>::HeldAll;

    /// Returns: f(predicates...).
    template <class F>
    constexpr auto unpack(F const& f) const {
        return f(this->template part<Is>()...);
    }

protected:
    template <class E>
    GRIT_INLINE constexpr bool any_exception(E const& e) const {
        return (this->template part<Is>().on_exception(e) || ...);
    }
    template <class E>
    GRIT_INLINE constexpr bool all_exception(E const& e) const {
        return (this->template part<Is>().on_exception(e) && ...);
    }
    template <class R>
    GRIT_INLINE constexpr bool any_result(R const& r) const {
        return (detail::ask_result(this->template part<Is>(), r) || ...);
    }
    template <class R>
    GRIT_INLINE constexpr bool all_result(R const& r) const {
        return (detail::ask_result(this->template part<Is>(), r) && ...);
    }
};

} // namespace grit::detail
