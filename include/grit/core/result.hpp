// SPDX-License-Identifier: BSL-1.0
#pragma once
// The error channel of a result: expected-like types, std::error_code and std::variant, seen through one window.

#include <concepts>
#include <system_error>
#include <variant>

#include <grit/core/rejected.hpp>
#include <grit/core/types.hpp>

namespace grit {

/// A result that holds a value or an error: has_value() and error(), as std::expected has, or ok() and error().
template <class R>
concept ExpectedLike = requires(R const& r) { r.error(); } && (requires(R const& r) {
                           { r.has_value() } -> std::convertible_to<bool>;
                       } || requires(R const& r) {
                           { r.ok() } -> std::convertible_to<bool>;
                       });

namespace detail {

template <class R>
GRIT_INLINE constexpr bool holds_value(R const& r) {
    if constexpr (requires { static_cast<bool>(r.has_value()); }) return static_cast<bool>(r.has_value());
    else return static_cast<bool>(r.ok());
}

/// A result that the library has put around another one, as try_call does: it says `using Wrapped = R`.
template <class R>
concept WrapsResult = requires { typename R::Wrapped; };

template <class T>
inline constexpr bool is_variant = false;
template <class... Ts>
inline constexpr bool is_variant<std::variant<Ts...>> = true;

/// The types that an error object may turn out to be: itself, or the alternatives of a variant.
template <class E>
struct Alternatives {
    using type = Types<E>;
};
template <class... Es>
struct Alternatives<std::variant<Es...>> {
    using type = Types<Es...>;
};

/// Calls visit(error) with the alternative that a variant holds, or with the object itself.
template <class Result, class E, class Visit>
GRIT_INLINE constexpr Result visit_error(E const& error, Visit const& visit) {
    if constexpr (is_variant<E>) {
        Result result{};
        auto const one = [&]<std::size_t I>(std::integral_constant<std::size_t, I>) {
            auto const* held = std::get_if<I>(&error);
            if (held != nullptr) result = visit(*held);
        };
        [&]<std::size_t... Is>(std::index_sequence<Is...>) {
            (one(std::integral_constant<std::size_t, Is>{}), ...);
        }(std::make_index_sequence<std::variant_size_v<E>>{});
        return result;
    } else {
        return visit(error);
    }
}

} // namespace detail

/// How errors travel in results of type R. `exists`: there is a channel; `by_default`: an error in it is a failure even
/// if no predicate is named; `Errors`: the types that the error may have.
template <class R>
struct ErrorChannel {
    static constexpr bool exists = false;
    static constexpr bool by_default = false;
    using Errors = Types<>;
};

template <class R>
    requires(ExpectedLike<R> && !detail::WrapsResult<R>)
struct ErrorChannel<R> {
    static constexpr bool exists = true;
    static constexpr bool by_default = true;
    using Error = std::remove_cvref_t<decltype(std::declval<R const&>().error())>;
    using Errors = typename detail::Alternatives<Error>::type;

    GRIT_INLINE static constexpr bool failed(R const& r) { return !detail::holds_value(r); }
    template <class Result, class Visit>
    GRIT_INLINE static constexpr Result visit(R const& r, Visit const& visit) {
        return detail::visit_error<Result>(r.error(), visit);
    }
};

/// A result of the library around one of the user: both of their errors are errors of it, so that nothing is hidden.
/// The alternatives of a variant inside are not looked at.
template <class R>
    requires detail::WrapsResult<R>
struct ErrorChannel<R> {
    using Outer = std::remove_cvref_t<decltype(std::declval<R const&>().error())>;
    using Inner = ErrorChannel<typename R::Wrapped>;
    static constexpr bool exists = true;
    static constexpr bool by_default = true;
    static constexpr bool looks_inside = Inner::by_default;
    using Errors = Union<typename detail::Alternatives<Outer>::type,
                         detail::Conditional<looks_inside, typename Inner::Errors, Types<>>>;

    GRIT_INLINE static constexpr bool failed(R const& r) {
        if (!r.has_value()) return true;
        if constexpr (looks_inside) return Inner::failed(*r);
        else return false;
    }
    template <class Result, class Visit>
    GRIT_INLINE static constexpr Result visit(R const& r, Visit const& visit) {
        if constexpr (looks_inside)
            if (r.has_value()) return Inner::template visit<Result>(*r, visit);
        return detail::visit_error<Result>(r.error(), visit);
    }
};

/// A code, which is an error unless it is zero: std::error_code, and what is derived from it.
template <class R>
    requires(std::is_base_of_v<std::error_code, R> && !ExpectedLike<R>)
struct ErrorChannel<R> {
    static constexpr bool exists = true;
    static constexpr bool by_default = true;
    using Errors = Types<R>;

    GRIT_INLINE static bool failed(R const& r) { return bool(static_cast<std::error_code const&>(r)); }
    template <class Result, class Visit>
    GRIT_INLINE static Result visit(R const& r, Visit const& visit) {
        return visit(r);
    }
};

/// A variant may hold an error as one of its alternatives; only a predicate that names one makes it a failure.
template <class... Ts>
struct ErrorChannel<std::variant<Ts...>> {
    static constexpr bool exists = true;
    static constexpr bool by_default = false;
    using Errors = Types<Ts...>;

    GRIT_INLINE static constexpr bool failed(std::variant<Ts...> const&) { return true; }
    template <class Result, class Visit>
    GRIT_INLINE static constexpr Result visit(std::variant<Ts...> const& r, Visit const& visit) {
        return detail::visit_error<Result>(r, visit);
    }
};

namespace detail {
template <class Error, class... Es>
inline constexpr bool named_by_any = (names<Es, Error> || ...);
template <class Errors, class... Es>
inline constexpr bool any_named = false;
template <class... Errors, class... Es>
inline constexpr bool any_named<Types<Errors...>, Es...> = (named_by_any<Errors, Es...> || ...);
} // namespace detail

/// True if an error in a result of type R can be named by one of Es.
template <class R, class... Es>
inline constexpr bool can_name = detail::any_named<typename ErrorChannel<R>::Errors, Es...>;

} // namespace grit
