// SPDX-License-Identifier: BSL-1.0
#pragma once
// The line of the calls that wait for permits of a fleet, in the order in which they came.

#include <array>
#include <cstdint>
#include <mutex>
#include <utility>

#include <grit/core/stage.hpp>

namespace grit::inline GRIT_ABI::fleet::detail {

/// So many permits of each limit.
template <std::size_t N>
using Amounts = std::array<std::int64_t, N>;

/// A call in line. It lies in its call, which does not move; only PermitLine looks into it.
template <std::size_t N>
class PermitWaiter {
public:
    enum class State : unsigned char { outside, in_line, called };

    explicit PermitWaiter(Amounts<N> const& cost) noexcept : cost_(cost) {}
    PermitWaiter(PermitWaiter const&) = delete;
    PermitWaiter& operator=(PermitWaiter const&) = delete;

    Amounts<N> const& cost() const noexcept { return cost_; }

private:
    template <std::size_t>
    friend class PermitLine;
    Amounts<N> cost_;
    PermitWaiter* next_ = nullptr;
    PermitWaiter* before_ = nullptr;
    Waker waker_{};
    State state_ = State::outside;
};

/// Thread safety: safe from any thread. It is locked for no longer than it takes to look through the line.
template <std::size_t N>
class PermitLine {
    using Waiter = PermitWaiter<N>;
    using State = typename Waiter::State;

public:
    /// Stands in line, unless take() succeeds under the lock. Returns: whether it stands there.
    template <class Take>
    bool enter(Waiter& waiter, Take const& take) {
        std::lock_guard const lock{mutex_};
        if (first_ == nullptr && take(waiter.cost_)) return false;
        waiter.state_ = State::in_line;
        waiter.next_ = nullptr;
        waiter.before_ = last_;
        (last_ == nullptr ? first_ : last_->next_) = &waiter;
        last_ = &waiter;
        return true;
    }
    /// Has the waker called once the waiter need not wait any longer: at once, if that is so already.
    void park(Waiter& waiter, Waker waker) {
        std::lock_guard const lock{mutex_};
        if (waiter.state_ == State::in_line) waiter.waker_ = waker;
        else waker();
    }
    /// From now on nobody is told.
    void unpark(Waiter& waiter) noexcept {
        std::lock_guard const lock{mutex_};
        waiter.waker_ = {};
    }
    /// Who still stands in line leaves it. Returns: whether it has been called, and so has its permits.
    bool settle(Waiter& waiter) noexcept {
        std::lock_guard const lock{mutex_};
        waiter.waker_ = {};
        if (waiter.state_ == State::in_line) remove(waiter);
        return std::exchange(waiter.state_, State::outside) == State::called;
    }

    /// Calls those in front, as long as take(cost) has taken what the first one costs.
    template <class Take>
    void call_while(Take const& take) {
        std::lock_guard const lock{mutex_};
        while (first_ != nullptr && take(first_->cost_)) {
            Waiter& waiter = *first_;
            remove(waiter);
            waiter.state_ = State::called;
            std::exchange(waiter.waker_, {})(); // who has been called may be gone as soon as the lock is
        }
    }
    bool empty() const {
        std::lock_guard const lock{mutex_};
        return first_ == nullptr;
    }
    /// What those in line cost. Returns: false if nobody is there. first: what the first costs.
    bool look(Amounts<N>& first, Amounts<N>& all) const {
        std::lock_guard const lock{mutex_};
        if (first_ == nullptr) return false;
        first = first_->cost_;
        for (Waiter const* one = first_; one != nullptr; one = one->next_)
            for (std::size_t i = 0; i != N; ++i) all[i] += one->cost_[i];
        return true;
    }

private:
    void remove(Waiter& waiter) noexcept {
        (waiter.before_ == nullptr ? first_ : waiter.before_->next_) = waiter.next_;
        (waiter.next_ == nullptr ? last_ : waiter.next_->before_) = waiter.before_;
    }

    mutable std::mutex mutex_;
    Waiter* first_ = nullptr;
    Waiter* last_ = nullptr;
};

} // namespace grit::inline GRIT_ABI::fleet::detail
