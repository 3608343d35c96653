// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitExponentialJitter: exponential growth plus a random wait, which does not vanish at the maximum.

#include <grit/core/random.hpp>
#include <grit/wait/exponential.hpp>

namespace grit::inline GRIT_ABI {

/// Draws from [v, v + Jitter], where v is the wait of WaitExponential<Initial, Max, Growth, Min>; near the maximum from
/// [min(v, Max - Jitter), min(v + Jitter, Max)], never below Min, so that clients stay apart there.
///
/// `WaitExponentialJitter<1s, 60s, 1s>`, or `WaitExponentialJitter{initial, max, jitter}`, then factor, then minimum.
/// Requires: a jitter of zero or more, and what WaitExponential requires. Throws: std::invalid_argument if that does
/// not hold. Thread safety: a const value. Source: tenacity's wait_exponential_jitter, whose jitter is lost at the cap.
template <ConstantDuration Initial = dynamic, ConstantDuration Max = dynamic, ConstantDuration Jitter = dynamic,
          Factor Growth = 2, ConstantDuration Min = Duration::zero()>
class WaitExponentialJitter : public WaitExponential<Initial, Max, Growth, Min>, detail::DurationValue<Jitter, 3> {
    using Exponential = WaitExponential<Initial, Max, Growth, Min>;
    using Random = detail::DurationValue<Jitter, 3>;

    static_assert(detail::is_met<(detail::one_form(Initial, Jitter))>,
                  "grit: 'WaitExponentialJitter' was given constants and run-time values together, because its jitter "
                  "is missing; write WaitExponentialJitter<1s, 60s, 1s> or WaitExponentialJitter{initial, max, jitter} "
                  "instead");
    static_assert(detail::is_met<(Jitter.is_dynamic() || Jitter.value() >= Duration::zero())>,
                  "grit: 'WaitExponentialJitter' was given a negative jitter, because a draw needs a range; write a "
                  "jitter of zero or more instead");

public:
    static constexpr char const* name = "WaitExponentialJitter";
    static consteval auto arguments() {
        return Types<Constant<Initial>, Constant<Max>, Constant<Jitter>, ConstantOr<Growth, Factor{2}>,
                     ConstantOr<Min, ConstantDuration{Duration::zero()}>>{};
    }
    static constexpr bool needs_failure = false;
    using Kind = WaitExponentialJitter<>;
    using typename Exponential::State;
    static constexpr bool needs_random = true;

    constexpr WaitExponentialJitter() = default;

    template <class T>
        requires(Initial.is_dynamic() && detail::GivenAlone<WaitExponentialJitter, T>)
    explicit constexpr WaitExponentialJitter(T)
        : WaitExponentialJitter(Duration::zero(), Duration::zero(), Duration::zero()) {
        static_assert(detail::is_met<(always_false<T>)>,
                      "grit: 'WaitExponentialJitter' was given one value only, because it cannot guess the others; "
                      "write WaitExponentialJitter{initial, max, jitter} instead");
    }

    /// The growth, from nothing to its factor and its minimum, comes last.
    template <class I, class M, class J, class... More, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Jitter.is_dynamic())
    constexpr WaitExponentialJitter(I initial, M max, J jitter, More... growth)
        : Exponential(initial, max, growth...), Random(duration_argument(jitter)) {
        if (this->jitter() < Duration::zero())
            reject<Exceptions>("grit: 'WaitExponentialJitter' was given a negative jitter, because a draw needs a "
                               "range; write a jitter of zero or more instead");
    }

    constexpr Duration jitter() const noexcept { return Random::get(); }

    template <class Q>
    GRIT_INLINE constexpr Duration value(State s, Q const& q) const {
        Bounds const range = bounds(s);
        return draw_between(range.least, range.most, q.draw());
    }
    constexpr Bounds bounds(State s) const noexcept {
        Duration const v = Exponential::bounds(s).most;
        return {detail::longer(detail::shorter(v, this->maximum() - jitter()), this->minimum()),
                detail::shorter(saturating_add(v, jitter()), this->maximum())};
    }
};
template <class T>
WaitExponentialJitter(T) -> WaitExponentialJitter<>;
template <class I, class M, class J>
WaitExponentialJitter(I, M, J) -> WaitExponentialJitter<>;
template <class I, class M, class J, class F>
WaitExponentialJitter(I, M, J, F) -> WaitExponentialJitter<dynamic, dynamic, dynamic, dynamic>;
template <class I, class M, class J, class F, class L>
WaitExponentialJitter(I, M, J, F, L) -> WaitExponentialJitter<dynamic, dynamic, dynamic, dynamic, dynamic>;

} // namespace grit::inline GRIT_ABI
