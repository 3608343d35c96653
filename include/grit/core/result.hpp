// SPDX-License-Identifier: BSL-1.0
#pragma once
// The error channel of a result: expected-like types, std::error_code and std::variant, seen through one window.

#include <concepts>
#include <system_error>
#include <variant>

#include <grit/core/rejected.hpp>
#include <grit/core/types.hpp>

namespace grit::inline GRIT_ABI {

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
/// if no predicate is named; `Errors`: the types that the error may have; `failed`: whether it holds one of them.
template <class R>
struct ErrorChannel {
    static constexpr bool exists = false;
    static constexpr bool by_default = false;
    using Errors = Types<>;
};

namespace detail {

/// What stands inside a result that says has_value() and gives it by `*r`, such as TryResult and an optional; or void.
template <class R>
struct Inside {
    using type = void;
};
template <class R>
    requires requires(R const& r) {
        static_cast<bool>(r.has_value());
        *r;
    }
struct Inside<R> {
    using Value = std::remove_cvref_t<decltype(*std::declval<R const&>())>;
    using type = Conditional<std::is_same_v<Value, R>, void, Value>;
};
template <class R>
using InsideOf = typename Inside<R>::type;

/// The errors of an expected-like result itself.
template <class R>
struct OwnErrors {
    using type = Types<>;
};
template <ExpectedLike R>
struct OwnErrors<R> {
    using type = typename Alternatives<std::remove_cvref_t<decltype(std::declval<R const&>().error())>>::type;
};

/// True if the result holds an error that is a failure even if nobody names it.
template <class R>
GRIT_INLINE constexpr bool fails([[maybe_unused]] R const& r) {
    using Channel = ErrorChannel<R>;
    if constexpr (!Channel::by_default) return false;
    else if constexpr (requires { Channel::fails(r); }) return Channel::fails(r);
    else return Channel::failed(r);
}

/// True if there is a result inside of R that has a channel of its own.
template <class R, class In = InsideOf<R>>
inline constexpr bool wraps_result = ErrorChannel<In>::exists;
template <class R>
inline constexpr bool wraps_result<R, void> = false;

} // namespace detail

template <class R>
    requires(ExpectedLike<R> && !detail::wraps_result<R>)
struct ErrorChannel<R> {
    static constexpr bool exists = true;
    static constexpr bool by_default = true;
    using Errors = typename detail::OwnErrors<R>::type;

    GRIT_INLINE static constexpr bool failed(R const& r) { return !detail::holds_value(r); }
    template <class Result, class Visit>
    GRIT_INLINE static constexpr Result visit(R const& r, Visit const& visit) {
        return detail::visit_error<Result>(r.error(), visit);
    }
};

/// A result around another one, as try_call puts one around what the operation returned: the errors of both are errors
/// of it, so that nothing is hidden. `fails` says whether one of them is a failure by default.
template <class R>
    requires detail::wraps_result<R>
struct ErrorChannel<R> {
    using Inner = ErrorChannel<detail::InsideOf<R>>;
    static constexpr bool has_own = ExpectedLike<R>;
    static constexpr bool exists = true;
    static constexpr bool by_default = has_own || Inner::by_default;
    using Errors = Union<typename detail::OwnErrors<R>::type, typename Inner::Errors>;

    GRIT_INLINE static constexpr bool failed(R const& r) { return r.has_value() ? Inner::failed(*r) : has_own; }
    GRIT_INLINE static constexpr bool fails(R const& r) { return r.has_value() ? detail::fails(*r) : has_own; }
    template <class Result, class Visit>
    GRIT_INLINE static constexpr Result visit(R const& r, Visit const& visit) {
        if (r.has_value()) return Inner::template visit<Result>(*r, visit);
        if constexpr (has_own) return detail::visit_error<Result>(r.error(), visit);
        else return Result{};
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

/// True if no error comes after one that names it too.
template <class Errors>
inline constexpr bool all_reached = true;
template <class E, class... Rest>
inline constexpr bool all_reached<Types<E, Rest...>> = (!names<E, Rest> && ...) && all_reached<Types<Rest...>>;
} // namespace detail

/// True if an error in a result of type R can be named by one of Es.
template <class R, class... Es>
inline constexpr bool can_name = detail::any_named<typename ErrorChannel<R>::Errors, Es...>;

} // namespace grit::inline GRIT_ABI
