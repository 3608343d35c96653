// SPDX-License-Identifier: BSL-1.0
// One call in an awaitable: by one coroutine written by hand, by a coroutine for each stage, and by grit. Runs every
// case a hundred times between two marks for callgrind, and prints for each its name, its operations and its
// allocations. Exits with 1 if a case did not run its operation as often as it should, or did not end as it should.

#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>

#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/experimental/awaitable_operators.hpp>
#include <asio/io_context.hpp>
#include <asio/steady_timer.hpp>

#include <grit.hpp>
#include <grit/adapter/asio.hpp>

#include "../measurement.hpp"

namespace {

using namespace std::chrono_literals;
using grit::Duration;
using Clock = std::chrono::steady_clock;
using Int = asio::awaitable<int>;

struct Timeout : std::runtime_error {
    Timeout() : std::runtime_error("timeout") {}
};

// The operation: fails so many times, then succeeds.
int failures = 0;
int failed = 0;
long operations = 0;
[[gnu::noinline]] Int operation() {
    ++operations;
    if (failed < failures) {
        ++failed;
        throw Timeout{};
    }
    co_return 7;
}

constinit grit::RateLimiter<1000, 1s, 1'000'000> limiter; // more than a run has
constinit grit::CircuitBreaker<grit::OpenAfterFailures<2'000'000'000>, grit::OpenFor<60s>> breaker;
using Robust = grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<1us>, grit::RetryIf<Timeout>>;
constexpr Robust robust;
auto const resilient = grit::pipeline(grit::Deadline<60s>{}, robust, limiter, breaker);
auto const limited = grit::pipeline(grit::AttemptTimeout<60s>{});

/// Takes a turn of the limiter and a permit of the breaker, or throws.
[[nodiscard]] auto permit() {
    if (!limiter.try_acquire()) throw grit::RateLimitedError{1s};
    auto one = breaker.try_acquire();
    if (!one) throw grit::CircuitOpenError{breaker.state(), 1s};
    return one;
}

Int by_hand() {
    auto const deadline = Clock::now() + 60s;
    if (Clock::now() >= deadline) throw grit::DeadlineExceeded{"by hand"};
    std::optional<asio::steady_timer> timer;
    for (int attempt = 1;; ++attempt) {
        std::exception_ptr last;
        {
            auto one = permit();
            try {
                int const result = co_await operation();
                one.success();
                co_return result;
            } catch (Timeout const&) {
                one.failure();
                if (attempt == 3 || Clock::now() + 1us >= deadline) throw;
                last = std::current_exception(); // for an end during the sleep
            } catch (...) {
                one.failure();
                throw;
            }
        }
        if (!timer) timer.emplace(co_await asio::this_coro::executor);
        timer->expires_after(1us);
        co_await timer->async_wait(asio::use_awaitable);
        if (Clock::now() >= deadline) std::rethrow_exception(last);
    }
}

Int breaker_alone() {
    auto one = breaker.try_acquire();
    if (!one) throw grit::CircuitOpenError{breaker.state(), 1s};
    try {
        int const result = co_await operation();
        one.success();
        co_return result;
    } catch (...) {
        one.failure();
        throw;
    }
}
Int limiter_alone() {
    if (!limiter.try_acquire()) throw grit::RateLimitedError{1s};
    co_return co_await breaker_alone();
}
Int retry_alone(Clock::time_point deadline) {
    std::optional<asio::steady_timer> timer;
    for (int attempt = 1;; ++attempt) {
        std::exception_ptr last;
        try {
            co_return co_await limiter_alone();
        } catch (Timeout const&) {
            if (attempt == 3 || Clock::now() + 1us >= deadline) throw;
            last = std::current_exception();
        }
        if (!timer) timer.emplace(co_await asio::this_coro::executor);
        timer->expires_after(1us);
        co_await timer->async_wait(asio::use_awaitable);
        if (Clock::now() >= deadline) std::rethrow_exception(last);
    }
}
Int a_coroutine_for_each() {
    auto const deadline = Clock::now() + 60s;
    if (Clock::now() >= deadline) throw grit::DeadlineExceeded{"by hand"};
    co_return co_await retry_alone(deadline);
}

Int by_grit() {
    return grit::async(resilient)([] { return operation(); });
}

Int limited_by_operator() {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer{co_await asio::this_coro::executor, 60s};
    auto result = co_await (operation() || timer.async_wait(asio::use_awaitable));
    if (result.index() != 0) throw Timeout{};
    co_return std::get<0>(result);
}
Int limited_by_grit() {
    return grit::async(limited)([] { return operation(); });
}
Int bare() { return operation(); }

struct Case {
    char const* name;
    Int (*call)();
    int failures;
};
constexpr int rounds = 100;

asio::awaitable<void> run(Case const& c, bool& good) {
    failures = c.failures;
    for (int i = 0; i < 2 * rounds; ++i) {
        if (i == rounds) { // the first half binds symbols and fills caches
            operations = allocations = 0;
            grit_measurement_begins();
        }
        failed = 0;
        int result = 0;
        try {
            result = co_await c.call();
        } catch (Timeout const&) { // all three attempts
            result = 7;
        }
        good = good && result == 7;
    }
    grit_measurement_ends();
    good = good && operations == rounds * std::min(c.failures + 1, 3);
    std::printf("%s\t%ld\n", c.name, allocations / rounds);
    std::fflush(stdout);
}

} // namespace

int main() {
    bool good = true;
    constexpr Case cases[] = {
        {"success: bare", bare, 0},
        {"success: one coroutine by hand", by_hand, 0},
        {"success: a coroutine for each stage", a_coroutine_for_each, 0},
        {"success: grit", by_grit, 0},
        {"two failures: one coroutine by hand", by_hand, 2},
        {"two failures: a coroutine for each stage", a_coroutine_for_each, 2},
        {"two failures: grit", by_grit, 2},
        {"gives up: one coroutine by hand", by_hand, 3},
        {"gives up: grit", by_grit, 3},
        {"limit: op() || timer", limited_by_operator, 0},
        {"limit: grit", limited_by_grit, 0},
    };
    for (Case const& c : cases) {
        asio::io_context io;
        asio::co_spawn(io, run(c, good), asio::detached);
        io.run();
    }
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
