// SPDX-License-Identifier: BSL-1.0
#pragma once
// Durations: the type that is stored, the constant that can be a template argument, and arithmetic that saturates.

#include <chrono>
#include <cstdint>
#include <limits>
#include <ratio>
#include <type_traits>

#include <grit/core/config.hpp>
#include <grit/core/contract.hpp>

namespace grit::inline GRIT_ABI {

/// Every duration that grit stores. Units: nanoseconds in 64 bits, about 292 years.
using Duration = std::chrono::duration<std::int64_t, std::nano>;

/// A point on the monotonic clock. Times of ManualTime are counted from an epoch of its own.
using TimePoint = std::chrono::time_point<std::chrono::steady_clock, Duration>;

/// Stands for "the value comes at run time", as a span's dynamic extent does; the default of every value argument.
struct Dynamic {
    friend constexpr bool operator==(Dynamic, Dynamic) = default;
};
inline constexpr Dynamic dynamic{};

template <class T>
inline constexpr bool is_duration = false;
template <class Rep, class Period>
inline constexpr bool is_duration<std::chrono::duration<Rep, Period>> = true;

namespace detail {
/// True if a tick is a whole number of nanoseconds, small enough to be multiplied by it.
template <class Rep, class Period>
inline constexpr bool is_whole_nanoseconds =
    std::is_integral_v<Rep> && std::is_signed_v<Rep> && sizeof(Rep) <= sizeof(std::int64_t) &&
    std::nano::den % Period::den == 0 && Period::num <= std::numeric_limits<std::int64_t>::max() / std::nano::den;

/// Nanoseconds of so many ticks, for any number of them and any period. Rounded towards zero.
template <class Period, class Rep>
constexpr Duration scaled(Rep count) noexcept {
    using PerTick = std::ratio<std::nano::den, Period::den>; // reduced
#if defined(__SIZEOF_INT128__)
    if constexpr (std::is_integral_v<Rep> && sizeof(Rep) <= sizeof(std::int64_t)) {
        __extension__ using Wide = __int128;
        constexpr Wide by = Wide{Period::num} * PerTick::num;
        constexpr Wide limit = ~(Wide{1} << 127) / by; // a product beyond it is no Duration either
        Wide const n = count;
        if (n > limit) return Duration::max();
        if (n < -limit) return Duration::min();
        Wide const ns = n * by / PerTick::den;
        if (ns > Duration::max().count()) return Duration::max();
        if (ns < Duration::min().count()) return Duration::min();
        return Duration{static_cast<std::int64_t>(ns)};
    }
#endif
    constexpr long double limit = 9223372036854775808.0L; // 2^63
    long double const ns = static_cast<long double>(count) * static_cast<long double>(Period::num) *
                           static_cast<long double>(PerTick::num) / static_cast<long double>(PerTick::den);
    if (ns >= limit) return Duration::max();
    if (ns < -limit) return Duration::min();
    if (ns != ns) return Duration::zero();
    return Duration{static_cast<std::int64_t>(ns)};
}
} // namespace detail

/// Converts any std::chrono duration. What is no whole number of nanoseconds is rounded towards zero; what does not fit
/// becomes the nearest Duration; what is no number becomes zero.
template <class Rep, class Period>
constexpr Duration to_duration(std::chrono::duration<Rep, Period> d) noexcept {
    if constexpr (std::is_same_v<std::chrono::duration<Rep, Period>, Duration>) {
        return d;
    } else if constexpr (detail::is_whole_nanoseconds<Rep, Period>) {
        constexpr std::int64_t factor = Period::num * (std::nano::den / Period::den);
        if (d.count() > Duration::max().count() / factor) return Duration::max();
        if (d.count() < Duration::min().count() / factor) return Duration::min();
        return Duration{d.count() * factor};
    } else return detail::scaled<Period>(d.count());
}

/// A duration as a template argument: `WaitFixed<250ms>`. Converts from any std::chrono duration.
struct ConstantDuration {
    std::int64_t ticks; // public, because a template argument must be structural; the lowest value says dynamic

    constexpr ConstantDuration(Dynamic) noexcept : ticks(std::numeric_limits<std::int64_t>::min()) {}

    template <class Rep, class Period>
    constexpr ConstantDuration(std::chrono::duration<Rep, Period> d) noexcept : ticks(to_duration(d).count()) {
        if (is_dynamic()) ++ticks;
    }

    template <class Number>
        requires std::is_arithmetic_v<Number>
    constexpr ConstantDuration(Number) noexcept : ticks(0) {
        static_assert(detail::is_met<(always_false<Number>)>,
                      "grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms "
                      "(with using namespace std::chrono_literals) instead of 5 or 250");
    }

    constexpr bool is_dynamic() const noexcept { return ticks == std::numeric_limits<std::int64_t>::min(); }
    constexpr Duration value() const noexcept { return Duration{ticks}; }
    friend constexpr bool operator==(ConstantDuration const&, ConstantDuration const&) = default;
};

/// A run-time argument that must be a duration: the sentence comes before any overload error.
template <class T>
constexpr Duration duration_argument(T const& d) noexcept {
    static_assert(detail::is_met<(!std::is_arithmetic_v<T>)>,
                  "grit: a policy was given a bare number for a duration, because it has no unit; "
                  "write std::chrono::milliseconds{n} (or a literal such as 5s) instead");
    static_assert(detail::is_met<(is_duration<T> || std::is_arithmetic_v<T>)>,
                  "grit: a policy was given something that is no duration, because it is a point in time or says no "
                  "time at all; write a std::chrono duration such as 5s, or StopBefore{t} for a point in time");
    if constexpr (is_duration<T>) return to_duration(d);
    else return Duration::zero();
}

/// a + b; what does not fit becomes the nearest limit.
constexpr Duration saturating_add(Duration a, Duration b) noexcept {
    if (b.count() > 0 && a.count() > Duration::max().count() - b.count()) return Duration::max();
    if (b.count() < 0 && a.count() < Duration::min().count() - b.count()) return Duration::min();
    return a + b;
}

/// from + d; what does not fit becomes the last or first point in time.
constexpr TimePoint saturating_add(TimePoint from, Duration d) noexcept {
    return TimePoint{saturating_add(from.time_since_epoch(), d)};
}

/// a - b; what does not fit becomes the nearest limit.
GRIT_INLINE constexpr Duration saturating_subtract(TimePoint a, TimePoint b) noexcept {
    std::int64_t const x = a.time_since_epoch().count();
    std::int64_t const y = b.time_since_epoch().count();
#if defined(__GNUC__)
    // One instruction more than a plain difference: this stands on the path of every failed attempt with a time limit.
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(x, y, &difference)) return y < 0 ? Duration::max() : Duration::min();
    return Duration{difference};
#else
    if (y < 0 && x > Duration::max().count() + y) return Duration::max();
    if (y > 0 && x < Duration::min().count() + y) return Duration::min();
    return Duration{x - y};
#endif
}

} // namespace grit::inline GRIT_ABI
