// SPDX-License-Identifier: BSL-1.0
// Nanoseconds of a few retry loops and of their twins by hand. They illustrate; instructions.py decides.

#include <grit/retry.hpp>

#include <chrono>
#include <exception>

#include <benchmark/benchmark.h>

namespace {

using namespace std::chrono_literals;

struct Timeout : std::exception {};

struct NoSleep {
    grit::TimePoint now() const noexcept { return {}; }
    void sleep(grit::Duration) const noexcept {}
};

int failures_left = 0;
long calls = 0;

// Not benchmark::DoNotOptimize: on an int& some versions lose the value, and the failures with it.
[[gnu::noinline]] int by_result() noexcept {
    asm volatile("" ::: "memory");
    ++calls;
    if (failures_left == 0) return 0;
    --failures_left;
    return 1;
}
[[gnu::noinline]] int by_exception() {
    if (by_result() != 0) throw Timeout{};
    return 0;
}
constexpr bool is_busy(int result) noexcept { return result != 0; }

template <class... Ps>
using Five = grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitExponential<100ms, 10s>, grit::Time<NoSleep>, Ps...>;

int result_library() { return Five<grit::RetryIfResult<is_busy>>{}(by_result); }
int result_by_hand() {
    for (int n = 1;; ++n) {
        int const result = by_result();
        if (!is_busy(result) || n == 5) return result;
    }
}
int exception_library() { return Five<grit::RetryIf<Timeout>>{}(by_exception); }
int exception_by_hand() {
    for (int n = 1;; ++n) {
        try {
            return by_exception();
        } catch (Timeout const&) {
            if (n == 5) throw;
        }
    }
}

template <int (*Loop)(), int Failures>
void run(benchmark::State& state) {
    calls = 0;
    int sum = 0;
    for ([[maybe_unused]] auto _ : state) {
        failures_left = Failures;
        sum += Loop();
    }
    if (sum != 0 || calls != static_cast<long>(state.iterations()) * (Failures + 1))
        state.SkipWithError("the number of calls is not what it should be");
}

BENCHMARK(run<result_by_hand, 0>)->Name("result/success/by_hand");
BENCHMARK(run<result_library, 0>)->Name("result/success/library");
BENCHMARK(run<result_by_hand, 2>)->Name("result/two_failures/by_hand");
BENCHMARK(run<result_library, 2>)->Name("result/two_failures/library");
BENCHMARK(run<exception_by_hand, 0>)->Name("exception/success/by_hand");
BENCHMARK(run<exception_library, 0>)->Name("exception/success/library");
BENCHMARK(run<exception_by_hand, 2>)->Name("exception/two_failures/by_hand");
BENCHMARK(run<exception_library, 2>)->Name("exception/two_failures/library");

} // namespace

BENCHMARK_MAIN();
