// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryIf and RetryUnless: retry by the type of the error, on whichever channel it comes.

#include <grit/retry_if/default.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

template <class... Es>
inline constexpr bool are_no_pointers = !(std::is_pointer_v<std::remove_cvref_t<Es>> || ...);

} // namespace detail

/// Retries an error that is one of Es or derived from one: thrown, as error(), or as an alternative of a variant.
///
/// Rejections are meant only if Rejected or a type derived from it is named. Answers depend on types alone.
/// Thread safety: a const value without state.
template <class... Es>
struct RetryIf {
    static_assert(detail::is_met<(sizeof...(Es) != 0)>,
                  "grit: 'RetryIf' names nothing, because its list of errors is empty; write the "
                  "types to retry, or RetryNever instead");
    static_assert(detail::is_met<(sizeof...(Es) <= 16)>,
                  "grit: 'RetryIf' names too many errors, because each is a catch clause and 16 "
                  "are the most; write a common base instead");
    static_assert(detail::is_met<(detail::are_plain<Es...>)>,
                  "grit: 'RetryIf' names a reference or const type, because errors are "
                  "named by their own type; write RetryIf<E> instead of RetryIf<E const&>");
    static_assert(detail::is_met<(detail::are_distinct<Es...>)>,
                  "grit: 'RetryIf' names an error twice, because a type occurs twice in "
                  "its list; write it once instead");
    static_assert(detail::is_met<(!detail::are_distinct<Es...> || detail::are_derived_first<Es...>)>,
                  "grit: 'RetryIf' names an error that is never reached, because it comes after its base; write the "
                  "derived type before the base, or the base alone instead");

    static_assert(
        detail::is_met<(detail::are_no_pointers<Es...>)>,
        "grit: 'RetryIf' names a pointer, because errors are thrown and caught by value; write RetryIf<E> instead "
        "of RetryIf<E*>");

    static constexpr Family family = Family::retry;
    using Kind = RetryIf<>;
    static constexpr char const* name = "RetryIf";
    static consteval auto arguments() { return Types<Es...>{}; }
    using Handles = Types<Es...>;

    template <class E>
    static constexpr bool always_retries = detail::named_by_any<E, Es...>;
    template <class E>
    static constexpr bool may_retry = always_retries<E>;
    template <class E>
    GRIT_INLINE constexpr bool on_exception(E const&) const noexcept {
        return always_retries<E>;
    }

    template <class R>
    static constexpr bool looks_at = can_name<R, Es...>;

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return detail::holds_error<Es...>(r);
    }
};

/// Retries what would be retried by default, except an error that is one of Es or derived from one. Beside a predicate
/// that says what to retry, it vetoes only: nothing is retried that is one of Es.
///
/// It must catch in order to look: every std::exception is caught, and rethrown if it is one of Es.
/// Thread safety: a const value without state.
template <class... Es>
struct RetryUnless {
    static_assert(detail::is_met<(sizeof...(Es) != 0)>,
                  "grit: 'RetryUnless' names nothing, because its list of errors is empty; write "
                  "the types not to retry, or no predicate at all instead");
    static_assert(detail::is_met<(sizeof...(Es) <= 15)>,
                  "grit: 'RetryUnless' names too many errors, because each is a catch clause and "
                  "15 are the most beside std::exception; write a common base instead");
    static_assert(detail::is_met<(detail::are_plain<Es...>)>,
                  "grit: 'RetryUnless' names a reference or const type, because errors are named by their own type; "
                  "write RetryUnless<E> instead of RetryUnless<E const&>");
    static_assert(detail::is_met<(detail::are_distinct<Es...>)>,
                  "grit: 'RetryUnless' names an error twice, because a type occurs twice "
                  "in its list; write it once instead");
    static_assert(detail::is_met<(!detail::are_distinct<Es...> || detail::are_derived_first<Es...>)>,
                  "grit: 'RetryUnless' names an error that is never reached, because it comes after its base; write "
                  "the derived type before the base, or the base alone instead");

    static_assert(detail::is_met<(detail::are_no_pointers<Es...>)>,
                  "grit: 'RetryUnless' names a pointer, because errors are thrown and caught by value; write "
                  "RetryUnless<E> instead "
                  "of RetryUnless<E*>");

    static constexpr Family family = Family::retry;
    using Kind = RetryUnless<>;
    static constexpr char const* name = "RetryUnless";
    static consteval auto arguments() { return Types<Es...>{}; }
    using Handles = Union<Types<Es...>, Types<std::exception>>;
    using Vetoes = Types<Es...>;
    static constexpr bool vetoes = true;

    template <class E>
    static constexpr bool always_vetoes = detail::named_by_any<E, Es...>;
    template <class E>
    static constexpr bool may_retry = names<std::exception, E> && !always_vetoes<E>;
    template <class E>
    GRIT_INLINE constexpr bool on_exception(E const&) const noexcept {
        return may_retry<E>;
    }
    template <class E>
    GRIT_INLINE constexpr bool vetoes_exception(E const&) const noexcept {
        return always_vetoes<E>;
    }

    template <class R>
    static constexpr bool looks_at = detail::can_fail_with_other<R, Rejected, Es...>;

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return detail::fails(r) && !detail::holds_error<Rejected, Es...>(r);
    }
    template <class R>
    GRIT_INLINE constexpr bool vetoes_result(R const& r) const {
        return detail::holds_error<Es...>(r);
    }
};

} // namespace grit::inline GRIT_ABI
