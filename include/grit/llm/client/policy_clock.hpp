// SPDX-License-Identifier: BSL-1.0
#pragma once
// Which clock a policy goes by.

#include <type_traits>

#include <grit/core/context.hpp>
#include <grit/retry.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

template <class P>
concept HoldsTime = P::family == Family::time && !std::is_empty_v<typename P::type>;

/// Returns: the clock that a policy goes by, so that a deadline is counted on it; `outer` where it has none of its own.
template <class Policy>
ClockView clock_of(Policy const&, ClockView outer) noexcept {
    return outer;
}
template <class... Ps>
ClockView clock_of(Retrying<Ps...> const& policy, ClockView outer) noexcept {
    [[maybe_unused]] auto const one = [&]<class P>(std::type_identity<P>) {
        if constexpr (HoldsTime<P>) outer = ClockView{&grit::detail::policy_of<P>(policy).get()};
    };
    (one(std::type_identity<Ps>{}), ...);
    return outer;
}

} // namespace grit::inline GRIT_ABI::llm::detail
