// SPDX-License-Identifier: BSL-1.0
#pragma once
// SteadyTime: the default time, the monotonic clock and a sleep of the calling thread. Time<T> chooses another.

#include <cerrno>
#include <ctime>

#include <grit/core/concepts.hpp>

#if !defined(__unix__) && !defined(__APPLE__)
#include <thread>
#endif

namespace grit::inline GRIT_ABI {

#if defined(__unix__) || defined(__APPLE__)
namespace detail {
/// Requires: zero or more.
inline timespec as_timespec(Duration d) noexcept {
    timespec time{};
    time.tv_sec = static_cast<decltype(time.tv_sec)>(d.count() / std::nano::den);
    time.tv_nsec = static_cast<decltype(time.tv_nsec)>(d.count() % std::nano::den);
    return time;
}
} // namespace detail
#endif

/// The monotonic clock and a sleep that blocks the calling thread. Thread safety: safe from any thread.
struct SteadyTime {
    /// No reading is before the epoch, so that the difference of two needs no look for overflow.
    static constexpr bool never_negative = true;

    TimePoint now() const noexcept {
        return TimePoint{to_duration(std::chrono::steady_clock::now().time_since_epoch())};
    }

    /// Sleeps at least d, and no longer for the signals that arrive meanwhile.
    void sleep(Duration d) const {
        if (d > Duration::zero()) sleep_until(saturating_add(now(), d));
    }

    /// Sleeps until a point in time: what a signal interrupts goes on to the same end.
    void sleep_until(TimePoint end) const {
#if defined(__linux__)
        timespec const until = detail::as_timespec(end.time_since_epoch());
        while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
        }
#elif defined(__unix__) || defined(__APPLE__)
        for (Duration left = saturating_subtract(end, now()); left > Duration::zero();
             left = saturating_subtract(end, now())) {
            timespec const wait = detail::as_timespec(left);
            ::nanosleep(&wait, nullptr);
        }
#else
        std::this_thread::sleep_until(end);
#endif
    }
};

/// Chooses the clock and the sleep: `Time<MyTime>` for a type without state, `Time{object}` to refer to an object.
///
/// Requires: the object outlives every Retrying that holds it.
template <class T = SteadyTime>
class Time {
    static_assert(detail::is_met<(TimeSource<T>)>,
                  "grit: 'Time' cannot use this type, because it lacks now() returning a "
                  "grit::TimePoint, or sleep(grit::Duration); write both");

public:
    static constexpr Family family = Family::time;
    using Kind = Time<>;
    static constexpr char const* name = "Time";
    static consteval auto arguments() { return Types<TypeOr<T, SteadyTime>>{}; }
    using type = T;

    explicit constexpr Time(T& object) noexcept : object_(&object) {}
    explicit constexpr Time(T const&&) noexcept {
        static_assert(detail::is_met<(always_false<T>)>,
                      "grit: 'Time' was given a temporary with state, because it would refer to an object that is "
                      "gone; give the object a name, as in ManualTime time; Time{time}, instead");
    }
    GRIT_INLINE constexpr T& get() const noexcept { return *object_; }

private:
    T* object_;
};

template <class T>
    requires std::is_empty_v<T>
class Time<T> {
    static_assert(detail::is_met<(TimeSource<T const>)>,
                  "grit: 'Time' cannot use this type, because it lacks now() returning a "
                  "grit::TimePoint, or sleep(grit::Duration), that can be called through const; "
                  "write both");

public:
    static constexpr Family family = Family::time;
    using Kind = Time<>;
    static constexpr char const* name = "Time";
    static consteval auto arguments() { return Types<TypeOr<T, SteadyTime>>{}; }
    using type = T;

    constexpr Time() noexcept = default;
    explicit constexpr Time(T const&) noexcept {}
    GRIT_INLINE constexpr T get() const noexcept { return T{}; }
};
template <class T>
    requires std::is_empty_v<T>
Time(T const&) -> Time<T>;

} // namespace grit::inline GRIT_ABI
