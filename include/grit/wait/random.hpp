// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitRandom: a wait drawn anew after every failed attempt.

#include <grit/core/random.hpp>
#include <grit/wait/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Draws every wait from [Min, Max], both ends included: `WaitRandom<1s, 2s>`, or `WaitRandom{min, max}`.
///
/// Requires: 0 <= Min <= Max. Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
template <ConstantDuration Min = dynamic, ConstantDuration Max = dynamic>
class WaitRandom : detail::DurationValue<Min, 0>, detail::DurationValue<Max, 1> {
    static_assert(detail::is_met<(detail::one_form(Min, Max))>,
                  "grit: 'WaitRandom' was given one constant and one run-time value, because only one bound stands in "
                  "its brackets; write WaitRandom<1s, 2s> or WaitRandom{min, max} instead");
    static_assert(detail::is_met<(Min.is_dynamic() || Max.is_dynamic() ||
                                  (Duration::zero() <= Min.value() && Min.value() <= Max.value()))>,
                  "grit: 'WaitRandom' was given bounds that contradict each other, because the least wait is negative "
                  "or above the most; write bounds with 0 <= min <= max instead");

public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitRandom";
    static consteval auto arguments() { return Types<Constant<Min>, Constant<Max>>{}; }
    static constexpr bool needs_failure = false;
    using Kind = WaitRandom<>;
    using State = detail::NoState;
    static constexpr bool needs_random = true;

    constexpr WaitRandom() = default;

    template <class T>
        requires(Min.is_dynamic() && detail::GivenAlone<WaitRandom, T>)
    explicit constexpr WaitRandom(T) : WaitRandom(Duration::zero(), Duration::zero()) {
        static_assert(detail::is_met<(always_false<T>)>,
                      "grit: 'WaitRandom' was given one value only, because it cannot guess the others; "
                      "write WaitRandom{min, max} instead");
    }

    template <class L, class M, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Min.is_dynamic())
    constexpr WaitRandom(L min, M max)
        : detail::DurationValue<Min, 0>(duration_argument(min)), detail::DurationValue<Max, 1>(duration_argument(max)) {
        if (minimum() < Duration::zero() || maximum() < minimum())
            reject<Exceptions>("grit: 'WaitRandom' was given bounds that contradict each other, because the least wait "
                               "is negative or above the most; write bounds with 0 <= min <= max instead");
    }

    constexpr Duration minimum() const noexcept { return detail::DurationValue<Min, 0>::get(); }
    constexpr Duration maximum() const noexcept { return detail::DurationValue<Max, 1>::get(); }

    template <class Q>
    GRIT_INLINE constexpr Duration value(State, Q const& q) const {
        return draw_between(minimum(), maximum(), q.draw());
    }
    constexpr Bounds bounds(State) const noexcept { return {minimum(), maximum()}; }
};
template <class T>
WaitRandom(T) -> WaitRandom<>;
template <class L, class M>
WaitRandom(L, M) -> WaitRandom<>;

} // namespace grit::inline GRIT_ABI
