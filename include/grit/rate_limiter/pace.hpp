// SPDX-License-Identifier: BSL-1.0
#pragma once
// The generic cell rate algorithm on one word, and how fast it goes.

#include <atomic>

#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI::detail {

/// One call each `interval()`, and as many at once as fit into `credit()`.
template <ConstantInt N, ConstantDuration Per, ConstantInt Burst>
struct Pace {
    static constexpr Duration interval_of(int n, Duration per) noexcept {
        // Rounded up, so that never more than n go in a period.
        return Duration{per.count() / n + (per.count() % n != 0)};
    }
    static constexpr bool is_rate(int n, Duration per) noexcept { return n >= 1 && per.count() >= n; }
    static constexpr bool is_burst(int n, Duration per, int burst) noexcept {
        constexpr Duration longest = std::chrono::hours{24 * 3650};
        return burst >= 1 && interval_of(n, per) <= longest / burst;
    }

    static constexpr Duration interval() noexcept { return interval_of(N.value(), Per.value()); }
    static constexpr int burst() noexcept { return Burst.value(); }
    static constexpr Duration credit() noexcept { return interval() * burst(); }
};
template <ConstantInt N, ConstantDuration Per, ConstantInt Burst>
    requires(N.is_dynamic())
struct Pace<N, Per, Burst> : Pace<1, std::chrono::nanoseconds{1}, 1> {
    constexpr Pace(int n, Duration per, int burst) noexcept : interval_(interval_of(n, per)), burst_(burst) {}
    constexpr Duration interval() const noexcept { return interval_; }
    constexpr int burst() const noexcept { return burst_; }
    constexpr Duration credit() const noexcept { return interval_ * burst_; }

private:
    Duration interval_;
    int burst_;
};

/// When the calls that were let in would all have come at the pace without a burst: the theoretical arrival time of the
/// next one. It lies `credit` before that which a call may start.
///
/// Thread safety: safe from any thread, without a lock. Turns hand nothing from thread to thread, so
/// they are relaxed.
class ArrivalTime {
    using Ticks = std::int64_t;
    static constexpr Ticks never = std::numeric_limits<Ticks>::max(); // closed
    static constexpr Ticks long_ago = std::numeric_limits<Ticks>::min();

public:
    /// A place in time: how long to wait for it, and the arrival time after it. taken: else nothing has changed.
    struct Turn {
        Duration wait = Duration::zero();
        TimePoint after{};
        bool taken = false;
        bool closed = false;
    };

    /// Takes the next turn if its wait is `longest` at most. Requires: 0 < cost <= credit; longest >= 0.
    GRIT_INLINE Turn take(TimePoint now, Duration cost, Duration credit, Duration longest) noexcept {
        Ticks const at = now.time_since_epoch().count();
        Ticks seen = arrival_.load(std::memory_order_relaxed);
        for (;;) {
            if (seen == never) [[unlikely]]
                return {Duration::zero(), {}, false, true};
            TimePoint after = saturating_add(TimePoint{Duration{seen > at ? seen : at}}, cost);
            if (after == TimePoint::max()) after -= Duration{1};
            Duration const early = saturating_subtract(after, now) - credit;
            Duration const wait = early > Duration::zero() ? early : Duration::zero();
            if (wait > longest) return {wait, {}, false, false};
            if (arrival_.compare_exchange_weak(seen, after.time_since_epoch().count(), std::memory_order_relaxed))
                return {wait, after, true, false};
        }
    }
    /// Gives a turn back if no later one was taken meanwhile; else others stand behind it, and it is lost.
    bool give_back(Turn const& turn, Duration cost) noexcept {
        Ticks seen = turn.after.time_since_epoch().count();
        return arrival_.compare_exchange_strong(seen, seen - cost.count(), std::memory_order_relaxed);
    }

    /// From now on no turn is taken. Returns: the arrival time after the last one, also if it was closed before.
    TimePoint close() noexcept {
        Ticks seen = arrival_.load(std::memory_order_acquire);
        do {
            if (seen == never) break;
            Ticks last = last_.load(std::memory_order_relaxed); // written before it is closed, and only grows
            while (last < seen && !last_.compare_exchange_weak(last, seen, std::memory_order_relaxed)) {
            }
        } while (!arrival_.compare_exchange_weak(seen, never, std::memory_order_acq_rel, std::memory_order_acquire));
        return TimePoint{Duration{last_.load(std::memory_order_relaxed)}};
    }
    bool closed() const noexcept { return arrival_.load(std::memory_order_relaxed) == never; }
    /// Returns: how far the arrival time lies ahead; Duration::max() if it is closed.
    Duration ahead(TimePoint now) const noexcept {
        Ticks const seen = arrival_.load(std::memory_order_relaxed);
        if (seen == never) return Duration::max();
        if (seen <= now.time_since_epoch().count()) return Duration::zero();
        return saturating_subtract(TimePoint{Duration{seen}}, now);
    }
    /// Returns: whether it is as new: nothing that a call took matters any more.
    bool idle(TimePoint now) const noexcept {
        return arrival_.load(std::memory_order_relaxed) <= now.time_since_epoch().count();
    }

private:
    std::atomic<Ticks> arrival_{long_ago};
    std::atomic<Ticks> last_{long_ago}; // after close()
};

} // namespace grit::inline GRIT_ABI::detail
