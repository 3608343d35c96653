// SPDX-License-Identifier: BSL-1.0
#pragma once
// How an operation is called: with its arguments alone, or with the attempt before them; and what it returns.

#include <variant>

#include <grit/core/attempt.hpp>
#include <grit/core/invoke.hpp>
#include <grit/core/types.hpp>

namespace grit::detail {

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

/// What types say of an operation F and its arguments, whatever the policies.
template <class F, class... Args>
struct CallTraits {
    static constexpr bool takes_nothing = CallableWith<F&, Args&...>;
    // Asked one after the other: to ask a callable with a deduced result what it takes is to compile its body.
    static consteval bool can_take_attempt() {
        if constexpr (takes_nothing) return false;
        else return CallableWith<F&, Attempt const&, Args&...>;
    }
    static constexpr bool takes_attempt = can_take_attempt();
    static constexpr bool takes_timed = !takes_nothing && !takes_attempt;
    static consteval bool can_be_called() {
        if constexpr (takes_timed) return CallableWith<F&, TimedAttempt const&, Args&...>;
        else return true;
    }
    static constexpr bool callable = can_be_called();

    static consteval auto result_type() {
        if constexpr (takes_nothing) return call_result<F&, Args&...>();
        else if constexpr (takes_attempt) return call_result<F&, Attempt const&, Args&...>();
        else if constexpr (callable) return call_result<F&, TimedAttempt const&, Args&...>();
        else return std::type_identity<void>{};
    }
    static consteval bool cannot_throw() {
        if constexpr (takes_nothing) return call_cannot_throw<F&, Args&...>();
        else if constexpr (takes_attempt) return call_cannot_throw<F&, Attempt const&, Args&...>();
        else if constexpr (callable) return call_cannot_throw<F&, TimedAttempt const&, Args&...>();
        else return false;
    }
    using Result = typename decltype(result_type())::type;
    /// What predicates look at: the result by value; nothing of a void.
    using Judged = Conditional<std::is_void_v<Result>, std::monostate, std::remove_cvref_t<Result>>;
};

} // namespace grit::detail
