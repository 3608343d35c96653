// SPDX-License-Identifier: BSL-1.0
#pragma once
// Factor: the growth of a wait from one attempt to the next, a whole number or a ratio, exact and without overflow.

#include <concepts>

#include <grit/core/duration.hpp>

namespace grit::inline GRIT_ABI {

/// A factor as a template argument or a value: `2`, `std::ratio<3, 2>{}`, or `Factor{3, 2}`.
///
/// Integers, so that every schedule is the same on every machine.
struct Factor {
    std::int64_t num; // public, because a template argument must be structural; 0/0 says dynamic
    std::int64_t den;

    constexpr Factor(Dynamic) noexcept : num(0), den(0) {}

    template <std::integral Number>
    constexpr Factor(Number n) noexcept : num(static_cast<std::int64_t>(n)), den(1) {}

    constexpr Factor(std::int64_t numerator, std::int64_t denominator) noexcept : num(numerator), den(denominator) {}

    template <std::intmax_t Num, std::intmax_t Den>
    constexpr Factor(std::ratio<Num, Den>) noexcept : num(std::ratio<Num, Den>::num), den(std::ratio<Num, Den>::den) {}

    template <std::floating_point Number>
    constexpr Factor(Number) noexcept : num(1), den(1) {
        static_assert(detail::is_met<(always_false<Number>)>,
                      "grit: a factor was given as a floating-point number, because 1.5 is not exact on every machine; "
                      "write std::ratio<3, 2>{} (or grit::Factor{3, 2} at run time) instead");
    }

    template <class Rep, class Period>
    constexpr Factor(std::chrono::duration<Rep, Period>) noexcept : num(1), den(1) {
        static_assert(detail::is_met<(always_false<Rep>)>,
                      "grit: a factor was given as a duration, because it looked like a wait; write "
                      "a number such as 2 or std::ratio<3, 2>{} instead");
    }

    constexpr bool is_dynamic() const noexcept { return den == 0 && num == 0; }

    /// Returns: true for a factor of 1 or more whose terms are at most 10^9, so that times() is exact.
    constexpr bool is_growth() const noexcept { return den >= 1 && num >= den && num <= 1'000'000'000; }

    /// Returns: d times the factor, rounded down; Duration::max() if that does not fit.
    /// Requires: is_growth() and d >= 0.
    constexpr Duration times(Duration d) const noexcept {
        // d = whole * den + rest, and rest * num < 10^18: only the product of the whole part can overflow.
        std::int64_t const whole = d.count() / den;
        std::int64_t const rest = d.count() % den;
        if (whole > Duration::max().count() / num) return Duration::max();
        return saturating_add(Duration{whole * num}, Duration{rest * num / den});
    }

    friend constexpr bool operator==(Factor const&, Factor const&) = default;
};

namespace detail {

/// The factor F, or one that is held if F is dynamic.
template <Factor F>
class FactorValue {
public:
    static constexpr Factor get() noexcept { return F; }
};
template <Factor F>
    requires(F.is_dynamic())
class FactorValue<F> {
public:
    explicit constexpr FactorValue(Factor factor) noexcept : factor_(factor) {}
    constexpr Factor get() const noexcept { return factor_; }

private:
    Factor factor_;
};

} // namespace detail
} // namespace grit::inline GRIT_ABI
