// SPDX-License-Identifier: BSL-1.0
// Nanoseconds of the cases under Google Benchmark, with one thread and with two. They illustrate; breaker.py counts.

#include <thread>

#include <benchmark/benchmark.h>

#include "cases.hpp"

int main(int argc, char** argv) {
    std::thread{[] {}}.join(); // a mutex is cheaper as long as there never was a second thread

    for (cases::Case const& c : cases::all()) {
        auto* const registered = benchmark::RegisterBenchmark(c.name, [&c](benchmark::State& state) {
            long const before = cases::operations;
            for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(c.call());
            if (cases::operations - before != static_cast<long>(state.iterations()) * c.operations)
                state.SkipWithError("the number of calls is not what it should be");
        });
        registered->UseRealTime()->Threads(1);
        if (c.kind == cases::shared) registered->Threads(2);
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
