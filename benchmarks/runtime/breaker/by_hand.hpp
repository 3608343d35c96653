// SPDX-License-Identifier: BSL-1.0
#pragma once
// Breakers as one writes them by hand: one of two atomics, one with a window of time, one around a mutex. None of them
// tells late results from others.

#include <array>
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

/// A rate over the last ten seconds, in a word for each: second, failures, calls. Opens at half of at least ten calls.
template <class Clock>
class WindowBreaker {
public:
    bool may_call() { return open_until_.load(std::memory_order_relaxed) == 0 || may_probe(); }
    void succeeded() { count(Clock{}.now().time_since_epoch().count(), 0); }
    [[gnu::noinline, gnu::cold]] void failed() noexcept {
        std::int64_t const ns = Clock{}.now().time_since_epoch().count();
        count(ns, 1);
        std::uint64_t const second = tag_of(ns);
        std::uint64_t calls = 0;
        std::uint64_t failures = 0;
        for (auto const& one : seconds_) {
            std::uint64_t const word = one.load();
            if (second - (word >> 2 * bits) >= size) continue;
            calls += word & most;
            failures += word >> bits & most;
        }
        if (calls >= 10 && 2 * failures >= calls) open_until_ = in_a_minute();
    }

private:
    static constexpr int bits = 16;
    static constexpr std::uint64_t most = (1 << bits) - 1;
    static constexpr std::uint64_t size = 10;

    static std::uint64_t tag_of(std::int64_t ns) noexcept {
        return static_cast<std::uint64_t>(ns / 1'000'000'000) & ((std::uint64_t{1} << 32) - 1);
    }
    void count(std::int64_t ns, std::uint64_t failed) {
        std::uint64_t const second = tag_of(ns);
        auto& word = seconds_[second % size];
        std::uint64_t was = word.load();
        std::uint64_t next = 0;
        do {
            next = was >> 2 * bits == second ? was : second << 2 * bits;
            if ((next & most) == most) next = second << 2 * bits | (next >> bits & most) / 2 << bits | most / 2;
            next += 1 + (failed << bits);
        } while (!word.compare_exchange_weak(was, next));
    }
    [[gnu::noinline, gnu::cold]] bool may_probe() {
        std::int64_t due = open_until_;
        return now() >= due && open_until_.compare_exchange_strong(due, std::numeric_limits<std::int64_t>::max());
    }

    std::atomic<std::int64_t> open_until_{0};
    alignas(64) std::array<std::atomic<std::uint64_t>, size> seconds_{};
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
