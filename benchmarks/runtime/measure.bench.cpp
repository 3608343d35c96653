// SPDX-License-Identifier: BSL-1.0
// Nanoseconds of one counted call, beside the same call uncounted, counted by hand in a cell of the thread, and by one
// atomic that all threads share, with one thread and with two. They illustrate.

#include <grit/circuit_breaker.hpp>
#include <grit/measure.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

#include <atomic>

#include <benchmark/benchmark.h>

namespace {

using namespace std::chrono_literals;

thread_local long calls = 0;
[[gnu::noinline]] int operation() {
    asm volatile("" ::: "memory");
    return static_cast<int>(++calls) & 0;
}

std::atomic<std::uint64_t> shared{0};
thread_local constinit std::uint64_t own = 0;
grit::Metrics metrics;
grit::Measured const measured{metrics, grit::Name<"bench">{}};
grit::Measured const timed{metrics, grit::Name<"timed">{}, grit::Histogram<>{}};
grit::CircuitBreaker<grit::OpenAfterFailures<5>, grit::OpenFor<60s>> breaker;
constexpr grit::Retrying<grit::StopAfterAttempt<3>> retrying;
auto const uncounted_pipeline = grit::pipeline(retrying, breaker);
auto const counted_pipeline = grit::pipeline(measured, retrying, breaker);

int uncounted() { return operation(); }
int by_hand() {
    int const result = operation();
    ++own;
    asm volatile("" ::: "memory");
    return result;
}
int shared_atomic() {
    int const result = operation();
    shared.fetch_add(1, std::memory_order_relaxed);
    return result;
}
int counted() { return measured(operation); }
int with_histogram() { return timed(operation); }
int retry_and_breaker() { return uncounted_pipeline(operation); }
int counted_retry_and_breaker() { return counted_pipeline(operation); }

template <int (*Call)()>
void run(benchmark::State& state) {
    long const before = calls;
    int sum = 0;
    for ([[maybe_unused]] auto _ : state) sum += Call();
    if (sum != 0 || calls - before != static_cast<long>(state.iterations()))
        state.SkipWithError("the number of calls is not what it should be");
}

#define GRIT_BENCHMARK(f) BENCHMARK(run<f>)->Name(#f)->Threads(1)->Threads(2)
GRIT_BENCHMARK(uncounted);
GRIT_BENCHMARK(by_hand);
GRIT_BENCHMARK(counted);
GRIT_BENCHMARK(shared_atomic);
GRIT_BENCHMARK(with_histogram);
GRIT_BENCHMARK(retry_and_breaker);
GRIT_BENCHMARK(counted_retry_and_breaker);

} // namespace

BENCHMARK_MAIN();
