// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryIfError and RetryUnlessError: retry by the value of an error code.

#include <grit/retry_if/error_code_list.hpp>

namespace grit::inline GRIT_ABI {

/// Retries an error that equals one of the codes: `RetryIfError<std::errc::timed_out>`, or, with values known at run
/// time, `RetryIfError{codes...}`, whose type is `RetryIfError<Types<decltype(codes)...>{}>`.
///
/// The error is a std::error_code that was returned, the error of a result if it can be compared with a code, or the
/// code() of a std::system_error that was thrown or is the error of a result. Codes of Boost: adapter/boost_system.hpp.
/// Thread safety: a const value.
template <auto... Codes>
class RetryIfError {
    static_assert(detail::is_met<(sizeof...(Codes) != 0)>,
                  "grit: 'RetryIfError' names nothing, because its list of codes is empty; "
                  "write the codes to retry, or RetryNever instead");
    using List = typename detail::CodeListOf<Codes...>::type;

public:
    static constexpr Family family = Family::retry;
    using Kind = RetryIfError<>;
    static constexpr char const* name = "RetryIfError";
    static consteval auto arguments() { return Types<Constant<Codes>...>{}; }
    using Handles = typename List::Holders;
    static constexpr bool names_errors = true;

    constexpr RetryIfError()
        requires detail::BuiltOnDemand<List>
    = default;
    template <class... Cs>
        requires(sizeof...(Codes) == 1 && std::is_constructible_v<List, Cs...>)
    explicit constexpr RetryIfError(Cs... codes) : list_(codes...) {}

    template <class E>
    GRIT_INLINE constexpr bool on_exception(E const& e) const {
        if constexpr (names<std::exception, E>) return list_.contains(e);
        else return false;
    }

    template <class R>
    static constexpr bool looks_at = detail::compares_with<List, R>;

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return detail::holds_code(list_, r);
    }

private:
    [[no_unique_address]] List list_;
};
template <class... Cs>
RetryIfError(Cs...) -> RetryIfError<Types<Cs...>{}>;

/// Retries what would be retried by default, except an error that equals one of the codes. Beside a predicate that says
/// what to retry, it vetoes only: an error with one of the codes is not retried.
///
/// It must catch in order to look: every std::exception is caught, and rethrown if its code is one of these.
/// Thread safety: a const value.
template <auto... Codes>
class RetryUnlessError {
    static_assert(detail::is_met<(sizeof...(Codes) != 0)>,
                  "grit: 'RetryUnlessError' names nothing, because its list of codes is empty; "
                  "write the codes not to retry, or no predicate at all instead");
    using List = typename detail::CodeListOf<Codes...>::type;

public:
    static constexpr Family family = Family::retry;
    using Kind = RetryUnlessError<>;
    static constexpr char const* name = "RetryUnlessError";
    static consteval auto arguments() { return Types<Constant<Codes>...>{}; }
    using Vetoes = typename List::Holders;
    using Handles = Union<Vetoes, Types<std::exception>>;
    static constexpr bool names_errors = true;
    static constexpr bool vetoes = true;

    constexpr RetryUnlessError()
        requires detail::BuiltOnDemand<List>
    = default;
    template <class... Cs>
        requires(sizeof...(Codes) == 1 && std::is_constructible_v<List, Cs...>)
    explicit constexpr RetryUnlessError(Cs... codes) : list_(codes...) {}

    template <class E>
    GRIT_INLINE constexpr bool on_exception(E const& e) const {
        return names<std::exception, E> && !vetoes_exception(e);
    }
    template <class E>
    GRIT_INLINE constexpr bool vetoes_exception(E const& e) const {
        if constexpr (names<std::exception, E>) return list_.contains(e);
        else return false;
    }

    template <class R>
    static constexpr bool looks_at = detail::can_fail_with_other<R, Rejected>;

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return detail::fails(r) && !detail::holds_error<Rejected>(r) && !vetoes_result(r);
    }
    template <class R>
    GRIT_INLINE constexpr bool vetoes_result(R const& r) const {
        return detail::holds_code(list_, r);
    }

private:
    [[no_unique_address]] List list_;
};
template <class... Cs>
RetryUnlessError(Cs...) -> RetryUnlessError<Types<Cs...>{}>;

} // namespace grit::inline GRIT_ABI
