// SPDX-License-Identifier: BSL-1.0
// Nanoseconds of one call through a limiter, a bulkhead, a concurrency limit and a budget, beside a bare fetch_add on a
// shared word, with one thread and with two. The processor time of a call; they illustrate.

#include <grit/budget.hpp>
#include <grit/bulkhead.hpp>
#include <grit/concurrency_limit.hpp>
#include <grit/rate_limiter.hpp>
#include <grit/retry.hpp>

#include <atomic>
#include <chrono>

#include <benchmark/benchmark.h>

namespace {

using namespace std::chrono_literals;

/// A clock that costs nothing, so that what is left is the word. The burst is larger than all calls of a run.
struct Still {
    grit::TimePoint now() const noexcept { return {}; }
    void sleep(grit::Duration) const noexcept {}
};

thread_local long calls = 0;
[[gnu::noinline]] int operation() noexcept {
    asm volatile("" ::: "memory");
    return static_cast<int>(++calls) & 0;
}
[[gnu::noinline]] int fails() noexcept { return operation() + 1; }
constexpr bool is_busy(int result) noexcept { return result != 0; }

std::atomic<long> word{0};
grit::RateLimiter<1'000'000, 1ms, 2'000'000'000, grit::Time<Still>> limiter;
grit::RateLimiter<1'000'000, 1ms> limiter_with_clock;
grit::Bulkhead<100> bulkhead;
grit::Bulkhead<100, 100> bulkhead_with_line;
grit::ConcurrencyLimit<grit::Aimd<1h>, grit::LimitBetween<1, 100, 100>, grit::Time<Still>> limit;
grit::RetryBudget<1'000'000> budget;
grit::RetryBudget<1'000'000, 2> budget_in_use;

using Retry = grit::Retrying<grit::StopAfterAttempt<2>, grit::RetryIfResult<is_busy>,
                             grit::StopOverBudget<grit::RetryBudget<1'000'000>>>;
using RetryInUse = grit::Retrying<grit::StopAfterAttempt<2>, grit::RetryIfResult<is_busy>,
                                  grit::StopOverBudget<grit::RetryBudget<1'000'000, 2>>>;
Retry const retry{grit::StopOverBudget{budget}};
RetryInUse const retry_in_use{grit::StopOverBudget{budget_in_use}};

int bare() { return operation(); }
int one_fetch_add() {
    word.fetch_add(1, std::memory_order_relaxed);
    return operation();
}
int two_fetch_adds() {
    word.fetch_add(1, std::memory_order_relaxed);
    int const result = operation();
    word.fetch_sub(1, std::memory_order_relaxed);
    return result;
}
int through_limiter() { return limiter(operation); }
int through_limiter_with_clock() { return limiter_with_clock(operation); }
int through_bulkhead() { return bulkhead(operation); }
int through_bulkhead_with_line() { return bulkhead_with_line(operation); }
int through_limit() { return limit(operation); }
int with_budget() { return retry(operation); }
int fails_once() {
    thread_local bool failed = false;
    return (failed = !failed) ? fails() : operation();
}
int with_budget_in_use() { return retry_in_use(fails_once); } // one retry and one success: two writes

template <int (*Call)(), int Calls = 1>
void run(benchmark::State& state) {
    long const before = calls;
    int sum = 0;
    for ([[maybe_unused]] auto _ : state) sum += Call();
    if (sum != 0 || calls - before != static_cast<long>(state.iterations()) * Calls)
        state.SkipWithError("the number of calls is not what it should be");
}

#define GRIT_BENCHMARK(f, ...) BENCHMARK(run<f __VA_OPT__(, ) __VA_ARGS__>)->Name(#f)->Threads(1)->Threads(2)
GRIT_BENCHMARK(bare);
GRIT_BENCHMARK(one_fetch_add);
GRIT_BENCHMARK(through_limiter);
GRIT_BENCHMARK(through_limiter_with_clock);
GRIT_BENCHMARK(with_budget);
GRIT_BENCHMARK(two_fetch_adds);
GRIT_BENCHMARK(through_bulkhead);
GRIT_BENCHMARK(through_bulkhead_with_line);
GRIT_BENCHMARK(with_budget_in_use, 2);
GRIT_BENCHMARK(through_limit);

} // namespace

BENCHMARK_MAIN();
