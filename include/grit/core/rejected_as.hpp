// SPDX-License-Identifier: BSL-1.0
#pragma once
// What becomes of a rejection where it leaves the outermost stage: its exception, or without exceptions a result.

#include <type_traits>
#include <utility>
#include <variant>

#include <grit/core/config.hpp>
#include <grit/core/contract.hpp>
#include <grit/core/rejected.hpp>
#include <grit/core/result.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {
template <class E, class J>
inline constexpr bool holds_rejection = std::is_same_v<E, J>;
template <class... Es, class J>
inline constexpr bool holds_rejection<std::variant<Es...>, J> = (std::is_same_v<Es, J> || ...);

/// Returns: an R made of its unexpected_type. A constructor of R that takes anything would take it for a value, where
/// the one for errors takes it by a reference to const, or else by an rvalue; so it is given as what the other one
/// takes.
template <class R, class Unexpected>
constexpr R made_of(Unexpected&& unexpected) {
    if constexpr (std::is_constructible_v<R, Unexpected const&>) {
        R made(std::as_const(unexpected));
        if (!holds_value(made)) return made;
    }
    return R(static_cast<Unexpected&&>(unexpected));
}

template <class J>
consteval errc code_of() {
    if constexpr (requires { J::code; }) return J::code;
    else return errc::rejected;
}
} // namespace detail

/// How a rejection becomes a result of type R: `static R make(J const&)`. Specialise it for a result of your own.
///
/// By itself, where the error of R is made from exactly that rejection or is a std::error_code: never by a converting
/// constructor of R, which would take it for a value.
template <class R>
struct RejectedAs {};

template <>
struct RejectedAs<std::error_code> {
    /// What stands for a code itself is that code.
    template <class J>
    static std::error_code make([[maybe_unused]] J const& rejection) noexcept {
        using Thrown = typename detail::AsThrown<J>::type;
        if constexpr (std::is_convertible_v<Thrown, std::error_code>) return static_cast<Thrown>(rejection);
        else return make_error_code(detail::code_of<J>());
    }
};

template <ExpectedLike R>
    requires requires { typename R::unexpected_type; }
struct RejectedAs<R> {
    using Error = std::remove_cvref_t<decltype(std::declval<R const&>().error())>;

    template <class J>
        requires detail::holds_rejection<Error, J>
    static constexpr R make(J const& rejection) {
        return detail::made_of<R>(typename R::unexpected_type(Error(rejection)));
    }
    template <class J>
        requires std::is_same_v<Error, std::error_code>
    static R make(J const& rejection) {
        return detail::made_of<R>(typename R::unexpected_type(RejectedAs<std::error_code>::make(rejection)));
    }
};

/// True if a rejection J has a form as a result of type R.
template <class R, class J>
concept RejectableAs = requires(J const& rejection) {
    { RejectedAs<R>::make(rejection) } -> std::same_as<R>;
};

/// Returns: the rejection as a result of type R.
template <class R, class J>
    requires RejectableAs<R, J>
constexpr R rejected_as(J const& rejection) {
    return RejectedAs<R>::make(rejection);
}

namespace detail {

/// Throws: the exception of the rejection. By value, so that no caller has to keep one in memory.
template <int Exceptions, class J>
[[noreturn]] GRIT_COLD void raise_rejection(J rejection) {
#if GRIT_EXCEPTIONS
    if constexpr (Exceptions != 0) throw static_cast<typename J::Thrown>(rejection);
#endif
    static_cast<void>(rejection);
    std::abort();
}

/// Ends a call of result R that was refused: by the exception of the rejection, or by a result.
template <int Exceptions, class R>
struct Refuse {
    template <class J>
    GRIT_INLINE constexpr R operator()(J const& rejection) const {
        if constexpr (Exceptions != 0) raise_rejection<Exceptions>(rejection);
        else if constexpr (RejectableAs<R, J>) return rejected_as<R>(rejection);
        else
            static_assert(detail::is_met<(always_false<J>)>,
                          "grit: a call can be refused where nothing can say so, because exceptions are disabled and "
                          "its result has no form for the rejection; return a std::error_code or an expected with it "
                          "as the error, specialise grit::RejectedAs, or write try_call instead");
    }
};

} // namespace detail
} // namespace grit::inline GRIT_ABI
