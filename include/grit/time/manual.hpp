// SPDX-License-Identifier: BSL-1.0
#pragma once
// ManualTime: a clock that moves only when it is told to or slept on, so that tests of a long schedule take no time.

#include <vector>

#include <grit/core/concepts.hpp>

namespace grit {

/// A clock that starts where you say and a sleep that only moves it, and remembers. Usable in constant expressions.
///
/// Thread safety: none; one thread at a time.
class ManualTime {
public:
    constexpr ManualTime() = default;

    /// Requires: start is a std::chrono duration since the epoch of this clock.
    template <class D>
    explicit constexpr ManualTime(D start) : now_(duration_argument(start)) {}

    constexpr TimePoint now() const noexcept { return now_; }

    /// Moves the clock by d and remembers the sleep.
    constexpr void sleep(Duration d) {
        slept_.push_back(d);
        now_ = saturating_add(now_, d);
    }

    /// Moves the clock without a sleep, as an operation that takes its time does. Requires: a std::chrono duration.
    template <class D>
    constexpr void advance(D d) {
        now_ = saturating_add(now_, duration_argument(d));
    }

    /// Returns: every sleep so far, in order.
    constexpr std::vector<Duration> const& slept() const noexcept { return slept_; }

private:
    TimePoint now_{};
    std::vector<Duration> slept_;
};

} // namespace grit
