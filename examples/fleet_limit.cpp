// SPDX-License-Identifier: BSL-1.0
// One limit for ten workers: together they let in no more than the account may, whoever has the work.
//
// usage: fleet_limit [host [port]]
//
// With a host the workers share a Redis there, as processes on ten machines would; start the program twice, and both
// stay below the limit together. Without one they share the memory of this process.

#include <grit/adapter/hiredis.hpp>
#include <grit/fleet.hpp>
#include <grit/pipeline.hpp>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <thread>

using namespace std::chrono_literals;
namespace fleet = grit::fleet;

namespace {

using Limits = fleet::RateLimiter<fleet::PerSecond<200, "rps", 20>, fleet::Lease<10, 200ms>, grit::MaxWait<1s>>;

/// A worker: its own agent, as if it were a process of its own, and the limiter that all its calls go through.
struct Worker {
    template <class Store>
    explicit Worker(Store& store) : agent(store, grit::Name<"chat">{}) {}

    fleet::Agent agent;
    Limits limits{agent, fleet::PerSecond<200, "rps", 20>{}, fleet::Lease<10, 200ms>{}, grit::MaxWait<1s>{}};
    std::jthread ticks{[this](std::stop_token const& stop) { agent.run(stop); }};
};

/// Ten workers for a second, each with the store that store_of() returns. Returns: how many calls went in.
template <class StoreOf>
int run(StoreOf const& store_of) {
    std::atomic<int> calls = 0;
    std::deque<Worker> workers;
    for (int i = 0; i != 10; ++i) workers.emplace_back(store_of());
    {
        std::vector<std::jthread> threads;
        threads.reserve(workers.size());
        auto const end = std::chrono::steady_clock::now() + 1s;
        for (Worker& worker : workers)
            threads.emplace_back([&worker, &calls, end] {
                while (std::chrono::steady_clock::now() < end)
                    if (worker.limits.try_call([] {}).has_value()) ++calls; // or it was refused after a second
            });
    }
    return calls;
}

} // namespace

int main(int argc, char** argv) {
    int calls = 0;
    if (argc > 1) {
        grit::RedisOptions options{.host = argv[1]};
        if (argc > 2) options.port = static_cast<std::uint16_t>(std::atoi(argv[2]));
        std::deque<grit::HiredisStore> stores; // each agent has a connection of its own
        calls = run([&]() -> auto& { return stores.emplace_back(options); });
    } else {
        fleet::MemoryFleet<> memory;
        calls = run([&]() -> auto& { return memory; });
    }
    std::printf("ten workers, one second: %d calls went in\n", calls);
    // 200 a second, a burst of 20, and what each worker holds; the last calls may have waited for a second.
    return calls > 50 && calls <= 2 * 200 + 20 + 10 * 10 ? 0 : 1;
}
