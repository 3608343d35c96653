// SPDX-License-Identifier: BSL-1.0
// One circuit for eight processes: a service goes down, and in every period it gets one probe, not eight.
//
// Each worker stands for a process of its own: its own breaker, its own agent. They share the memory of this process;
// over a network they share a Redis, by a grit::HiredisStore in the place of the MemoryFleet.

#include <grit/circuit_breaker.hpp>
#include <grit/fleet.hpp>

#include <atomic>
#include <cstdio>
#include <deque>
#include <thread>

using namespace std::chrono_literals;
namespace fleet = grit::fleet;

namespace {

/// A service that is well, or not.
struct Service {
    std::atomic<bool> well{true};
    std::atomic<int> calls{0};

    void ask() {
        ++calls;
        if (!well) throw std::runtime_error("down");
    }
};

using Breaker = grit::CircuitBreaker<grit::OpenAfterFailures<3>, grit::OpenFor<300ms>, fleet::Voice>;

struct Worker {
    Worker(fleet::MemoryFleet<>& store, Service& service) : agent(store, grit::Name<"shop">{}) {
        calls = std::jthread{[&](std::stop_token const& stop) {
            for (; !stop.stop_requested(); std::this_thread::sleep_for(2ms)) try {
                    breaker([&] { service.ask(); });
                } catch (std::exception const&) { // refused, or failed: a real program would answer without the service
                }
        }};
    }

    fleet::Agent agent;
    Breaker breaker{fleet::Voice{}};
    fleet::SharedBreaker<Breaker> shared{agent, breaker, fleet::Refresh<20ms>{}, fleet::Grace<500ms>{}};
    std::jthread exchanges{[this](std::stop_token const& stop) { agent.run(stop); }};
    std::jthread calls;
};

/// Returns: whether it came true within ten seconds.
template <class Condition>
bool soon(Condition const& condition) {
    for (int i = 0; i != 2000; ++i, std::this_thread::sleep_for(5ms))
        if (condition()) return true;
    return false;
}

} // namespace

int main() {
    fleet::MemoryFleet<> store;
    Service service;
    std::deque<Worker> workers;
    for (int i = 0; i != 8; ++i) workers.emplace_back(store, service);
    auto const all_are = [&](grit::CircuitState state) {
        return std::ranges::all_of(workers, [&](Worker& w) { return w.shared.state() == state; });
    };
    if (!soon([&] { return workers.front().agent.members() == 8; })) return 1;

    service.well = false;
    if (!soon([&] { return all_are(grit::CircuitState::open); })) return 1;
    service.calls = 0;
    auto const begin = std::chrono::steady_clock::now();
    std::this_thread::sleep_for(1500ms);
    auto const periods = (std::chrono::steady_clock::now() - begin) / 300ms + 1;
    int const probes = service.calls;
    std::printf("eight processes sent %d probes in %d periods\n", probes, static_cast<int>(periods));

    service.well = true;
    bool const closed = soon([&] { return all_are(grit::CircuitState::closed); });
    std::printf("all are %s\n", closed ? "closed again" : "still open");
    return closed && probes >= 1 && probes <= periods ? 0 : 1;
}
