// SPDX-License-Identifier: BSL-1.0
// One call through a breaker: by grit, through an atomic breaker and a mutex breaker by hand, and bare.

#include <grit/circuit_breaker.hpp>

#include <mutex>

#include "cases.hpp"

namespace cases {
namespace {

using namespace std::chrono_literals;

#define CALL [[gnu::noinline]] int

using Five = grit::OpenAfterFailures<5>;
using Minute = grit::OpenFor<60s>;

/// What a careful engineer writes: a count, a deadline, both atomic. It does not tell late results from others.
class AtomicBreaker {
public:
    template <class F>
    int operator()(F f) {
        if (failures_.load(std::memory_order_relaxed) >= 5 && !may_probe()) throw std::runtime_error("open");
        Failed failed{this};
        int const result = f();
        failed.breaker = nullptr;
        if (failures_.load(std::memory_order_relaxed) != 0) failures_.store(0, std::memory_order_relaxed);
        return result;
    }

private:
    struct Failed {
        AtomicBreaker* breaker;
        ~Failed() {
            if (breaker != nullptr) breaker->fail();
        }
    };
    [[gnu::noinline, gnu::cold]] bool may_probe() {
        return std::chrono::steady_clock::now().time_since_epoch().count() >= open_until_.exchange(INT64_MAX);
    }
    [[gnu::noinline, gnu::cold]] void fail() noexcept {
        if (failures_.fetch_add(1, std::memory_order_acq_rel) + 1 >= 5)
            open_until_ = (std::chrono::steady_clock::now() + 60s).time_since_epoch().count();
    }
    std::atomic<int> failures_{0};
    std::atomic<std::int64_t> open_until_{0};
};

/// The shape of most libraries: one lock to ask, one to tell.
class MutexBreaker {
public:
    template <class F>
    int operator()(F f) {
        {
            std::lock_guard const lock{mutex_};
            if (failures_ >= 5) throw std::runtime_error("open");
        }
        int result;
        try {
            result = f();
        } catch (...) {
            std::lock_guard const lock{mutex_};
            ++failures_;
            throw;
        }
        std::lock_guard const lock{mutex_};
        failures_ = 0;
        return result;
    }

private:
    std::mutex mutex_;
    int failures_ = 0;
};

constinit grit::CircuitBreaker<Five, Minute> in_a_row;
constinit grit::CircuitBreaker<grit::OpenAfterFailures<1'000'000>, Minute> patient;
constinit grit::CircuitBreaker<grit::OpenAfterFailures<1'000'000>, Minute, grit::FailureIf<Timeout>> patient_named;
constexpr bool is_bad(int result) { return result != 0; }
constinit grit::CircuitBreaker<grit::OpenAfterFailures<1'000'000>, Minute, grit::FailureIfResult<is_bad>>
    patient_result;
constinit grit::CircuitBreaker<Five, Minute, grit::FailureIf<Timeout>> named;
constinit grit::CircuitBreaker<grit::OpenAtFailureRate<50, grit::CountWindow<31>, grit::MinimumCalls<10>>, Minute> rate;
constinit grit::CircuitBreaker<Five, Minute> opened;
AtomicBreaker atomic_breaker;
MutexBreaker mutex_breaker;

CALL bare() { return succeeds(); }
CALL by_atomic() { return atomic_breaker(succeeds); }
CALL by_mutex() { return mutex_breaker(succeeds); }
CALL by_in_a_row() { return in_a_row(succeeds); }
CALL by_named() { return named(succeeds); }
CALL by_rate() { return rate(succeeds); }
CALL by_try_call() { return *in_a_row.try_call(succeeds); }
CALL by_permit() {
    auto permit = in_a_row.try_acquire();
    int const result = succeeds();
    permit.success();
    return result;
}
CALL rejected() {
    opened.force_open();
    return opened.try_call(succeeds) ? 1 : 0;
}
template <class B>
int failing(B& breaker) {
    try {
        return breaker(fails);
    } catch (Timeout const&) {
        return -1;
    }
}
CALL bare_failure() {
    try {
        return fails();
    } catch (Timeout const&) {
        return -1;
    }
}
CALL failure() { return failing(patient); }
CALL named_failure() { return failing(patient_named); }
CALL result_failure() { return patient_result(returns_one); }

} // namespace

std::span<Case const> all() {
    static constexpr Case list[] = {
        {"bare call", bare},
        {"atomic breaker by hand", by_atomic},
        {"mutex breaker by hand", by_mutex},
        {"OpenAfterFailures, healthy", by_in_a_row},
        {"OpenAfterFailures with FailureIf, healthy", by_named},
        {"CountWindow<31>, healthy", by_rate},
        {"try_call, healthy", by_try_call},
        {"permit, healthy", by_permit},
        {"rejection by try_call", rejected},
        {"bare failure by exception", bare_failure},
        {"failure by exception", failure},
        {"failure by exception, FailureIf", named_failure},
        {"failure by result", result_failure},
    };
    return list;
}

} // namespace cases
