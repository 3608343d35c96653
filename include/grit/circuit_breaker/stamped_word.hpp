// SPDX-License-Identifier: BSL-1.0
#pragma once
// The two atomics of a circuit: its word, which alone decides, and a stamp, from which deadlines and leases count.

#include <limits>

#include <grit/circuit_breaker/atomics.hpp>
#include <grit/circuit_breaker/word.hpp>

namespace grit::inline GRIT_ABI::detail {

/// The stamp is a time: the latest attempt to open the circuit or to let a probe through. It only grows, and it is
/// written before the word is exchanged. A thread that sees the new word therefore sees a stamp that is not older. So
/// no lease ends early.
///
/// On a line of its own: the word is read by every call, and a neighbour that is written would slow them all.
/// Thread safety: safe from any thread.
template <class Atomics>
class alignas(64) StampedWord {
    template <class T>
    using Atomic = typename Atomics::template Atomic<T>;

public:
    GRIT_INLINE Word load(std::memory_order order) const { return word_.load(order); }
    /// Returns: whether w became next; if not, w is the word that it found. It may fail for no reason.
    GRIT_INLINE bool exchange(Word& w, Word next) {
        return word_.compare_exchange_weak(w, next, std::memory_order_acq_rel, std::memory_order_acquire);
    }

    TimePoint last_stamp() const { return TimePoint{Duration{stamp_.load(std::memory_order_relaxed)}}; }
    void stamp(TimePoint now) {
        std::int64_t const ticks = now.time_since_epoch().count();
        std::int64_t last = stamp_.load(std::memory_order_relaxed);
        while (last < ticks &&
               !stamp_.compare_exchange_weak(last, ticks, std::memory_order_relaxed, std::memory_order_relaxed)) {
        }
    }

    /// The time until the deadline of the open circuit w; zero or less once it has passed.
    Duration remaining(Word w, TimePoint now) const {
        if (saturating_subtract(now, last_stamp()) >= longest_open) return Duration::zero();
        return until_deadline(w, now);
    }

private:
    Atomic<Word> word_{0};
    Atomic<std::int64_t> stamp_{std::numeric_limits<std::int64_t>::min()};
};

} // namespace grit::inline GRIT_ABI::detail
