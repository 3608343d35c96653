// SPDX-License-Identifier: BSL-1.0
#pragma once
// The memory of a window of time: a ring of buckets. Each bucket is one word: an epoch, a time, and counts.

#include <array>
#include <atomic>
#include <limits>

#include <grit/circuit_breaker/word.hpp>

namespace grit::inline GRIT_ABI::detail {

/// From the low end: calls 22 bits, those of them that are marked 22, round 4, epoch 16. A type of its own, so that an
/// atomics policy can tell it from the state word.
enum class Cell : std::uint64_t {};
/// The number of a round, likewise.
enum class Round : std::int64_t {};

inline constexpr int cell_count_bits = 22;
inline constexpr int cell_round_bits = 4;
inline constexpr int most_rounds = 1 << cell_round_bits; // that are told apart
inline constexpr std::int64_t most_in_cell = (1 << cell_count_bits) - 1;
/// A full bucket may be halved, and must still reach a minimum.
inline constexpr int most_minimum = most_in_cell / 2;

struct Counts {
    std::int64_t calls = 0;
    std::int64_t marked = 0;

    constexpr operator CircuitCounts() const noexcept { return {calls, marked}; }
};

constexpr Counts counts_of(Cell c) noexcept {
    auto const bits = static_cast<std::int64_t>(c);
    return {bits & most_in_cell, bits >> cell_count_bits & most_in_cell};
}
constexpr Word tag_of(Cell c) noexcept { return static_cast<Word>(c) >> 2 * cell_count_bits; }
constexpr Word cell_tag(Word epoch, Word round) noexcept {
    return (epoch << cell_round_bits | (round & ((Word{1} << cell_round_bits) - 1))) &
           ((Word{1} << (64 - 2 * cell_count_bits)) - 1);
}
constexpr Cell make_cell(Word tag, Counts n) noexcept {
    return static_cast<Cell>((tag << cell_count_bits | static_cast<Word>(n.marked)) << cell_count_bits |
                             static_cast<Word>(n.calls));
}
/// Requires: fewer than most_in_cell calls, so that nothing is carried.
constexpr Cell with_one_more(Cell c, bool marked) noexcept {
    return static_cast<Cell>(static_cast<Word>(c) + 1 + (static_cast<Word>(marked) << cell_count_bits));
}
/// How many rounds a tag is ahead of another of its epoch, modulo their number; of another epoch something large.
constexpr Word rounds_ahead(Word tag, Word of) noexcept {
    constexpr Word rounds = (Word{1} << cell_round_bits) - 1;
    return tag >> cell_round_bits == of >> cell_round_bits ? (tag - of) & rounds : rounds;
}

/// The number of a bucket since the epoch of the clock.
constexpr std::int64_t bucket_number(TimePoint t, Duration width) noexcept {
    return floor_divide(t.time_since_epoch().count(), width.count());
}

enum class Recorded : unsigned char {
    discarded, // not counted: of an earlier epoch, or older than the window
    counted,
    first // counted, as the first of its bucket
};

/// Buckets number b, b + Buckets, b + 2 Buckets … share a cell, in rounds. Nothing is reset: a cell whose tag is of
/// another round or epoch is empty, and who counts there replaces all of it in one exchange. Beside the cells stands
/// the newest round in which something was counted: the few bits of a round in a cell tell apart what is near to that.
///
/// The exchange covers counts and tag, so no count can carry into its neighbour. Sequentially consistent, so that of
/// two calls which count in two buckets and then sum up, one at least sees both. Thread safety: safe from any thread.
template <class Atomics, int Buckets>
class BucketRing {
    struct Slot {
        typename Atomics::template Atomic<Cell> cell{Cell{}};
    };

public:
    /// Counts a call. `in_epoch` asks whether the circuit is still in the epoch of the call; it is asked after a cell
    /// of another tag was read, so a cell that a later epoch has begun is never replaced. `halves` is what happens to a
    /// full bucket: its counts are halved, or it counts no more.
    template <class InEpoch>
    Recorded record(std::uint32_t epoch, std::int64_t bucket, bool marked, bool halves, InEpoch const& in_epoch) {
        std::int64_t const round = round_number(bucket);
        Round const last = newest_round_.load(std::memory_order_seq_cst);
        if (static_cast<std::int64_t>(last) != round) [[unlikely]] {
            if (static_cast<std::int64_t>(last) < round) sweep(last, round);
            else if (round < static_cast<std::int64_t>(last) - 1) return Recorded::discarded;
        }
        auto& cell = slots_[index_of(bucket)].cell;
        Word const tag = cell_tag(epoch, round_of(bucket));
        Cell was = cell.load(std::memory_order_seq_cst);
        for (;;) {
            Counts const n = counts_of(was);
            bool const empty = n.calls == 0; // of whatever tag, as at the beginning
            bool const same = !empty && tag_of(was) == tag;
            Cell next = was;
            if (!same) [[unlikely]] {
                bool const newer = !empty && rounds_ahead(tag_of(was), tag) < most_rounds / 2;
                if (newer || !in_epoch()) return Recorded::discarded;
                next = make_cell(tag, {});
            } else if (n.calls == most_in_cell) [[unlikely]] {
                if (!halves) return Recorded::discarded;
                next = make_cell(tag, {n.calls / 2, n.marked / 2});
            }
            next = with_one_more(next, marked);
            if (cell.compare_exchange_weak(was, next, std::memory_order_seq_cst, std::memory_order_seq_cst))
                return same ? Recorded::counted : Recorded::first;
        }
    }

    /// Adds to the counts of a bucket in which the call was counted before, if that is less than Buckets older than
    /// `newest`. Requires: what is taken away was counted.
    void amend(std::uint32_t epoch, std::int64_t bucket, std::int64_t newest, Counts change) {
        if (newest - bucket >= Buckets) return;
        auto& cell = slots_[index_of(bucket)].cell;
        Word const tag = cell_tag(epoch, round_of(bucket));
        Cell was = cell.load(std::memory_order_seq_cst);
        while (tag_of(was) == tag) {
            Counts const n = counts_of(was);
            Cell const next = make_cell(tag, {n.calls + change.calls, n.marked + change.marked});
            if (cell.compare_exchange_weak(was, next, std::memory_order_seq_cst, std::memory_order_seq_cst)) return;
        }
    }

    /// Calls add(bucket, counts) for each bucket of the epoch that is less than Buckets older than `newest`. Buckets
    /// that other threads have begun since count too.
    template <class Add>
    void each(std::uint32_t epoch, std::int64_t newest, Add const& add) const {
        // So far from the newest round all is too old, or new to who asks so late.
        auto const last = static_cast<std::int64_t>(newest_round_.load(std::memory_order_seq_cst));
        if (last < round_number(newest) - 1 || last > round_number(newest) + 1) return;
        for (std::int64_t bucket = newest - Buckets + 1; bucket <= newest; ++bucket) {
            Cell const c = slots_[index_of(bucket)].cell.load(std::memory_order_seq_cst);
            Word const ahead = rounds_ahead(tag_of(c), cell_tag(epoch, round_of(bucket)));
            if (ahead <= 1) add(bucket + static_cast<std::int64_t>(ahead) * Buckets, counts_of(c));
        }
    }

    /// Returns: the counts of all of them together.
    Counts sum(std::uint32_t epoch, std::int64_t newest) const {
        Counts all;
        each(epoch, newest, [&](std::int64_t, Counts n) {
            all.calls += n.calls;
            all.marked += n.marked;
        });
        return all;
    }

private:
    static constexpr std::size_t index_of(std::int64_t bucket) noexcept {
        return static_cast<std::size_t>(bucket - floor_divide(bucket, Buckets) * Buckets);
    }
    static constexpr std::int64_t round_number(std::int64_t bucket) noexcept { return floor_divide(bucket, Buckets); }
    static constexpr Word round_of(std::int64_t bucket) noexcept { return static_cast<Word>(round_number(bucket)); }

    /// A round begins: empties what is older than the round before it, of whatever epoch. So no cell grows so old that
    /// the few bits of its round mean a later one.
    GRIT_COLD void sweep(Round newest, std::int64_t round) {
        while (static_cast<std::int64_t>(newest) < round) {
            bool const all = static_cast<std::int64_t>(newest) < round - (most_rounds - 2); // then the bits say nothing
            if (newest != no_round && !empty_older(newest, round, all))
                newest = newest_round_.load(std::memory_order_seq_cst);
            else if (newest_round_.compare_exchange_weak(newest, static_cast<Round>(round), std::memory_order_seq_cst,
                                                         std::memory_order_seq_cst))
                return;
        }
    }
    /// Returns: false where another thread has begun a round meanwhile. What it counts since must stay.
    bool empty_older(Round newest, std::int64_t round, bool all) {
        for (Slot& slot : slots_) {
            Cell was = slot.cell.load(std::memory_order_seq_cst);
            for (;;) {
                Word const behind = rounds_ahead(cell_tag(0, static_cast<Word>(round)), cell_tag(0, tag_of(was)));
                if (counts_of(was).calls == 0 || (!all && behind <= 1)) break;
                if (newest_round_.load(std::memory_order_seq_cst) != newest) return false;
                if (slot.cell.compare_exchange_weak(was, Cell{}, std::memory_order_seq_cst, std::memory_order_seq_cst))
                    break;
            }
        }
        return true;
    }

    static constexpr Round no_round{std::numeric_limits<std::int64_t>::min()};
    typename Atomics::template Atomic<Round> newest_round_{no_round};
    std::array<Slot, static_cast<std::size_t>(Buckets)> slots_{};
};

/// A number for each thread, from 0 on, so that threads that write at the same time write to different lines.
inline unsigned number_of_thread() noexcept {
    static constinit std::atomic<unsigned> next{1};
    thread_local constinit unsigned mine = 0;
    if (mine == 0) [[unlikely]]
        mine = next.fetch_add(1, std::memory_order_relaxed);
    return mine - 1;
}

/// A ring for each of four groups of threads, on lines of their own, and summed up together. For what every call
/// writes. One ring where the atomics are not the usual ones: those are told what happens, step by step.
template <class Atomics, int Buckets>
class ShardedRing {
    static constexpr bool usual = std::is_same_v<typename Atomics::template Atomic<Cell>, std::atomic<Cell>>;
    static constexpr unsigned shards = usual ? 4 : 1; // a power of two

public:
    template <class InEpoch>
    Recorded record(std::uint32_t epoch, std::int64_t bucket, bool marked, bool halves, InEpoch const& in_epoch) {
        unsigned const mine = shards == 1 ? 0 : number_of_thread() % shards;
        return shards_[mine].ring.record(epoch, bucket, marked, halves, in_epoch);
    }
    /// Returns: the counts of all of them together.
    Counts sum(std::uint32_t epoch, std::int64_t newest) const {
        Counts all;
        for (Shard const& one : shards_) {
            Counts const n = one.ring.sum(epoch, newest);
            all.calls += n.calls;
            all.marked += n.marked;
        }
        return all;
    }

private:
    struct alignas(64) Shard {
        BucketRing<Atomics, Buckets> ring;
    };
    std::array<Shard, shards> shards_{};
};

} // namespace grit::inline GRIT_ABI::detail
