// SPDX-License-Identifier: BSL-1.0
#pragma once
// Places: a number of places that calls take, and the line of those who wait for one.

#include <atomic>
#include <cstdint>
#include <mutex>

#include <grit/core/stage.hpp>
#include <grit/time/bell.hpp>

namespace grit::inline GRIT_ABI::detail {

/// A caller in line. It lies in its call, which does not move; only Places looks into it.
class Waiter {
public:
    enum class State : unsigned char { outside, in_line, called, refused };

    Waiter() noexcept = default;
    Waiter(Waiter const&) = delete;
    Waiter& operator=(Waiter const&) = delete;

private:
    friend class Places;
    Waiter* next_ = nullptr;
    Waiter* before_ = nullptr;
    Waker waker_{};
    State state_ = State::outside;
};

/// As many places as the limit says. Who finds none may stand in line: a place that is given up is handed to the first
/// in line, and nobody overtakes.
///
/// One word counts those inside, those in line and the limit. While nobody waits, to enter and to leave are one
/// compare-and-swap each; the line is kept under a lock. Thread safety: safe from any thread.
class Places {
    using Word = std::uint64_t;
    static constexpr int field = 20;
    static constexpr Word mask = (Word{1} << field) - 1;
    static constexpr Word one_used = 1;
    static constexpr Word one_waiting = Word{1} << field;
    static constexpr Word one_of_limit = Word{1} << 2 * field;
    static constexpr Word closed_bit = Word{1} << 3 * field;

    static constexpr int used(Word w) noexcept { return static_cast<int>(w & mask); }
    static constexpr int waiting(Word w) noexcept { return static_cast<int>(w >> field & mask); }
    static constexpr int limit(Word w) noexcept { return static_cast<int>(w >> 2 * field & mask); }
    static constexpr bool is_closed(Word w) noexcept { return (w & closed_bit) != 0; }
    static constexpr bool is_free(Word w) noexcept { return w < closed_bit && waiting(w) == 0 && used(w) < limit(w); }

public:
    static constexpr int most = static_cast<int>(mask);
    enum class Entry : unsigned char { in, line, full, closed };

    /// Requires: 0 <= limit <= most.
    explicit constexpr Places(int limit) noexcept : word_(static_cast<Word>(limit) * one_of_limit) {}

    /// Takes a place if one is free and nobody waits. Returns: whether it did.
    GRIT_INLINE bool enter() noexcept {
        Word seen = word_.load(std::memory_order_relaxed);
        while (is_free(seen))
            if (word_.compare_exchange_weak(seen, seen + one_used, std::memory_order_acquire,
                                            std::memory_order_relaxed))
                return true;
        return false;
    }
    /// The same, and without a free place stands in line, behind at most so many others.
    GRIT_COLD Entry enter(Waiter& waiter, int most_waiting) {
        std::lock_guard const lock{mutex_};
        Word seen = word_.load(std::memory_order_relaxed);
        for (;;) {
            if (is_closed(seen)) return Entry::closed;
            bool const goes_in = is_free(seen);
            if (!goes_in && waiting(seen) >= most_waiting) return Entry::full;
            if (!change(seen, seen + (goes_in ? one_used : one_waiting))) continue;
            if (goes_in) return Entry::in;
            append(waiter);
            return Entry::line;
        }
    }
    /// Gives up a place.
    GRIT_INLINE void leave() noexcept {
        Word seen = word_.load(std::memory_order_relaxed);
        while (seen < closed_bit && waiting(seen) == 0)
            if (word_.compare_exchange_weak(seen, seen - one_used, std::memory_order_release,
                                            std::memory_order_relaxed))
                return;
        hand_over();
    }

    /// Has the waker called once the waiter need not wait any longer: at once, if that is so already.
    void park(Waiter& waiter, Waker waker) {
        std::lock_guard const lock{mutex_};
        if (waiter.state_ == Waiter::State::in_line) waiter.waker_ = waker;
        else waker();
    }
    /// From now on nobody is told.
    void unpark(Waiter& waiter) noexcept {
        std::lock_guard const lock{mutex_};
        waiter.waker_ = {};
    }
    /// The same, and who still stands in line leaves it. Returns: how it stood; who was called has a place.
    Waiter::State settle(Waiter& waiter) noexcept {
        std::lock_guard const lock{mutex_};
        waiter.waker_ = {};
        if (waiter.state_ == Waiter::State::in_line) {
            remove(waiter);
            add(Word{0} - one_waiting);
        }
        return std::exchange(waiter.state_, Waiter::State::outside);
    }

    /// Changes the number of places, and calls those in line into new ones. Those inside stay. Requires: as above.
    void set_limit(int n) noexcept {
        std::lock_guard const lock{mutex_};
        Word seen = word_.load(std::memory_order_relaxed);
        while (!change(seen, (seen & ~(mask * one_of_limit)) | static_cast<Word>(n) * one_of_limit)) {
        }
        while (first_ != nullptr && used(word_.load(std::memory_order_relaxed)) < n) {
            add(one_used - one_waiting);
            call(*first_, Waiter::State::called);
        }
    }

    /// From now on nobody enters, and those in line are refused.
    void close() noexcept {
        std::lock_guard const lock{mutex_};
        Word seen = word_.load(std::memory_order_relaxed);
        while (!change(seen, (seen & ~(mask * one_waiting)) | closed_bit)) {
        }
        while (first_ != nullptr) call(*first_, Waiter::State::refused);
    }
    /// Waits until nobody is inside. Requires: it is closed. Returns: whether that is so; at `end` at the latest.
    bool wait_until_empty(TimePoint end) {
        Leaver self;
        {
            std::lock_guard const lock{mutex_};
            if (used() == 0) return true;
            self.next = std::exchange(leavers_, &self);
        }
        self.bell.wait_until(end);
        std::lock_guard const lock{mutex_};
        for (Leaver** at = &leavers_; *at != nullptr; at = &(*at)->next)
            if (*at == &self) {
                *at = self.next;
                break;
            }
        return used() == 0;
    }

    int used() const noexcept { return used(word_.load(std::memory_order_relaxed)); }
    int waiting() const noexcept { return waiting(word_.load(std::memory_order_relaxed)); }
    int limit() const noexcept { return limit(word_.load(std::memory_order_relaxed)); }
    bool closed() const noexcept { return is_closed(word_.load(std::memory_order_relaxed)); }
    /// Returns: whether nobody is inside or in line, and it is not closed.
    bool idle() const noexcept { return (word_.load(std::memory_order_relaxed) & ~(mask * one_of_limit)) == 0; }

private:
    struct Leaver {
        Bell bell;
        Leaver* next = nullptr;
    };

    bool change(Word& seen, Word wanted) noexcept {
        return word_.compare_exchange_weak(seen, wanted, std::memory_order_acq_rel, std::memory_order_relaxed);
    }
    void add(Word difference) noexcept { word_.fetch_add(difference, std::memory_order_acq_rel); }

    GRIT_COLD void hand_over() noexcept {
        std::lock_guard const lock{mutex_};
        Word seen = word_.load(std::memory_order_relaxed);
        for (;;) {
            bool const calls = waiting(seen) != 0 && used(seen) <= limit(seen);
            if (!change(seen, seen - (calls ? one_waiting : one_used))) continue;
            if (calls) call(*first_, Waiter::State::called);
            else if (is_closed(seen) && used(seen) == 1)
                for (Leaver* one = leavers_; one != nullptr; one = one->next) one->bell.ring();
            return;
        }
    }

    // Under the lock. Who has been called may be gone as soon as the lock is.
    void append(Waiter& waiter) noexcept {
        waiter.state_ = Waiter::State::in_line;
        waiter.next_ = nullptr;
        waiter.before_ = last_;
        (last_ == nullptr ? first_ : last_->next_) = &waiter;
        last_ = &waiter;
    }
    void remove(Waiter& waiter) noexcept {
        (waiter.before_ == nullptr ? first_ : waiter.before_->next_) = waiter.next_;
        (waiter.next_ == nullptr ? last_ : waiter.next_->before_) = waiter.before_;
    }
    void call(Waiter& waiter, Waiter::State state) noexcept {
        remove(waiter);
        waiter.state_ = state;
        std::exchange(waiter.waker_, {})();
    }

    std::atomic<Word> word_;
    std::mutex mutex_;
    Waiter* first_ = nullptr;
    Waiter* last_ = nullptr;
    Leaver* leavers_ = nullptr;
};

} // namespace grit::inline GRIT_ABI::detail
