// SPDX-License-Identifier: BSL-1.0
#pragma once
// How an operation is called, in one place: with its arguments alone, or after an Attempt or a TimedAttempt.

#include <variant>

#include <grit/core/attempt.hpp>
#include <grit/core/invoke.hpp>
#include <grit/core/types.hpp>

namespace grit::detail {

/// What an operation takes before its arguments.
enum class Wants : unsigned char { nothing, attempt, timed, other };

// Asked one after the other: to ask a callable with a deduced result what it takes is to compile its body.
template <class F, class... Args>
consteval Wants what_it_wants() {
    if constexpr (CallableWith<F&, Args&...>) return Wants::nothing;
    else if constexpr (CallableWith<F&, Attempt const&, Args&...>) return Wants::attempt;
    else if constexpr (CallableWith<F&, TimedAttempt const&, Args&...>) return Wants::timed;
    else return Wants::other;
}

template <class F, class... Args>
consteval auto call_result() {
    if constexpr (requires { std::declval<F>()(std::declval<Args>()...); })
        return std::type_identity<decltype(std::declval<F>()(std::declval<Args>()...))>{};
    else return std::type_identity<std::invoke_result_t<F, Args...>>{};
}
template <class F, class... Args>
consteval bool call_cannot_throw() {
    if constexpr (requires { std::declval<F>()(std::declval<Args>()...); })
        return noexcept(std::declval<F>()(std::declval<Args>()...));
    else return std::is_nothrow_invocable_v<F, Args...>;
}

/// What types say of an operation F and its arguments, whatever surrounds it.
template <class F, class... Args>
struct CallTraits {
    static constexpr Wants wants = what_it_wants<F, Args...>();
    static constexpr bool callable = wants != Wants::other;

    static consteval auto result_type() {
        if constexpr (wants == Wants::nothing) return call_result<F&, Args&...>();
        else if constexpr (wants == Wants::attempt) return call_result<F&, Attempt const&, Args&...>();
        else if constexpr (wants == Wants::timed) return call_result<F&, TimedAttempt const&, Args&...>();
        else return std::type_identity<void>{};
    }
    static consteval bool cannot_throw() {
        if constexpr (wants == Wants::nothing) return call_cannot_throw<F&, Args&...>();
        else if constexpr (wants == Wants::attempt) return call_cannot_throw<F&, Attempt const&, Args&...>();
        else if constexpr (wants == Wants::timed) return call_cannot_throw<F&, TimedAttempt const&, Args&...>();
        else return false;
    }
    using Result = typename decltype(result_type())::type;
    /// What predicates look at: the result by value; nothing of a void.
    using Judged = Conditional<std::is_void_v<Result>, std::monostate, std::remove_cvref_t<Result>>;
};

/// Calls the operation with what it takes. `attempt` is an Attempt, or a TimedAttempt where the operation wants that.
template <class F, class At, class... Args>
GRIT_INLINE constexpr decltype(auto) call_operation(F& f, [[maybe_unused]] At const& attempt, Args&... args) {
    if constexpr (what_it_wants<F, Args...>() == Wants::nothing) return detail::invoke(f, args...);
    else return detail::invoke(f, attempt, args...);
}

} // namespace grit::detail
