// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryDefault: what is retried where no predicate is named.

#include <grit/core/concepts.hpp>
#include <grit/core/result.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// True if the result holds an error that one of Es names. Folds to a constant where the types decide.
template <class... Es, class R>
GRIT_INLINE constexpr bool holds_error([[maybe_unused]] R const& r) {
    if constexpr (can_name<R, Es...>)
        return ErrorChannel<R>::failed(r) &&
               ErrorChannel<R>::template visit<bool>(r, []<class E>(E const&) { return named_by_any<E, Es...>; });
    else return false;
}

/// True if a result of type R can hold an error that is a failure by default and that none of Es names.
template <class Errors, class... Es>
inline constexpr bool has_other = false;
template <class... Errors, class... Es>
inline constexpr bool has_other<Types<Errors...>, Es...> = (!named_by_any<Errors, Es...> || ...);
template <class R, class... Es>
inline constexpr bool can_fail_with_other =
    ErrorChannel<R>::by_default && has_other<typename ErrorChannel<R>::Errors, Es...>;

} // namespace detail

/// The default predicate: every exception derived from std::exception and every error of a result that has error() or
/// is a std::error_code, except rejections. It is used where no predicate is named; there is no need to name it.
struct RetryDefault {
    static constexpr Family family = Family::retry;
    using Kind = RetryDefault;
    static constexpr char const* name = "RetryDefault";
    using Handles = Types<std::exception>;

    template <class E>
    static constexpr bool always_retries = names<std::exception, E>;
    template <class E>
    static constexpr bool may_retry = always_retries<E>;
    template <class E>
    GRIT_INLINE constexpr bool on_exception(E const&) const noexcept {
        return always_retries<E>;
    }

    template <class R>
    static constexpr bool looks_at = detail::can_fail_with_other<R, Rejected>;

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return detail::fails(r) && !detail::holds_error<Rejected>(r);
    }
};

} // namespace grit::inline GRIT_ABI
