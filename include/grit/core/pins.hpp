// SPDX-License-Identifier: BSL-1.0
#pragma once
// Pins: each thread says in a place of its own what it looks at, so that readers share no word that they write.

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::detail {

/// Says that something is in use: its address. Only the thread that owns its block writes one that is empty; any thread
/// may empty one.
using Pin = std::atomic<void const*>;

/// The pins of one thread. Blocks are never freed: a pin may outlive its thread, and the next thread takes the block.
struct alignas(128) PinBlock {
    std::array<Pin, 13> pins{};
    std::atomic<void const*> owner{nullptr};
    PinBlock* next = nullptr;

    Pin* free() noexcept {
        for (Pin& pin : pins)
            if (pin.load(std::memory_order_acquire) == nullptr) return &pin;
        return nullptr;
    }
};

/// Something that a pin may hold back from its end.
class Pinnable {
public:
    Pinnable() = default;
    Pinnable(Pinnable const&) = delete;
    Pinnable& operator=(Pinnable const&) = delete;

protected:
    ~Pinnable() = default;

private:
    friend class Pins;
    Pinnable* next_ = nullptr;
    void (*end_)(Pinnable&) noexcept = nullptr;
};

/// All pins of the process, or of the shared library if that hides its symbols.
///
/// A reader announces that it looks at something; then it finds what it wants there, and pins that. What a writer took
/// out may end once nobody looks, and nobody has pinned it. Thread safety: safe from any thread.
class Pins {
public:
    /// What tells the pins of one shared library from those of another.
    static void const* registry() noexcept { return &first_; }

    /// Announces that this thread looks at `where`: what it reads from now on stays until the pin says something else.
    /// Returns: the pin; nullptr at the end of the thread.
    static Pin* look_at(void const* where) {
        PinBlock* const block = mine_;
        Pin* pin = block != nullptr ? block->free() : nullptr;
        if (pin == nullptr) [[unlikely]]
            if (pin = more(); pin == nullptr) return nullptr;
        // In one order with what a writer takes out before it reads the pins.
        pin->store(where, std::memory_order_seq_cst);
        return pin;
    }
    /// What this pin said is in use no more. Returns what others took out to its end, if it waits for that.
    static void release(Pin& pin) noexcept {
        // In one order with who sets something waiting and then reads the pins: one of the two sees the other.
        pin.store(nullptr, std::memory_order_seq_cst);
        if (waiting_.load(std::memory_order_seq_cst) != nullptr) [[unlikely]]
            sweep();
    }

    /// Waits until nobody looks at `where` who began before.
    static void wait_for_readers_of(void const* where) noexcept {
        for (PinBlock* block = first_.load(std::memory_order_seq_cst); block != nullptr; block = block->next)
            for (Pin const& pin : block->pins)
                for (int tries = 0; pin.load(std::memory_order_seq_cst) == where;)
                    if (++tries < 100) std::this_thread::yield();
                    else std::this_thread::sleep_for(std::chrono::microseconds{50}); // a reader of lower priority
    }
    /// Returns: whether a pin says that it is in use.
    static bool hold(Pinnable const& one) noexcept {
        for (PinBlock* block = first_.load(std::memory_order_acquire); block != nullptr; block = block->next)
            for (Pin const& pin : block->pins)
                if (pin.load(std::memory_order_seq_cst) == &one) return true;
        return false;
    }

    /// Calls end(one) once no pin holds it: now, or where the last one is released.
    /// Requires: nobody can find it any more.
    static void end_when_free(Pinnable& one, void (*end)(Pinnable&) noexcept) noexcept {
        one.end_ = end;
        {
            std::lock_guard const lock{mutex_};
            one.next_ = waiting_.load(std::memory_order_relaxed);
            waiting_.store(&one, std::memory_order_seq_cst);
        }
        sweep();
    }

private:
    /// Ends what waits and is free. Not inside the lock: it is the user's.
    static void sweep() noexcept {
        Pinnable* free = nullptr;
        {
            std::lock_guard const lock{mutex_};
            Pinnable* all = waiting_.load(std::memory_order_relaxed);
            Pinnable* kept = nullptr;
            while (all != nullptr) {
                Pinnable& one = *all;
                all = one.next_;
                Pinnable*& list = hold(one) ? kept : free;
                one.next_ = list;
                list = &one;
            }
            waiting_.store(kept, std::memory_order_seq_cst);
        }
        while (free != nullptr) {
            Pinnable& one = *free;
            free = one.next_;
            one.end_(one);
        }
    }

    /// Gives the blocks of a thread back where it ends.
    struct Owner {
        Owner() = default;
        Owner(Owner const&) = delete;
        Owner& operator=(Owner const&) = delete;
        ~Owner() {
            ended_ = true;
            mine_ = nullptr;
            for (PinBlock* block = first_.load(std::memory_order_acquire); block != nullptr; block = block->next)
                if (block->owner.load(std::memory_order_relaxed) == this)
                    block->owner.store(nullptr, std::memory_order_release);
        }
    };

    /// Takes a block that has room, or makes one. Returns: a pin of it.
    [[gnu::noinline]] static Pin* more() {
        if (ended_) return nullptr;
        static thread_local Owner const owner;
        for (PinBlock* block = first_.load(std::memory_order_acquire); block != nullptr; block = block->next) {
            void const* its = block->owner.load(std::memory_order_relaxed);
            bool const is_mine = its == &owner || (its == nullptr && block->owner.compare_exchange_strong(its, &owner));
            if (Pin* const pin = is_mine ? block->free() : nullptr) {
                mine_ = block;
                return pin;
            }
        }
        auto* const made = new PinBlock; // NOLINT(cppcoreguidelines-owning-memory): for the rest of the process
        made->owner.store(&owner, std::memory_order_relaxed);
        made->next = first_.load(std::memory_order_relaxed);
        while (!first_.compare_exchange_weak(made->next, made)) {
        }
        mine_ = made;
        return &made->pins.front();
    }

    static constinit inline std::atomic<PinBlock*> first_{nullptr};
    static constinit inline std::mutex mutex_{};
    static constinit inline std::atomic<Pinnable*> waiting_{nullptr}; // written under the lock
    static constinit inline thread_local PinBlock* mine_ = nullptr;
    static constinit inline thread_local bool ended_ = false;
};

} // namespace grit::inline GRIT_ABI::detail
