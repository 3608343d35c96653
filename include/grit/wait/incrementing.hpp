// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitIncrementing: every wait is a step longer than the one before.

#include <grit/core/factor.hpp>
#include <grit/wait/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Waits Start + Step * (n - 1) after attempt n, never below zero, never above Max: `WaitIncrementing<1s, 2s, 10s>`, or
/// `WaitIncrementing{start, step, max}`. The step may be negative, and the start above the maximum.
///
/// Requires: Start >= 0, Max >= 0. Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
/// Source: tenacity's wait_incrementing.
template <ConstantDuration Start = dynamic, ConstantDuration Step = dynamic, ConstantDuration Max = dynamic>
class WaitIncrementing : detail::DurationValue<Start, 0>,
                         detail::DurationValue<Step, 1>,
                         detail::DurationValue<Max, 2> {
    static_assert(
        detail::is_met<(detail::one_form(Start, Step, Max))>,
        "grit: 'WaitIncrementing' was given constants and run-time values together, because not all of start, "
        "step and max stand in its brackets; write WaitIncrementing<1s, 2s, 10s> or "
        "WaitIncrementing{start, step, max} instead");
    static_assert(detail::is_met<((Start.is_dynamic() || Start.value() >= Duration::zero()) &&
                                  (Max.is_dynamic() || Max.value() >= Duration::zero()))>,
                  "grit: 'WaitIncrementing' was given a negative wait, because its start or its maximum is below zero; "
                  "write a start and a maximum of zero or more instead");

public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitIncrementing";
    static consteval auto arguments() { return Types<Constant<Start>, Constant<Step>, Constant<Max>>{}; }
    static constexpr bool needs_failure = false;
    using Kind = WaitIncrementing<>;
    using State = Duration; // the wait before the maximum is applied, never negative

    constexpr WaitIncrementing() = default;

    template <class T>
        requires(Start.is_dynamic() && detail::GivenAlone<WaitIncrementing, T>)
    explicit constexpr WaitIncrementing(T) : WaitIncrementing(Duration::zero(), Duration::zero(), Duration::zero()) {
        static_assert(detail::is_met<(always_false<T>)>,
                      "grit: 'WaitIncrementing' was given one value only, because it cannot guess the others; "
                      "write WaitIncrementing{start, step, max} instead");
    }

    template <class A, class S, class M, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Start.is_dynamic())
    constexpr WaitIncrementing(A start, S step, M max)
        : detail::DurationValue<Start, 0>(duration_argument(start)),
          detail::DurationValue<Step, 1>(duration_argument(step)),
          detail::DurationValue<Max, 2>(duration_argument(max)) {
        if (this->start() < Duration::zero() || maximum() < Duration::zero())
            reject<Exceptions>(
                "grit: 'WaitIncrementing' was given a negative wait, because its start or its maximum is "
                "below zero; write a start and a maximum of zero or more instead");
    }

    constexpr Duration start() const noexcept { return detail::DurationValue<Start, 0>::get(); }
    constexpr Duration step() const noexcept { return detail::DurationValue<Step, 1>::get(); }
    constexpr Duration maximum() const noexcept { return detail::DurationValue<Max, 2>::get(); }

    GRIT_INLINE constexpr State first() const noexcept { return start(); }
    GRIT_INLINE constexpr State next(State s, Duration) const noexcept {
        Duration const after = saturating_add(s, step());
        return step() < Duration::zero() ? detail::longer(after, Duration::zero()) : detail::shorter(after, maximum());
    }
    constexpr State state_at(int n) const noexcept {
        if (n <= 1) return start();
        // Both products saturate, and a start of zero or more less any such product fits.
        if (step() >= Duration::zero())
            return detail::shorter(saturating_add(start(), Factor{n - 1}.times(step())), maximum());
        Duration const down = detail::longer(step(), -Duration::max());
        return detail::longer(start() - Factor{n - 1}.times(-down), Duration::zero());
    }

    template <class Q>
    GRIT_INLINE constexpr Duration value(State s, Q const&) const noexcept {
        return detail::shorter(s, maximum());
    }
    constexpr Bounds bounds(State s) const noexcept {
        return {detail::shorter(s, maximum()), detail::shorter(s, maximum())};
    }
};
template <class T>
WaitIncrementing(T) -> WaitIncrementing<>;
template <class A, class S, class M>
WaitIncrementing(A, S, M) -> WaitIncrementing<>;

} // namespace grit::inline GRIT_ABI
