// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitExponential: every wait is a factor longer than the one before, up to a maximum.

#include <grit/core/factor.hpp>
#include <grit/wait/traits.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// What all WaitExponential of one growth and one minimum have in common. Those of constants hold nothing else.
template <bool Constant, Factor Growth, ConstantDuration Min>
struct ExponentialValues {
    static constexpr bool fits = !Growth.is_dynamic() && Growth.num <= 64; // no product can overflow
    static constexpr Duration limit{Duration::max().count() / (fits ? Growth.num : 1)};

    static constexpr bool are_ordered(Duration initial, Duration max, Duration min) noexcept {
        return Duration::zero() <= initial && initial <= max && Duration::zero() <= min && min <= max;
    }

    static constexpr Duration minimum() noexcept { return shorter(Min.value(), limit); }
    static constexpr Factor factor() noexcept { return Growth; }
};
template <Factor Growth, ConstantDuration Min>
class ExponentialValues<false, Growth, Min> : public ExponentialValues<true, Growth, Min> {
    using Constants = ExponentialValues<true, Growth, Min>;

public:
    template <class I, class M, bool Exceptions = GRIT_EXCEPTIONS>
        requires(!Growth.is_dynamic() && !Min.is_dynamic())
    constexpr ExponentialValues(I initial, M max) : initial_(argument(initial)), maximum_(argument(max)) {
        check<Exceptions>();
    }
    template <class I, class M, class F, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Growth.is_dynamic() && !Min.is_dynamic())
    constexpr ExponentialValues(I initial, M max, F factor)
        : initial_(argument(initial)), maximum_(argument(max)), factor_(factor) {
        check<Exceptions>();
    }
    template <class I, class M, class F, class L, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Growth.is_dynamic() && Min.is_dynamic())
    constexpr ExponentialValues(I initial, M max, F factor, L min)
        : initial_(argument(initial)), maximum_(argument(max)), factor_(factor), minimum_(argument(min)) {
        check<Exceptions>();
    }

    constexpr Duration initial() const noexcept { return initial_; }
    constexpr Duration maximum() const noexcept { return maximum_; }
    constexpr Duration minimum() const noexcept {
        if constexpr (Min.is_dynamic()) return minimum_.get();
        else return Constants::minimum();
    }
    constexpr Factor factor() const noexcept { return factor_.get(); }

private:
    template <class T>
    static constexpr Duration argument(T wait) noexcept {
        return shorter(duration_argument(wait), Constants::limit);
    }
    template <bool Exceptions>
    constexpr void check() const {
        if (!Constants::are_ordered(initial_, maximum_, minimum()))
            reject<Exceptions>(
                "grit: 'WaitExponential' was given bounds that contradict each other, because the "
                "initial wait or the minimum is negative or above the maximum; write 0 <= initial <= max "
                "and 0 <= min <= max instead");
        if (!factor().is_growth())
            reject<Exceptions>("grit: 'WaitExponential' was given a factor it cannot use, because it is below 1 or one "
                               "of its terms is above 10^9; write a factor such as 2 or grit::Factor{3, 2} instead");
    }

    Duration initial_;
    Duration maximum_;
    [[no_unique_address]] FactorValue<Growth> factor_;
    [[no_unique_address]] DurationValue<Min> minimum_;
};

} // namespace detail

/// Waits max(Min, min(Initial * Growth^(n - 1), Max)) after attempt n: `WaitExponential<1s, 60s>` doubles from 1 s,
/// `WaitExponential<1s, 60s, std::ratio<3, 2>{}>` grows by half; at run time `WaitExponential{initial, max}` doubles,
/// `{initial, max, factor}` and `{initial, max, factor, min}` say more.
///
/// Units: nanoseconds, rounded down at each step. A constant factor with a numerator of at most 64 limits the maximum
/// to 2^63 ns divided by it (146 years if doubled), so that no step has to look for overflow.
/// Requires: 0 <= Initial <= Max, 0 <= Min <= Max, Growth >= 1 with terms of at most 10^9.
/// Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
/// Source: tenacity's wait_exponential, with the multiplier as the initial wait.
template <ConstantDuration Initial = dynamic, ConstantDuration Max = dynamic, Factor Growth = 2,
          ConstantDuration Min = Duration::zero()>
class WaitExponential : detail::ExponentialValues<!Initial.is_dynamic(), Growth, Min> {
    using Values = detail::ExponentialValues<!Initial.is_dynamic(), Growth, Min>;
    using Values::fits, Values::limit;
    static constexpr bool constant = !Initial.is_dynamic();
    // The constants, so that a step is one function for the compiler.
    static constexpr Duration constant_initial = detail::shorter(Initial.value(), limit);
    static constexpr Duration constant_maximum = detail::shorter(Max.value(), limit);
    static constexpr bool has_minimum = Min.ticks != 0;

    static_assert(detail::is_met<(detail::one_form(Initial, Max) &&
                                  (Initial.is_dynamic() || detail::one_form(Initial, Growth, Min)))>,
                  "grit: 'WaitExponential' was given constants and run-time values together, because its initial wait "
                  "or its maximum is missing; write WaitExponential<1s, 60s> or WaitExponential{initial, max} instead");
    static_assert(detail::is_met<(Growth.is_dynamic() || Growth.is_growth())>,
                  "grit: 'WaitExponential' was given a factor it cannot use, because it is below 1 or one of its terms "
                  "is above 10^9; write a factor such as 2 or std::ratio<3, 2>{} instead");
    static_assert(
        detail::is_met<(Initial.is_dynamic() || Max.is_dynamic() || Min.is_dynamic() ||
                        Values::are_ordered(Initial.value(), Max.value(), Min.value()))>,
        "grit: 'WaitExponential' was given bounds that contradict each other, because the initial wait or the "
        "minimum is negative or above the maximum; write 0 <= initial <= max and 0 <= min <= max instead");

public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitExponential";
    static consteval auto arguments() {
        return Types<Constant<Initial>, Constant<Max>, ConstantOr<Growth, Factor{2}>,
                     ConstantOr<Min, ConstantDuration{Duration::zero()}>>{};
    }
    static constexpr bool needs_failure = false;
    using Kind = WaitExponential<>;
    using State = Duration; // the wait before the minimum is applied

    constexpr WaitExponential() = default;

    template <class T>
        requires(Initial.is_dynamic() && detail::GivenAlone<WaitExponential, T>)
    explicit constexpr WaitExponential(T) : WaitExponential(Duration::zero(), Duration::zero()) {
        static_assert(detail::is_met<(requires { T::family; })>,
                      "grit: 'WaitExponential' was given one value only, because it cannot guess the others; "
                      "write WaitExponential{initial, max} instead");
        static_assert(detail::is_met<(!requires { T::family; })>,
                      "grit: 'WaitExponential' was given a wait of another type, because a factor or a minimum that "
                      "comes at run time is a part of the type; write WaitExponential<dynamic, dynamic, dynamic> for "
                      "a factor, with a fourth for a minimum, or decltype of the value instead");
    }

    using Values::Values;

    constexpr Duration initial() const noexcept {
        if constexpr (constant) return constant_initial;
        else return Values::initial();
    }
    constexpr Duration maximum() const noexcept {
        if constexpr (constant) return constant_maximum;
        else return Values::maximum();
    }
    using Values::factor;
    using Values::minimum;

    GRIT_INLINE constexpr State first() const noexcept {
        if constexpr (constant) return constant_initial;
        else return Values::initial();
    }
    GRIT_INLINE constexpr State next(State s, Duration) const noexcept {
        if constexpr (fits && constant)
            return detail::shorter(Duration{s.count() * Growth.num / Growth.den}, constant_maximum);
        else if constexpr (fits)
            return detail::shorter(Duration{s.count() * Growth.num / Growth.den}, Values::maximum());
        else return detail::shorter(factor().times(s), maximum());
    }

    template <class Q>
    GRIT_INLINE constexpr Duration value(State s, Q const&) const noexcept {
        if constexpr (has_minimum) return detail::longer(s, minimum());
        else return s;
    }
    constexpr Bounds bounds(State s) const noexcept {
        Duration const wait = value(s, nullptr);
        return {wait, wait};
    }
};
template <class T>
WaitExponential(T) -> WaitExponential<>;
template <class I, class M>
WaitExponential(I, M) -> WaitExponential<>;
template <class I, class M, class F>
WaitExponential(I, M, F) -> WaitExponential<dynamic, dynamic, dynamic>;
template <class I, class M, class F, class L>
WaitExponential(I, M, F, L) -> WaitExponential<dynamic, dynamic, dynamic, dynamic>;

} // namespace grit::inline GRIT_ABI
