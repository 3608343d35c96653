// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitRandomExponential: exponential growth with full jitter.

#include <grit/core/random.hpp>
#include <grit/wait/exponential.hpp>

namespace grit::inline GRIT_ABI {

/// Draws from [Min, v], where v is the wait of WaitExponential with the same arguments; with the default minimum of
/// zero it is WaitJitter<WaitExponential<...>, 100>.
///
/// Requires, Throws, Units: those of WaitExponential. Thread safety: a const value. Source: tenacity's
/// wait_random_exponential.
template <ConstantDuration Initial = dynamic, ConstantDuration Max = dynamic, Factor Growth = 2,
          ConstantDuration Min = Duration::zero()>
class WaitRandomExponential : public WaitExponential<Initial, Max, Growth, Min> {
    using Exponential = WaitExponential<Initial, Max, Growth, Min>;

public:
    static constexpr char const* name = "WaitRandomExponential";
    static consteval auto arguments() {
        return Types<Constant<Initial>, Constant<Max>, ConstantOr<Growth, Factor{2}>,
                     ConstantOr<Min, ConstantDuration{Duration::zero()}>>{};
    }
    using Kind = WaitRandomExponential<>;
    using typename Exponential::State;
    static constexpr bool needs_random = true;

    using Exponential::Exponential;

    template <class Q>
    GRIT_INLINE constexpr Duration value(State s, Q const& q) const {
        return draw_between(this->minimum(), Exponential::value(s, q), q.draw());
    }
    constexpr Bounds bounds(State s) const noexcept { return {this->minimum(), Exponential::bounds(s).most}; }
};
template <class I, class M>
WaitRandomExponential(I, M) -> WaitRandomExponential<>;
template <class I, class M, class F>
WaitRandomExponential(I, M, F) -> WaitRandomExponential<dynamic, dynamic, dynamic>;
template <class I, class M, class F, class L>
WaitRandomExponential(I, M, F, L) -> WaitRandomExponential<dynamic, dynamic, dynamic, dynamic>;

} // namespace grit::inline GRIT_ABI
