// SPDX-License-Identifier: BSL-1.0
#pragma once
// SteadyTime: the default time, the monotonic clock and a sleep of the calling thread. Time<T> chooses another.

#include <cerrno>
#include <ctime>

#include <grit/core/concepts.hpp>

#if !defined(__unix__) && !defined(__APPLE__)
#include <thread>
#endif

namespace grit {

/// The monotonic clock and a sleep that blocks the calling thread. Thread safety: safe from any thread.
struct SteadyTime {
    /// No reading is before the epoch, so that the difference of two needs no look for overflow.
    static constexpr bool never_negative = true;

    TimePoint now() const noexcept { return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now()); }

    /// Sleeps at least d; a signal does not cut it short.
    void sleep(Duration d) const {
        if (d <= Duration::zero()) return;
#if defined(__unix__) || defined(__APPLE__)
        auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(d);
        timespec left{};
        left.tv_sec = static_cast<decltype(left.tv_sec)>(seconds.count());
        left.tv_nsec = static_cast<decltype(left.tv_nsec)>((d - seconds).count());
        while (::nanosleep(&left, &left) == -1 && errno == EINTR) {
        }
#else
        std::this_thread::sleep_for(d);
#endif
    }
};

/// Chooses the clock and the sleep: `Time<MyTime>` for a type without state, `Time{object}` to refer to an object.
///
/// Requires: the object outlives every Retrying that holds it.
template <class T = SteadyTime>
class Time {
public:
    static constexpr Family family = Family::time;
    using Kind = Time<>;
    static constexpr char const* name = "Time";
    static consteval auto arguments() { return Types<TypeOr<T, SteadyTime>>{}; }
    using type = T;

    explicit constexpr Time(T& object) noexcept : object_(&object) {
        static_assert(TimeSource<T>, "grit: 'Time' cannot use this type, because it lacks now() returning a "
                                     "grit::TimePoint, or sleep(grit::Duration); write both");
    }
    GRIT_INLINE constexpr T& get() const noexcept { return *object_; }

private:
    T* object_;
};

template <class T>
    requires std::is_empty_v<T>
class Time<T> {
    static_assert(TimeSource<T const>, "grit: 'Time' cannot use this type, because it lacks now() returning a "
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

} // namespace grit
