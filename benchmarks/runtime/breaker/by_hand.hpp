// SPDX-License-Identifier: BSL-1.0
#pragma once
// Breakers as one writes them by hand: one of two atomics, one around a mutex. Neither tells late results from others.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <mutex>
#include <stdexcept>

namespace by_hand {

using namespace std::chrono_literals;

[[noreturn, gnu::noinline, gnu::cold]] inline void refuse() { throw std::runtime_error("open"); }

inline std::int64_t now() noexcept { return std::chrono::steady_clock::now().time_since_epoch().count(); }
inline std::int64_t in_a_minute() noexcept {
    return (std::chrono::steady_clock::now() + 60s).time_since_epoch().count();
}

/// What a careful engineer writes: a count of failures and a deadline, both atomic; what is seldom needed out of line.
template <int Threshold>
class AtomicBreaker {
public:
    bool may_call() { return failures_.load(std::memory_order_relaxed) < Threshold || may_probe(); }
    void succeeded() {
        if (failures_.load(std::memory_order_relaxed) != 0) failures_.store(0, std::memory_order_relaxed);
    }
    [[gnu::noinline, gnu::cold]] void failed() noexcept {
        if (failures_.fetch_add(1, std::memory_order_acq_rel) + 1 >= Threshold) open_until_ = in_a_minute();
    }

private:
    // One caller gets the deadline, and is the probe.
    [[gnu::noinline, gnu::cold]] bool may_probe() {
        std::int64_t due = open_until_;
        return now() >= due && open_until_.compare_exchange_strong(due, std::numeric_limits<std::int64_t>::max());
    }

    std::atomic<int> failures_{0};
    std::atomic<std::int64_t> open_until_{0};
};

/// The shape of most libraries: one lock to ask, one to tell.
template <int Threshold>
class MutexBreaker {
public:
    bool may_call() {
        std::lock_guard const lock{mutex_};
        if (failures_ < Threshold) return true;
        if (now() < open_until_) return false;
        open_until_ = std::numeric_limits<std::int64_t>::max();
        return true;
    }
    void succeeded() {
        std::lock_guard const lock{mutex_};
        failures_ = 0;
    }
    [[gnu::noinline, gnu::cold]] void failed() noexcept {
        std::lock_guard const lock{mutex_};
        if (++failures_ >= Threshold) open_until_ = in_a_minute();
    }

private:
    std::mutex mutex_;
    int failures_ = 0;
    std::int64_t open_until_ = 0;
};

/// Tells the breaker of an exception on its way out, without a handler.
template <class B>
struct Failure {
    B* breaker;
    ~Failure() {
        if (breaker != nullptr) breaker->failed();
    }
};

/// A call through either of them, with whatever is to be called.
template <class B, class F>
auto call(B& breaker, F&& f) {
    if (!breaker.may_call()) [[unlikely]]
        refuse();
    Failure<B> failure{&breaker};
    auto const result = f();
    failure.breaker = nullptr;
    breaker.succeeded();
    return result;
}

} // namespace by_hand
