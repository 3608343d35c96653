// SPDX-License-Identifier: BSL-1.0
#pragma once
// How an operation is run under a stage, under a shared one, or under a plain callable.

#include <functional>
#include <type_traits>

#include <grit/core/within.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

template <class T>
inline constexpr bool is_wrapped = false;
template <class T>
inline constexpr bool is_wrapped<std::reference_wrapper<T>> = true;

template <class T>
auto& unwrapped(T& stage) noexcept {
    if constexpr (is_wrapped<std::remove_const_t<T>>) return stage.get();
    else return stage;
}

/// Runs the operation under a policy: a stage, one that is shared, or a callable that takes an operation. `attempt` is
/// what surrounds the policy.
template <class Policy, class F>
decltype(auto) run_under(Policy& policy, F& operation, Attempt const& attempt) {
    if constexpr (Stage<std::remove_reference_t<decltype(unwrapped(policy))>>)
        return within(attempt, unwrapped(policy))(operation);
    else return policy(operation);
}

/// Hands a context to what runs inside it.
struct Under : StageInterface<Under> {
    Context const* context;
    explicit Under(Context const& c) noexcept : context(&c) {}
    struct Call {
        Context const* context;
        static void start(Attempt const&) noexcept {}
        Attempt attempt(Attempt const&) const noexcept { return Attempt{1, Duration::zero(), *context}; }
    };
    Call call(Attempt const&) const noexcept { return {context}; }
};

} // namespace grit::inline GRIT_ABI::llm::detail
