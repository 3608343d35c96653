// SPDX-License-Identifier: BSL-1.0
// Nanoseconds of one look-up of a string among 100 and one call through the breaker that is found, beside a map without
// a lock and a map under a mutex; one thread and two. The processor time of a call; it illustrates.

#include <grit/circuit_breaker.hpp>
#include <grit/core/keyed.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <benchmark/benchmark.h>

namespace {

using namespace std::chrono_literals;

using Breaker = grit::CircuitBreaker<grit::OpenAfterFailures<5>, grit::OpenFor<60s>>;
struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
};
using Map = std::unordered_map<std::string, std::unique_ptr<Breaker>, Hash, std::equal_to<>>;
using Keyed = grit::Keyed<std::string, Breaker>;

thread_local long calls = 0;
[[gnu::noinline]] int operation() noexcept {
    asm volatile("" ::: "memory");
    return static_cast<int>(++calls) & 0;
}

std::vector<std::string> const names = [] {
    std::vector<std::string> all;
    for (int i = 0; i != 100; ++i) all.push_back("host-" + std::to_string(i) + ".example.org");
    return all;
}();
Map& map() {
    static Map made = [] {
        Map all;
        for (std::string const& name : names) all.emplace(name, std::make_unique<Breaker>());
        return all;
    }();
    return made;
}
template <class K>
K& filled(K& keyed) {
    for (std::string const& name : names) (void)keyed[name];
    return keyed;
}
Keyed keyed;
Keyed bounded{grit::MaxEntries{1'000}};
std::mutex mutex;

int without_lock(std::string_view key) { return (*map().find(key)->second)(operation); }
int under_mutex(std::string_view key) {
    Breaker* found = nullptr;
    {
        std::lock_guard const lock{mutex};
        found = map().find(key)->second.get();
    }
    return (*found)(operation);
}
int by_key(std::string_view key) { return (*keyed[key])(operation); }
int by_key_bounded(std::string_view key) { return (*bounded[key])(operation); }

template <int (*Call)(std::string_view), std::size_t Keys = 100>
void run(benchmark::State& state) {
    if (state.thread_index() == 0) filled(keyed), filled(bounded), map();
    long const before = calls;
    int sum = 0;
    std::size_t i = 0;
    for ([[maybe_unused]] auto _ : state) {
        sum += Call(names[i]);
        i = (i + 7) % Keys;
    }
    if (sum != 0 || calls - before != static_cast<long>(state.iterations()))
        state.SkipWithError("the number of calls is not what it should be");
}

#define GRIT_BENCHMARK(name, ...) BENCHMARK(run<__VA_ARGS__>)->Name(name)->Threads(1)->Threads(2)
GRIT_BENCHMARK("without_lock", without_lock);
GRIT_BENCHMARK("under_mutex", under_mutex);
GRIT_BENCHMARK("keyed", by_key);
GRIT_BENCHMARK("keyed, one key", by_key, 1);
GRIT_BENCHMARK("keyed, bounded", by_key_bounded);

} // namespace

BENCHMARK_MAIN();
