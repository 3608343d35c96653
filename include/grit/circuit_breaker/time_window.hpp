// SPDX-License-Identifier: BSL-1.0
#pragma once
// TimeWindow: a rate is taken of the calls of the last T.

#include <grit/circuit_breaker/bucket_ring.hpp>
#include <grit/circuit_breaker/window.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

/// The calls of the last `T`, counted in buckets: `TimeWindow<10s, 10>`, or `TimeWindow{t}` at run time, then of ten
/// buckets (`TimeWindow<dynamic, 20>{t}` of twenty).
///
/// It slides by one bucket, so it holds the calls of the last T - T / Buckets to T. Beside the state word there are
/// four words for each bucket under a rate of failures, and two under a rate of slow calls. Units: a bucket counts to
/// 4'194'303 calls. Beyond that it is halved: it keeps its rate, but has less weight. Requires: T > 0, of which a
/// bucket is a whole number of nanoseconds; 2 to 1000 buckets. Throws: std::invalid_argument if that does not hold.
/// Thread safety: a const value.
template <ConstantDuration T = dynamic, ConstantInt Buckets = 10>
class TimeWindow : detail::DurationValue<T> {
    static_assert(detail::is_met<(!Buckets.is_dynamic() && Buckets.value() >= 2 && Buckets.value() <= 1000)>,
                  "grit: 'TimeWindow' was given a number of buckets it cannot use, because a window slides by one of "
                  "them and holds a word for each; write 2 to 1000, as in TimeWindow<10s, 10>, instead");
    static_assert(detail::is_met<(T.is_dynamic() || T.value() > Duration::zero())>,
                  "grit: 'TimeWindow' was given no time, because no call would be in it; write a time above zero "
                  "instead");
    static_assert(detail::is_met<(T.is_dynamic() || Buckets.value() < 1 || T.value().count() % Buckets.value() == 0)>,
                  "grit: 'TimeWindow' was given a time that its buckets do not divide, because each of them is a whole "
                  "number of nanoseconds; write TimeWindow<10s, 10> or another time or number instead");

public:
    static constexpr char const* name = "TimeWindow";
    static consteval auto arguments() { return Types<Constant<T>, ConstantOr<Buckets, ConstantInt{10}>>{}; }
    static constexpr int buckets = Buckets.value() < 1 ? 1 : Buckets.value();

    constexpr TimeWindow() = default;
    template <class D, bool Exceptions = GRIT_EXCEPTIONS>
        requires(T.is_dynamic())
    explicit constexpr TimeWindow(D time) : detail::DurationValue<T>(duration_argument(time)) {
        if (this->time() <= Duration::zero())
            reject<Exceptions>("grit: 'TimeWindow' was given no time, because no call would be in it; write a time "
                               "above zero instead");
        if (this->time().count() % buckets != 0)
            reject<Exceptions>("grit: 'TimeWindow' was given a time that its buckets do not divide, because each of "
                               "them is a whole number of nanoseconds; write another time or number instead");
    }

    constexpr Duration time() const noexcept { return this->get(); }
    constexpr Duration width() const noexcept { return time() / buckets; }
};
template <class D>
TimeWindow(D) -> TimeWindow<>;

namespace detail {

template <class T>
inline constexpr bool is_time_window = false;
template <ConstantDuration T, ConstantInt Buckets>
inline constexpr bool is_time_window<TimeWindow<T, Buckets>> = true;

} // namespace detail
} // namespace grit::inline GRIT_ABI
