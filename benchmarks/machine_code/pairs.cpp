// SPDX-License-Identifier: BSL-1.0
// Calls of the library, each beside the same by hand: docs/explanation/machine_code.md shows what becomes of them.

#include <algorithm>
#include <chrono>
#include <exception>
#include <thread>

#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

#include "../runtime/breaker/by_hand.hpp"

using namespace std::chrono_literals;

struct Timeout : std::exception {};
constexpr bool is_busy(int result) { return result != 0; }

int ask();           // may throw Timeout
int poll() noexcept; // what is not 0 is a failure

// retry by exception
int retry_by_exception_by_hand() {
    std::chrono::nanoseconds wait = 100ms;
    for (int attempt = 1;; ++attempt) {
        try {
            return ask();
        } catch (Timeout const&) {
            if (attempt == 5) throw;
        }
        std::this_thread::sleep_for(wait);
        wait = std::min<std::chrono::nanoseconds>(2 * wait, 10s);
    }
}
int retry_by_exception_library() {
    grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitExponential<100ms, 10s>, grit::RetryIf<Timeout>> robust;
    return robust(ask);
}

// retry by result
int retry_by_result_by_hand() {
    std::chrono::nanoseconds wait = 100ms;
    for (int attempt = 1;; ++attempt) {
        int const result = poll();
        if (!is_busy(result) || attempt == 5) return result;
        std::this_thread::sleep_for(wait);
        wait = std::min<std::chrono::nanoseconds>(2 * wait, 10s);
    }
}
int retry_by_result_library() {
    grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitExponential<100ms, 10s>, grit::RetryIfResult<is_busy>> robust;
    return robust(poll);
}

// breaker
by_hand::AtomicBreaker<5> breaker_of_hand;
int breaker_by_hand() {
    if (!breaker_of_hand.may_call()) [[unlikely]]
        by_hand::refuse();
    by_hand::Failure<by_hand::AtomicBreaker<5>> failure{&breaker_of_hand};
    int const result = ask();
    failure.breaker = nullptr;
    breaker_of_hand.succeeded();
    return result;
}

constinit grit::CircuitBreaker<grit::OpenAfterFailures<5>, grit::OpenFor<60s>> breaker_of_library;
int breaker_library() { return breaker_of_library(ask); }

// retry around a breaker
int retry_around_a_breaker_by_hand() {
    std::chrono::nanoseconds wait = 100ms;
    for (int attempt = 1;; ++attempt) {
        try {
            if (!breaker_of_hand.may_call()) [[unlikely]]
                by_hand::refuse();
            by_hand::Failure<by_hand::AtomicBreaker<5>> failure{&breaker_of_hand};
            int const result = ask();
            failure.breaker = nullptr;
            breaker_of_hand.succeeded();
            return result;
        } catch (Timeout const&) {
            if (attempt == 5) throw;
        }
        std::this_thread::sleep_for(wait);
        wait = std::min<std::chrono::nanoseconds>(2 * wait, 10s);
    }
}
int retry_around_a_breaker_library() {
    grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitExponential<100ms, 10s>, grit::RetryIf<Timeout>> robust;
    return grit::pipeline(robust, breaker_of_library)(ask);
}
