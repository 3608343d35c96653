// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitJitter: takes a random part off another wait, so that clients that failed together do not come back together.

#include <grit/core/random.hpp>
#include <grit/wait/parts.hpp>

namespace grit::inline GRIT_ABI {

/// Draws from [v * (1 - Percent/100), v], where v is the wait of W: 100 is full jitter, 50 equal jitter.
///
/// `WaitJitter<WaitExponential<1s, 60s>>`, or `WaitJitter{wait}` and `WaitJitter{wait, percent}` with run-time values.
/// Requires: 0 <= Percent <= 100. Throws: std::invalid_argument if that does not hold. Thread safety: that of W.
/// Source: M. Brooker, "Exponential backoff and jitter", AWS Architecture Blog, 2015.
template <class W, ConstantInt Percent = 100>
class WaitJitter : public detail::WaitParts<W>, detail::IntValue<Percent> {
    using Parts = detail::WaitParts<W>;
    static_assert(
        detail::is_met<(Percent.is_dynamic() || (Percent.value() >= 0 && Percent.value() <= 100))>,
        "grit: 'WaitJitter' was given an impossible percentage, because it is not within 0 and 100; write 100 "
        "for full jitter or 50 for equal jitter instead");
    static_assert(detail::is_met<(!detail::WaitTraits<W>::limits_hint)>,
                  "grit: 'WaitJitter' was given a WaitHint, because jitter would fall below the wait that was asked "
                  "for; write WaitHint<60s, WaitJitter<...>> instead");

public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitJitter";
    static consteval auto arguments() { return Types<W, ConstantOr<Percent, ConstantInt{100}>>{}; }
    using Kind = WaitJitter<void>;
    using typename Parts::State;
    static constexpr bool needs_random = true;

    constexpr WaitJitter() = default;

    explicit constexpr WaitJitter(W wait)
        requires(!Percent.is_dynamic())
        : Parts(static_cast<W&&>(wait)) {}

    template <class N, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Percent.is_dynamic())
    constexpr WaitJitter(W wait, N percent)
        : Parts(static_cast<W&&>(wait)), detail::IntValue<Percent>(ConstantInt(percent).value()) {
        if (this->percent() < 0 || this->percent() > 100)
            reject<Exceptions>("grit: 'WaitJitter' was given an impossible percentage, because it is not within 0 and "
                               "100; write 100 for full jitter or 50 for equal jitter instead");
    }

    constexpr int percent() const noexcept { return detail::IntValue<Percent>::get(); }

    template <class Q>
    GRIT_INLINE constexpr Duration value(State const& s, Q const& q) const {
        Duration const most = this->template value_of<0>(s, q);
        return draw_between(least_of(most), most, q.draw());
    }
    constexpr Bounds bounds(State const& s) const {
        Bounds const whole = this->template bounds_of<0>(s);
        return {least_of(whole.least), whole.most};
    }

private:
    static consteval int greatest_divisor(int a, int b) { return b == 0 ? a : greatest_divisor(b, a % b); }
    /// d less its random part, without a product that could overflow. A constant percentage is a reduced fraction.
    constexpr Duration least_of(Duration d) const noexcept {
        if constexpr (Percent == ConstantInt{100}) return Duration::zero();
        else if constexpr (!Percent.is_dynamic()) {
            constexpr int divisor = greatest_divisor(Percent.value(), 100);
            constexpr int num = Percent.value() / divisor;
            constexpr int den = 100 / divisor;
            return d - (d / den * num + d % den * num / den);
        } else return d - (d / 100 * percent() + d % 100 * percent() / 100);
    }
};
template <class W>
WaitJitter(W) -> WaitJitter<W>;
template <class W, class N>
WaitJitter(W, N) -> WaitJitter<W, dynamic>;

} // namespace grit::inline GRIT_ABI
