// SPDX-License-Identifier: BSL-1.0
#pragma once
// How an operation is run under a stage, under a shared one, or under a plain callable.

#include <functional>
#include <type_traits>

#include <grit/core/context.hpp>

namespace grit::llm::detail {

template <class T>
inline constexpr bool is_wrapped = false;
template <class T>
inline constexpr bool is_wrapped<std::reference_wrapper<T>> = true;

template <class T>
auto& unwrapped(T& stage) noexcept {
    if constexpr (is_wrapped<std::remove_const_t<T>>) return stage.get();
    else return stage;
}

/// Runs an operation under a stage, or under a plain callable that takes an operation.
template <class Policy, class Next>
decltype(auto) run_under(Policy& policy, Next& next, Context const& context) {
    if constexpr (requires { unwrapped(policy).run(next, context); }) return unwrapped(policy).run(next, context);
    else return policy(next);
}

} // namespace grit::llm::detail
