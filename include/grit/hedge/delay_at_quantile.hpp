// SPDX-License-Identifier: BSL-1.0
#pragma once
// DelayAtQuantile: lets the delay of a hedge follow how long calls take.

#include <type_traits>

#include <grit/core/concepts.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {
/// The family of what only a Hedge knows.
struct HedgeFamily {
    static constexpr Family delay = Family{30};
};
} // namespace detail

/// The delay of a Hedge follows the time that `Percent` of the first attempts take: `Hedge<50ms, 2,
/// DelayAtQuantile<95>>` starts with 50 ms, and after some hundred calls a twentieth of them is hedged. It stays
/// between `Min` and `Max`.
///
/// It moves with every call: Percent / 2000 up where the first attempt has not ended before the delay, (100 - Percent)
/// / 2000 down where it has; a first attempt that fails before says nothing. Requires: a percentage from 1 to 99, and 0
/// < Min <= Max. Thread safety: a const value; the Hedge keeps the delay. Source: multiplicative incremental quantile
/// estimation (Yazidi and Hammer, 2016).
template <ConstantInt Percent, ConstantDuration Min = std::chrono::milliseconds{1},
          ConstantDuration Max = std::chrono::seconds{60}>
class DelayAtQuantile {
    static_assert(detail::is_met<(!Percent.is_dynamic() && Percent.value() >= 1 && Percent.value() <= 99)>,
                  "grit: 'DelayAtQuantile' was given no percentage, because it is below 1 or above 99; write "
                  "DelayAtQuantile<95> instead");
    static_assert(detail::is_met<(!Min.is_dynamic() && !Max.is_dynamic() && Min.value() > Duration::zero() &&
                                  Min.value() <= Max.value())>,
                  "grit: 'DelayAtQuantile' was given bounds that contradict each other, because the least delay is "
                  "zero, or above the longest; write DelayAtQuantile<95, 1ms, 60s> instead");

public:
    static constexpr Family family = detail::HedgeFamily::delay;
    using Kind = std::integral_constant<Family, detail::HedgeFamily::delay>;
    static constexpr char const* name = "DelayAtQuantile";
    static consteval auto arguments() {
        return Types<Constant<Percent>, ConstantOr<Min, ConstantDuration{std::chrono::milliseconds{1}}>,
                     ConstantOr<Max, ConstantDuration{std::chrono::seconds{60}}>>{};
    }

    /// Returns: the delay within the bounds.
    static constexpr Duration within_bounds(Duration d) noexcept {
        if (d < Min.value()) return Min.value();
        return d < Max.value() ? d : Max.value();
    }
    /// Returns: the next delay. In time: the first attempt has ended before this one.
    static constexpr Duration next(Duration d, bool in_time) noexcept {
        Duration const step = d < Duration{2000} ? Duration{1} : d / 2000;
        return within_bounds(in_time ? d - step * (100 - Percent.value()) : saturating_add(d, step * Percent.value()));
    }
};

} // namespace grit::inline GRIT_ABI
