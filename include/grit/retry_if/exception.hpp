// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryIfException: retry by what the error says, asked by a callable that takes it.

#include <type_traits>

#include <grit/core/callable.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// The error that a callable takes: its only parameter, or the class of a member function. void if it has no one type.
template <class F>
struct ErrorOf {
    using type = void;
};
template <class R, class A>
struct ErrorOf<R (*)(A)> {
    using type = std::remove_cvref_t<A>;
};
template <class R, class A>
struct ErrorOf<R (*)(A) noexcept> : ErrorOf<R (*)(A)> {};

template <class R, class C>
struct ErrorOf<R (C::*)() const> {
    using type = C;
};
template <class R, class C>
struct ErrorOf<R (C::*)() const noexcept> : ErrorOf<R (C::*)() const> {};
template <class T, class C>
    requires(!std::is_function_v<T>)
struct ErrorOf<T C::*> {
    using type = C;
};

template <class Call>
struct ErrorOfOperator;
template <class R, class C, class A>
struct ErrorOfOperator<R (C::*)(A) const> {
    using type = std::remove_cvref_t<A>;
};
template <class R, class C, class A>
struct ErrorOfOperator<R (C::*)(A) const noexcept> : ErrorOfOperator<R (C::*)(A) const> {};
template <class F>
    requires requires { typename ErrorOfOperator<decltype(&F::operator())>::type; }
struct ErrorOf<F> : ErrorOfOperator<decltype(&F::operator())> {};

/// True if f says yes or no to a constant error of the type that it takes.
template <class F, class E>
inline constexpr bool says_yes_or_no = false;
template <class F, class E>
    requires std::is_invocable_v<F const&, E const&>
inline constexpr bool says_yes_or_no<F, E> = std::is_constructible_v<bool, std::invoke_result_t<F const&, E const&>>;
template <class F, class E = typename ErrorOf<F>::type>
using ErrorJudgedBy = Conditional<says_yes_or_no<F, E>, E, void>;

} // namespace detail

/// Retries an error of the type that f takes if f says true: `RetryIfException{[](HttpError const& e) { return
/// e.status == 503; }}`, or, where f is a constant, `RetryIfException<&HttpError::is_transient>`.
///
/// The error may be thrown or be the error of a result. Thread safety: that of calls to f through const.
template <auto F = dynamic, class Fn = void>
class RetryIfException {
    using Call = detail::Callable<F, Fn>;
    using Error = detail::ErrorJudgedBy<std::remove_cv_t<typename Call::type>>;

    static_assert(detail::is_met<(!std::is_void_v<Error>)>,
                  "grit: 'RetryIfException' cannot tell which error to catch, because its callable does not take "
                  "exactly one type through const; write [](HttpError const& error) { return …; } instead");

public:
    static constexpr Family family = Family::retry;
    using Kind = RetryIfException<>;
    static constexpr char const* name = "RetryIfException";
    static consteval auto arguments() { return Types<Constant<F>>{}; }
    using Handles = std::conditional_t<std::is_void_v<Error>, Types<>, Types<Error>>;

    constexpr RetryIfException()
        requires detail::BuiltOnDemand<Call>
    = default;
    template <std::convertible_to<Fn> G>
    explicit constexpr RetryIfException(G f) : f_(std::move(f)) {}

    template <class E>
    static constexpr bool may_retry = names<Error, E>;
    template <class E>
    GRIT_INLINE constexpr bool on_exception([[maybe_unused]] E const& e) const {
        if constexpr (!may_retry<E>) return false;
        else if constexpr (std::is_convertible_v<E const&, Error const&>) return bool(f_(e));
        else return bool(f_(static_cast<typename E::Thrown>(e))); // a rejection as a value
    }

    template <class R>
    static constexpr bool looks_at = can_name<R, Error>;

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return ErrorChannel<R>::failed(r) &&
               ErrorChannel<R>::template visit<bool>(r, [&](auto const& e) { return on_exception(e); });
    }

private:
    [[no_unique_address]] Call f_;
};
template <class Fn>
RetryIfException(Fn) -> RetryIfException<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
