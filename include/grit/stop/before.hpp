// SPDX-License-Identifier: BSL-1.0
#pragma once
// StopBefore: stop if the next sleep would reach a point in time.

#include <grit/stop/traits.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {
template <class T>
inline constexpr bool is_steady_time_point = false;
template <class D>
inline constexpr bool is_steady_time_point<std::chrono::time_point<std::chrono::steady_clock, D>> = true;
} // namespace detail

/// Stops if the next wait would reach a point in time, and after a sleep that overran it: `StopBefore{deadline}`.
///
/// No attempt starts at that point or later. It is also the deadline that an operation sees in its Attempt. There is no
/// constant form: a point in time is known only at run time.
/// Requires: a time point of std::chrono::steady_clock, or of the ManualTime that is named.
/// Thread safety: a const value.
class StopBefore {
public:
    static constexpr Family family = Family::stop;
    static constexpr char const* name = "StopBefore";
    using Kind = StopBefore;
    static constexpr bool bounded = true;
    static constexpr bool needs_clock = true;
    static constexpr bool needs_wait = true;
    static constexpr bool needs_failure = false;

    template <class T>
    explicit constexpr StopBefore(T time_point) noexcept : time_point_(as_time_point(time_point)) {}

    constexpr TimePoint time_point() const noexcept { return time_point_; }

    template <class Q>
    GRIT_INLINE constexpr bool stop(Q const& q) const {
        return passed(saturating_add(q.now(), q.wait()));
    }
    template <class Q>
    constexpr StopReason reason(Q const& q) const {
        return detail::reason_of_refused_wait(q, StopReason::deadline);
    }
    constexpr TimePoint deadline(TimePoint) const noexcept { return time_point_; }
    GRIT_INLINE constexpr bool passed(TimePoint now) const noexcept { return now >= time_point_; }

private:
    template <class T>
    static constexpr TimePoint as_time_point(T const& t) noexcept {
        static_assert(detail::is_met<(detail::is_steady_time_point<T>)>,
                      "grit: 'StopBefore' was given something that is no point of the monotonic clock, because a wall "
                      "clock can be set while a call goes on; write std::chrono::steady_clock::now() + 5s instead");
        if constexpr (detail::is_steady_time_point<T>) return TimePoint{to_duration(t.time_since_epoch())};
        else return TimePoint{};
    }

    TimePoint time_point_;
};

} // namespace grit::inline GRIT_ABI
