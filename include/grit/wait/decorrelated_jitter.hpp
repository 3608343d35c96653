// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitDecorrelatedJitter: every wait is drawn between the base and three times the wait before.

#include <grit/core/random.hpp>
#include <grit/wait/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Draws from [Base, min(Max, 3 * previous)]; the first draw takes Base for the previous wait.
///
/// `WaitDecorrelatedJitter<100ms, 10s>`, or `WaitDecorrelatedJitter{base, max}`. The previous wait is the one that was
/// slept; where another policy chose it, it counts as no shorter than Base and no longer than this one could have been.
/// Units: a maximum is at most a third of Duration::max(), 97 years.
/// Requires: 0 < Base <= Max. Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
/// Source: M. Brooker, "Exponential backoff and jitter", AWS Architecture Blog, 2015; there the draw is cut at the
/// maximum, here its range is, so that jitter survives the maximum.
template <ConstantDuration Base = dynamic, ConstantDuration Max = dynamic>
class WaitDecorrelatedJitter : detail::DurationValue<Base, 0>, detail::DurationValue<Max, 1> {
    static_assert(detail::is_met<(detail::one_form(Base, Max))>,
                  "grit: 'WaitDecorrelatedJitter' was given one constant and one run-time value, because only one "
                  "stands in its brackets; write WaitDecorrelatedJitter<100ms, 10s> or "
                  "WaitDecorrelatedJitter{base, max} instead");
    static_assert(
        detail::is_met<(Base.is_dynamic() || Max.is_dynamic() ||
                        (Duration::zero() < Base.value() && Base.value() <= Max.value()))>,
        "grit: 'WaitDecorrelatedJitter' was given bounds it cannot use, because the base is not above zero or "
        "is above the maximum; write 0 < base <= max instead");

public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitDecorrelatedJitter";
    static consteval auto arguments() { return Types<Constant<Base>, Constant<Max>>{}; }
    static constexpr bool needs_failure = false;
    using Kind = WaitDecorrelatedJitter<>;
    static constexpr bool needs_random = true;

    /// The wait before, and the longest that it could have been: whatever was slept, the bounds hold.
    struct State {
        Duration previous;
        Duration longest;
        friend constexpr bool operator==(State const&, State const&) = default;
    };

    constexpr WaitDecorrelatedJitter() = default;

    template <class T>
        requires(Base.is_dynamic() && detail::GivenAlone<WaitDecorrelatedJitter, T>)
    explicit constexpr WaitDecorrelatedJitter(T) : WaitDecorrelatedJitter(Duration{1}, Duration{1}) {
        static_assert(detail::is_met<(always_false<T>)>,
                      "grit: 'WaitDecorrelatedJitter' was given one value only, because it cannot guess the others; "
                      "write WaitDecorrelatedJitter{base, max} instead");
    }

    template <class B, class M, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Base.is_dynamic())
    constexpr WaitDecorrelatedJitter(B base, M max)
        : detail::DurationValue<Base, 0>(limited(duration_argument(base))),
          detail::DurationValue<Max, 1>(limited(duration_argument(max))) {
        if (this->base() <= Duration::zero() || maximum() < this->base())
            reject<Exceptions>("grit: 'WaitDecorrelatedJitter' was given bounds it cannot use, because the base is not "
                               "above zero or is above the maximum; write 0 < base <= max instead");
    }

    constexpr Duration base() const noexcept { return limited(detail::DurationValue<Base, 0>::get()); }
    constexpr Duration maximum() const noexcept { return limited(detail::DurationValue<Max, 1>::get()); }

    GRIT_INLINE constexpr State first() const noexcept { return {base(), base()}; }
    GRIT_INLINE constexpr State next(State const& s, Duration taken) const noexcept {
        Duration const longest = detail::shorter(3 * s.longest, maximum());
        return {detail::longer(detail::shorter(taken, longest), base()), longest};
    }

    template <class Q>
    GRIT_INLINE constexpr Duration value(State const& s, Q const& q) const {
        return draw_between(base(), detail::shorter(3 * s.previous, maximum()), q.draw());
    }
    constexpr Bounds bounds(State const& s) const noexcept {
        return {base(), detail::shorter(3 * s.previous, maximum())};
    }

private:
    static constexpr Duration limited(Duration d) noexcept { return detail::shorter(d, Duration::max() / 3); }
};
template <class T>
WaitDecorrelatedJitter(T) -> WaitDecorrelatedJitter<>;
template <class B, class M>
WaitDecorrelatedJitter(B, M) -> WaitDecorrelatedJitter<>;

} // namespace grit::inline GRIT_ABI
