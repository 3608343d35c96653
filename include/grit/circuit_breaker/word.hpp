// SPDX-License-Identifier: BSL-1.0
#pragma once
// The state word: kind, payload and epoch of a circuit in 64 bits, so that every transition is one compare-and-swap.

#include <grit/circuit_breaker/state.hpp>

namespace grit::inline GRIT_ABI::detail {

/// From the low end: kind 3 bits, payload 37, epoch 24.
///
/// The kind is the CircuitState; its third bit is set where a call must ask before it may go on. The payload belongs to
/// the kind: closed and metrics_only what the trip policies remember; open its deadline and how many openings there
/// were in a row; half_open those openings and its probes: under way, succeeded, failed. The epoch is one more at every
/// transition, and an outcome counts only in the epoch in which its call was admitted.
using Word = std::uint64_t;

inline constexpr int kind_bits = 3;
inline constexpr int payload_bits = 37;
inline constexpr int epoch_bits = 24;
inline constexpr Word payload_mask = (Word{1} << payload_bits) - 1;
inline constexpr Word one_epoch = Word{1} << (kind_bits + payload_bits);

constexpr CircuitState kind_of(Word w) noexcept { return static_cast<CircuitState>(w & 7); }
constexpr Word payload_of(Word w) noexcept { return (w >> kind_bits) & payload_mask; }
constexpr std::uint32_t epoch_of(Word w) noexcept {
    return static_cast<std::uint32_t>(w >> (kind_bits + payload_bits));
}

/// True unless every call may go on.
GRIT_INLINE constexpr bool must_ask(Word w) noexcept { return (w & 4) != 0; }

/// True if both words are of one state in one epoch.
constexpr bool same_epoch(Word a, Word b) noexcept { return ((a ^ b) & ~(payload_mask << kind_bits)) == 0; }

constexpr Word with_payload(Word w, Word payload) noexcept {
    return (w & ~(payload_mask << kind_bits)) | payload << kind_bits;
}

/// The word after a transition: the next epoch, which follows the last one with zero.
constexpr Word transition(Word from, CircuitState to, Word payload = 0) noexcept {
    return ((from & ~(one_epoch - 1)) + one_epoch) | payload << kind_bits | static_cast<Word>(to);
}

// Openings in a row, in open and half_open: the low bits of the payload.
inline constexpr int openings_bits = 6;
inline constexpr int most_openings = (1 << openings_bits) - 1;

constexpr int openings_of(Word w) noexcept { return static_cast<int>(payload_of(w) & most_openings); }
constexpr int one_more(int openings) noexcept { return openings < most_openings ? openings + 1 : openings; }

// Deadlines: milliseconds of the clock. The low 31 bits are kept. A circuit is open for ten days at most, and
// after ten days by a second word it is due whatever these bits say; so they always suffice to tell before from after.
inline constexpr int deadline_bits = payload_bits - openings_bits;
inline constexpr Word deadline_mask = (Word{1} << deadline_bits) - 1;
inline constexpr std::int64_t ticks_per_deadline = 1'000'000;
inline constexpr Duration longest_open = std::chrono::hours{24 * 10};

/// What a rejection says where nobody knows when it is worth asking again.
inline constexpr Duration least_retry_after = std::chrono::milliseconds{100};

/// Rounded down, for a divisor above zero. Without a branch, and by a constant without a division: -1 - n is ~n, which
/// mirrors the numbers below zero.
constexpr std::int64_t floor_divide(std::int64_t n, std::int64_t by) noexcept {
    std::int64_t const sign = n >> 63;
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(n ^ sign) / static_cast<std::uint64_t>(by)) ^ sign;
}

/// Milliseconds since the epoch of the clock, rounded down.
constexpr std::int64_t deadline_ticks(TimePoint t) noexcept {
    return floor_divide(t.time_since_epoch().count(), ticks_per_deadline);
}

/// The payload of a circuit that opens for d. Rounded up to a millisecond.
constexpr Word open_payload(TimePoint now, Duration d, int openings) noexcept {
    if (d > longest_open) d = longest_open;
    TimePoint const deadline = saturating_add(now, d);
    bool const inexact = deadline.time_since_epoch().count() % ticks_per_deadline != 0;
    auto const ticks = static_cast<Word>(deadline_ticks(deadline) + inexact);
    return (ticks & deadline_mask) << openings_bits | static_cast<Word>(openings);
}

/// The payload of a circuit whose time is over.
constexpr Word due_payload(TimePoint now, int openings) noexcept {
    return (static_cast<Word>(deadline_ticks(now)) & deadline_mask) << openings_bits | static_cast<Word>(openings);
}

/// The time until the deadline of an open circuit; zero or less once it has passed.
constexpr Duration until_deadline(Word w, TimePoint now) noexcept {
    std::int64_t const now_ticks = deadline_ticks(now);
    Word const ticks = ((payload_of(w) >> openings_bits) - static_cast<Word>(now_ticks)) & deadline_mask;
    // Ahead by up to ten days, and by a few more if a clock was set back; the rest of the circle lies behind.
    constexpr Word behind = deadline_mask - static_cast<Word>(longest_open / Duration{ticks_per_deadline});
    if (ticks > behind) return Duration::zero();
    std::int64_t const into_tick = now.time_since_epoch().count() - now_ticks * ticks_per_deadline;
    return Duration{static_cast<std::int64_t>(ticks) * ticks_per_deadline - into_tick};
}

// Probes, in half_open: three counters above the openings.
inline constexpr int counter_bits = 10;
inline constexpr int most_probes = (1 << counter_bits) - 1;

struct Probes {
    int under_way;
    int succeeded;
    int failed;

    constexpr int taken() const noexcept { return under_way + succeeded + failed; }
};

constexpr Probes probes_of(Word w) noexcept {
    Word const counters = payload_of(w) >> openings_bits;
    return {static_cast<int>(counters & most_probes), static_cast<int>(counters >> counter_bits & most_probes),
            static_cast<int>(counters >> 2 * counter_bits & most_probes)};
}
constexpr Word half_open_payload(int openings, Probes const& p) noexcept {
    Word const counters = static_cast<Word>(p.under_way) | static_cast<Word>(p.succeeded) << counter_bits |
                          static_cast<Word>(p.failed) << 2 * counter_bits;
    return counters << openings_bits | static_cast<Word>(openings);
}

} // namespace grit::inline GRIT_ABI::detail
