// SPDX-License-Identifier: BSL-1.0
#pragma once
// Calling a callable, member pointers included, without the cost of <functional>.

#include <type_traits>
#include <utility>

#include <grit/core/config.hpp>

namespace grit::inline GRIT_ABI::detail {

/// What std::is_invocable says, at a fraction of its cost to the compiler.
template <class F, class... Args>
concept CallableWith = requires { std::declval<F>()(std::declval<Args>()...); } ||
                       (std::is_member_pointer_v<std::remove_cvref_t<F>> && std::is_invocable_v<F, Args...>);

template <class F>
GRIT_INLINE constexpr decltype(auto) invoke(F&& f) {
    return static_cast<F&&>(f)();
}

/// Calls f(a, args...) as std::invoke does. Requires: std::is_invocable_v<F, A, Args...>.
template <class F, class A, class... Args>
GRIT_INLINE constexpr decltype(auto) invoke(F&& f, A&& a, Args&&... args) {
    using Bare = std::remove_cvref_t<F>;
    if constexpr (std::is_member_function_pointer_v<Bare>) {
        if constexpr (requires { (static_cast<A&&>(a).*f)(static_cast<Args&&>(args)...); })
            return (static_cast<A&&>(a).*f)(static_cast<Args&&>(args)...);
        else if constexpr (requires { ((*static_cast<A&&>(a)).*f)(static_cast<Args&&>(args)...); })
            return ((*static_cast<A&&>(a)).*f)(static_cast<Args&&>(args)...);
        else return (a.get().*f)(static_cast<Args&&>(args)...);
    } else if constexpr (std::is_member_object_pointer_v<Bare>) {
        if constexpr (requires { static_cast<A&&>(a).*f; }) return (static_cast<A&&>(a).*f);
        else if constexpr (requires { (*static_cast<A&&>(a)).*f; }) return ((*static_cast<A&&>(a)).*f);
        else return (a.get().*f);
    } else {
        return static_cast<F&&>(f)(static_cast<A&&>(a), static_cast<Args&&>(args)...);
    }
}

} // namespace grit::inline GRIT_ABI::detail
