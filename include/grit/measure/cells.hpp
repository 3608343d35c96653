// SPDX-License-Identifier: BSL-1.0
#pragma once
// Cells in which each thread counts for itself: a count is one load and one store, and a read adds up all threads.

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <vector>

#include <grit/core/config.hpp>

namespace grit::inline GRIT_ABI::detail {

using CountCell = std::atomic<std::uint64_t>;

/// Where a cell is in the blocks of every thread. Each block is twice as large as the one before it, so that all cells
/// are found by two numbers and none ever moves.
struct CellPlace {
    std::uint32_t block = 0;
    std::uint32_t offset = 0;

    constexpr CellPlace operator+(std::size_t n) const noexcept {
        return {block, offset + static_cast<std::uint32_t>(n)};
    }
    friend constexpr bool operator==(CellPlace const&, CellPlace const&) = default;
};

inline constexpr std::size_t cell_blocks = 24;
inline constexpr std::size_t cache_line = 64;
constexpr std::size_t cells_in(std::size_t block) noexcept { return std::size_t{64} << block; }

/// The blocks of this thread; null until it first counts in one, and again when it has ended.
inline thread_local constinit CountCell* own_cells[cell_blocks]{};

/// The blocks of one thread as a reader finds them, in a list. Written under the lock of the bank.
struct CellsOfThread {
    std::array<CountCell*, cell_blocks> blocks{};
    CellsOfThread* next = nullptr;
};

/// Gives out cells, and adds up what all threads have counted in them. There is one, which never ends, since threads
/// may end after everything else has.
class CellBank {
public:
    static CellBank& instance() {
        static CellBank* const bank = new CellBank;
        return *bank;
    }

    /// Takes n cells beside each other, all zero. Requires: n is not zero.
    CellPlace take(std::size_t n) {
        std::lock_guard const lock{mutex_};
        if (auto& free = free_[n]; !free.empty()) {
            CellPlace const place = free.back();
            free.pop_back();
            return place;
        }
        while (used_ + n > cells_in(block_)) {
            if (block_ + 1 == cell_blocks) std::abort(); // a thousand million cells
            ++block_;
            used_ = 0;
        }
        // Those of the threads that have ended: always there, so that a count needs no memory.
        if (ended_.blocks[block_] == nullptr)
            ended_.blocks[block_] = as_cells(::operator new(size_of(block_), std::align_val_t{cache_line}), block_);
        CellPlace const place = CellPlace{static_cast<std::uint32_t>(block_), 0} + used_;
        used_ += n;
        return place;
    }
    /// Takes them back. Requires: nobody counts in them any more.
    void give_back(CellPlace place, std::size_t n) {
        std::lock_guard const lock{mutex_};
        for (std::size_t i = 0; i != n; ++i)
            each(place + i, [](CountCell& cell) { cell.store(0, std::memory_order_relaxed); });
        free_[n].push_back(place);
    }

    /// Returns: what all threads have counted in it, those that have ended, too.
    std::uint64_t sum(CellPlace place) const {
        std::lock_guard const lock{mutex_};
        std::uint64_t sum = 0;
        each(place, [&](CountCell const& cell) { sum += cell.load(std::memory_order_relaxed); });
        return sum;
    }

    // For threads that count.
    void enter(CellsOfThread& thread) noexcept {
        std::lock_guard const lock{mutex_};
        thread.next = ended_.next;
        ended_.next = &thread;
    }
    /// Gives the thread its block. Returns: null if there is no memory.
    CountCell* block_for(CellsOfThread& thread, std::size_t block) noexcept {
        CountCell* const made = new_block(block);
        std::lock_guard const lock{mutex_};
        return thread.blocks[block] = made;
    }
    /// Adds what the thread has counted to what those that have ended have counted.
    void leave(CellsOfThread& thread) noexcept {
        std::lock_guard const lock{mutex_};
        CellsOfThread* before = &ended_;
        while (before->next != &thread) before = before->next;
        before->next = thread.next;
        for (std::size_t block = 0; block != cell_blocks; ++block) {
            if (thread.blocks[block] == nullptr) continue;
            for (std::size_t i = 0; i != cells_in(block); ++i)
                add(ended_.blocks[block][i], thread.blocks[block][i].load(std::memory_order_relaxed));
            ::operator delete(thread.blocks[block], std::align_val_t{cache_line});
        }
    }
    /// For a thread that has no cells of its own.
    void count(CellPlace place, std::uint64_t n) noexcept {
        std::lock_guard const lock{mutex_};
        add(ended_.blocks[place.block][place.offset], n);
    }

private:
    CellBank() = default;

    static void add(CountCell& cell, std::uint64_t n) noexcept {
        cell.store(cell.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    static constexpr std::size_t size_of(std::size_t block) noexcept { return cells_in(block) * sizeof(CountCell); }
    static CountCell* as_cells(void* memory, std::size_t block) noexcept {
        auto* const cells = static_cast<CountCell*>(memory);
        for (std::size_t i = 0; i != cells_in(block); ++i) ::new (static_cast<void*>(cells + i)) CountCell{0};
        return cells;
    }
    static CountCell* new_block(std::size_t block) noexcept {
        void* const memory = ::operator new(size_of(block), std::align_val_t{cache_line}, std::nothrow);
        return memory == nullptr ? nullptr : as_cells(memory, block);
    }
    template <class F>
    void each(CellPlace place, F const& f) const {
        for (CellsOfThread const* thread = &ended_; thread != nullptr; thread = thread->next)
            if (CountCell* const block = thread->blocks[place.block]; block != nullptr) f(block[place.offset]);
    }

    mutable std::mutex mutex_;
    CellsOfThread ended_{}; // the first of the list
    std::size_t block_ = 0;
    std::size_t used_ = 0;
    std::map<std::size_t, std::vector<CellPlace>> free_;
};

/// The part of a thread in the bank, from its first count to its end.
class ThreadInBank {
public:
    ThreadInBank() noexcept { CellBank::instance().enter(cells_); }
    ThreadInBank(ThreadInBank const&) = delete;
    ThreadInBank& operator=(ThreadInBank const&) = delete;
    ~ThreadInBank() {
        has_ended = true;
        for (CountCell*& block : own_cells) block = nullptr;
        CellBank::instance().leave(cells_);
    }

    static void count(CellPlace place, std::uint64_t n) noexcept {
        if (!has_ended) { // else it is the destructor of something else of this thread that counts
            thread_local ThreadInBank mine;
            own_cells[place.block] = CellBank::instance().block_for(mine.cells_, place.block);
            if (CountCell* const block = own_cells[place.block]; block != nullptr) {
                block[place.offset].store(n, std::memory_order_relaxed);
                return;
            }
        }
        CellBank::instance().count(place, n);
    }

private:
    static inline thread_local constinit bool has_ended = false;
    CellsOfThread cells_;
};

/// The first time that a thread counts in a block.
GRIT_COLD inline void count_first(CellPlace place, std::uint64_t n) noexcept { ThreadInBank::count(place, n); }

/// Counts in a cell of this thread. Complexity: a load and a store; only the first count of a thread in a block
/// allocates and takes a lock.
GRIT_INLINE void count_in(CellPlace place, std::uint64_t n) noexcept {
    CountCell* const block = own_cells[place.block];
    if (block == nullptr) [[unlikely]]
        return count_first(place, n);
    CountCell& cell = block[place.offset];
    cell.store(cell.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}
/// Counts in two cells of one block.
GRIT_INLINE void count_in_both(CellPlace a, std::uint64_t n, CellPlace b, std::uint64_t m) noexcept {
    CountCell* const block = own_cells[a.block];
    if (block == nullptr) [[unlikely]] {
        count_first(a, n);
        return count_in(b, m);
    }
    CountCell* const both[] = {block + a.offset, block + b.offset};
    both[0]->store(both[0]->load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    both[1]->store(both[1]->load(std::memory_order_relaxed) + m, std::memory_order_relaxed);
}

} // namespace grit::inline GRIT_ABI::detail
