// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/shared_breaker.hpp>

#include <atomic>
#include <deque>
#include <random>
#include <thread>

#include <grit/time/manual.hpp>

#include "support/catch.hpp"
#include "support/cut_store.hpp"

namespace {

using namespace std::chrono_literals;
namespace fleet = grit::fleet;
using fleet::FleetMoment;
using grit::CircuitState;

struct Fleet;
using Breaker =
    grit::CircuitBreaker<grit::OpenAfterFailures<3>, grit::OpenFor<5s>, grit::Time<grit::ManualTime>, fleet::Voice>;

/// One process: its calls go to a service that is well or not.
struct Process {
    Fleet& fleet;
    support::CutStore line;
    std::mt19937_64 random;
    std::vector<FleetMoment> heard{};
    Breaker breaker;
    fleet::Agent agent;
    fleet::SharedBreaker<Breaker> shared;

    template <class... Ps>
    explicit Process(Fleet& all, Ps const&... policies);
    void call();
    bool heard_of(FleetMoment moment) const { return std::ranges::count(heard, moment) > 0; }
};

struct Fleet {
    grit::ManualTime time;
    fleet::MemoryFleet<grit::ManualTime> memory{grit::Time{time}};
    bool well = true;
    int sent = 0;
    std::deque<Process> processes{};

    template <class... Ps>
    explicit Fleet(int n, Ps const&... policies) {
        for (int i = 0; i != n; ++i) processes.emplace_back(*this, policies...);
        run(200ms, 0);
    }
    Process& operator[](std::size_t i) { return processes[i]; }
    /// Lets time pass; the first `callers` processes call each 10 ms.
    void run(grit::Duration d, int callers) {
        for (auto const end = time.now() + d; time.now() < end; time.advance(10ms)) {
            for (Process& p : processes) p.agent.tick();
            for (int i = 0; i != callers; ++i) processes[static_cast<std::size_t>(i)].call();
        }
    }
    int in_state(CircuitState state) const {
        return static_cast<int>(
            std::ranges::count_if(processes, [&](auto const& p) { return p.breaker.state() == state; }));
    }
};

template <class... Ps>
Process::Process(Fleet& all, Ps const&... policies)
    : fleet(all), line{all.memory}, random{all.processes.size()}, breaker{grit::Time{all.time}, fleet::Voice{}},
      agent{line, grit::Name<"chat">{}, grit::Time{all.time}, grit::Random{random},
            fleet::OnFleetEvent{[this](fleet::FleetEvent const& e) noexcept { heard.push_back(e.moment); }}},
      shared{agent, breaker, policies...} {}
void Process::call() {
    auto permit = breaker.try_acquire();
    if (!permit) return;
    ++fleet.sent;
    fleet.well ? permit.success() : permit.failure();
}

} // namespace

TEST_CASE("R-871: a circuit that a quorum opened is open for all, and one process probes until all close", "[R-871]") {
    Fleet f{8};
    f.well = false;
    f.run(1s, 8);
    CHECK(f.in_state(CircuitState::open) == 8);
    CHECK(f.sent == 8 * 3);
    CHECK(f[7].shared.state() == CircuitState::open);
    f.sent = 0;
    f.run(20s, 8); // three periods and a bit, each of five seconds and a few exchanges
    CHECK(f.sent >= 3);
    CHECK(f.sent <= 4);
    CHECK(f.in_state(CircuitState::closed) == 0);
    f.well = true;
    f.run(6s, 8);
    CHECK(f.in_state(CircuitState::closed) == 8);
    CHECK(f[0].heard_of(FleetMoment::fleet_open));
    CHECK(f[0].heard_of(FleetMoment::fleet_closed));
    int probers = 0;
    for (Process& p : f.processes) probers += p.heard_of(FleetMoment::probe_mine);
    CHECK(probers >= 1);
}

TEST_CASE("R-871: who does not call learns of it within three refreshes, and does not probe", "[R-871]") {
    Fleet f{8, fleet::Quorum<1>{}};
    f.well = false;
    f.run(30ms, 1);
    CHECK(f.in_state(CircuitState::open) == 1);
    f.run(300ms, 1);
    CHECK(f.in_state(CircuitState::open) == 8);
    CHECK(f[7].heard_of(FleetMoment::joined_open));
    f.well = true;
    f.run(10s, 1);
    CHECK(f.in_state(CircuitState::closed) == 8);
    for (std::size_t i = 1; i != 8; ++i) CHECK_FALSE(f[i].heard_of(FleetMoment::probe_mine));
}

TEST_CASE("R-872: one bad host opens its own circuit alone, and probes by itself", "[R-872]") {
    Fleet f{8};
    for (int i = 0; i != 3; ++i) f[0].breaker.try_acquire().failure();
    f.run(1s, 0);
    CHECK(f.in_state(CircuitState::open) == 1);
    CHECK(f[0].shared.state() == CircuitState::closed);
    f.run(5s, 1);
    CHECK(f.in_state(CircuitState::closed) == 8);
    CHECK_FALSE(f[0].heard_of(FleetMoment::probe_mine));
}

TEST_CASE("R-873: a pause that the service asks for holds for all, without a quorum, and longer if it asks for more",
          "[R-873]") {
    Fleet f{4};
    f[2].breaker.open_for(4s);
    f.run(400ms, 4);
    CHECK(f.in_state(CircuitState::open) == 4);
    f[1].breaker.open_for(9s);
    f.sent = 0;
    f.run(8s, 4);
    CHECK(f.in_state(CircuitState::open) == 4);
    CHECK(f.sent == 0);
    f.run(2s, 4);
    CHECK(f.in_state(CircuitState::closed) == 4);
}

TEST_CASE("R-874: an operator opens the circuits of all until they are released, also of who comes later", "[R-874]") {
    Fleet f{3};
    f[0].shared.force_open_all();
    f.run(300ms, 3);
    CHECK(f.in_state(CircuitState::open) == 3);
    CHECK(f[1].shared.state() == CircuitState::forced_open);
    f.sent = 0;
    f.run(60s, 3);
    f.memory.clear(); // who follows restores it
    f.processes.emplace_back(f);
    f.run(10s, 4);
    CHECK(f.sent <= 40); // of the new one, before it was told
    CHECK(f.in_state(CircuitState::open) == 4);
    f[1].shared.release_all();
    f.run(400ms, 4);
    CHECK(f.in_state(CircuitState::closed) == 4);
}

TEST_CASE("R-874: while the store does not answer, an operator's word waits", "[R-874]") {
    Fleet f{2};
    for (Process& p : f.processes) p.line.status = fleet::StoreStatus::down;
    f[0].shared.force_open_all();
    f.run(1s, 2);
    CHECK(f.in_state(CircuitState::closed) == 2);
    for (Process& p : f.processes) p.line.status = fleet::StoreStatus::ok;
    f.run(400ms, 2);
    CHECK(f.in_state(CircuitState::open) == 2);
}

TEST_CASE("R-875: without a store each goes on by its own clock once its grace has passed, and joins again",
          "[R-875]") {
    Fleet f{4};
    f.well = false;
    f.run(1s, 4);
    REQUIRE(f.in_state(CircuitState::open) == 4);
    for (Process& p : f.processes) p.line.status = fleet::StoreStatus::down;
    f.sent = 0;
    f.run(4s, 4);
    CHECK(f.sent == 0);
    f.run(5s, 4); // five seconds have passed, and a grace of one to one and a half
    CHECK(f.sent == 4);
    CHECK(f[0].heard_of(FleetMoment::acts_alone));
    CHECK(std::ranges::count(f[0].heard, FleetMoment::store_lost) == 1);
    for (Process& p : f.processes) p.line.status = fleet::StoreStatus::ok;
    f.run(2s, 4);
    f.sent = 0;
    f.run(21s, 4); // exclusive again
    CHECK(f.sent >= 2);
    CHECK(f.sent <= 5);
    f.well = true;
    f.run(7s, 4);
    CHECK(f.in_state(CircuitState::closed) == 4);
}

TEST_CASE("R-875: a store that lost everything is told by those who follow", "[R-875]") {
    Fleet f{4};
    f.well = false;
    f.run(1s, 4);
    f.memory.clear();
    f.sent = 0;
    f.run(3500ms, 4);
    CHECK(f.sent == 0);
    CHECK(f[0].shared.state() == CircuitState::open);
    f.run(4s, 4);
    CHECK(f.sent <= 1);
    f.well = true;
    f.run(6s, 4);
    CHECK(f.in_state(CircuitState::closed) == 4);
}

TEST_CASE("R-878: a holder that is never called hands the probes over to who has calls", "[R-878]") {
    Fleet f{4};
    f.well = false;
    f.run(1s, 4);
    f.run(5s, 1); // the first is called alone, and takes the probes, or is about to
    f.well = true;
    f.run(2s, 0);
    for (auto const end = f.time.now() + 5s; f.time.now() < end;) { // from now on the last one alone
        f.run(10ms, 0);
        f[3].call();
    }
    CHECK(f.in_state(CircuitState::closed) == 4);
    CHECK(f.sent > 0);
}

TEST_CASE("R-878: a call now and then is enough for its process to probe", "[R-878]") {
    Fleet f{1};
    f.well = false;
    for (int i = 0; i != 3; ++i) f[0].call();
    f.well = true;
    f.run(60s, 0);
    f.sent = 0;
    f[0].call(); // refused: now it is known that there are calls
    CHECK(f.sent == 0);
    f.run(60s, 0);
    f[0].call();
    CHECK(f.sent == 1);
    CHECK(f.in_state(CircuitState::closed) == 1);
}

TEST_CASE("R-878: a process that dies in its probe is replaced after its lease", "[R-878]") {
    Fleet f{4};
    f.well = false;
    f.run(1s, 4);
    grit::Permit<Breaker> hangs = f[0].breaker.try_acquire();
    auto const end = f.time.now() + 10s;
    while (!hangs && f.time.now() < end) { // only the first one is called
        f.run(10ms, 0);
        hangs = f[0].breaker.try_acquire();
    }
    REQUIRE(hangs);
    f[0].line.status = fleet::StoreStatus::down; // as if it had died
    f.well = true;
    f.sent = 0;
    for (auto const soon = f.time.now() + 500ms; f.time.now() < soon;) {
        f.run(10ms, 0);
        f[1].call();
    }
    CHECK(f.sent == 0);
    f.run(500ms, 0);
    for (int i = 0; i != 50; ++i) {
        f.run(10ms, 0);
        f[1].call();
    }
    CHECK(f.sent > 0);
    int taken_over = 0; // by whoever came first; an idle one hands it on
    for (Process& p : f.processes)
        taken_over += static_cast<int>(std::ranges::count(p.heard, FleetMoment::probe_taken_over));
    CHECK(taken_over == 1);
    CHECK(f[2].breaker.state() == CircuitState::closed);
}

TEST_CASE("R-879: a circuit that is closed by hand stays closed until the fleet's is", "[R-879]") {
    Fleet f{4};
    f.well = false;
    f.run(1s, 4);
    f[0].breaker.force_close();
    f.run(2s, 0);
    CHECK(f[0].breaker.state() == CircuitState::closed);
    CHECK(f.in_state(CircuitState::open) == 3);
    f[1].breaker.disable();
    f.run(1s, 0);
    CHECK(f[1].breaker.state() == CircuitState::disabled);
}

TEST_CASE("R-871: agents in threads, and callers beside them", "[R-871]") {
    using Threaded = grit::CircuitBreaker<grit::OpenAfterFailures<3>, grit::OpenFor<50ms>, fleet::Voice>;
    struct Member {
        fleet::Agent agent;
        Threaded breaker{fleet::Voice{}};
        fleet::SharedBreaker<Threaded> shared{agent, breaker, fleet::Refresh<10ms>{}, fleet::Grace<200ms>{}};
        explicit Member(fleet::MemoryFleet<>& store) : agent{store, grit::Name<"chat">{}} {}
    };
    fleet::MemoryFleet<> store;
    std::deque<Member> members;
    for (int i = 0; i != 3; ++i) members.emplace_back(store);
    std::atomic<bool> well{false};
    std::atomic<bool> ends{false};
    std::vector<std::jthread> threads;
    for (Member& m : members) {
        threads.emplace_back([&m](std::stop_token const& stop) { m.agent.run(stop); });
        for (int i = 0; i != 2; ++i)
            threads.emplace_back([&] {
                while (!ends) {
                    if (auto permit = m.breaker.try_acquire()) well ? permit.success() : permit.failure();
                    std::this_thread::sleep_for(200us);
                }
            });
    }
    auto const all = [&](auto condition) {
        for (int i = 0; i != 20'000; ++i, std::this_thread::sleep_for(1ms))
            if (std::ranges::all_of(members, condition)) return true;
        return false;
    };
    CHECK(all([](Member& m) { return m.shared.state() != CircuitState::closed; }));
    members[0].shared.force_open_all();
    CHECK(all([](Member& m) { return m.shared.state() == CircuitState::forced_open; }));
    members[1].shared.release_all();
    well = true;
    CHECK(all([](Member& m) { return m.breaker.state() == CircuitState::closed; }));
    ends = true;
}

TEST_CASE("a shared breaker refuses what cannot work") {
    Fleet f{1};
    grit::CircuitBreaker braces{grit::OpenAfterFailures<3>{}, grit::OpenFor<5s>{}, grit::Name{"a{b"}, fleet::Voice{}};
    CHECK_THROWS_AS((fleet::SharedBreaker{f[0].agent, braces}), std::invalid_argument);
    CHECK_THROWS_AS((fleet::SharedBreaker{f[0].agent, f[0].breaker, fleet::Grace{200ms}}), std::invalid_argument);
    CHECK_THROWS_AS((fleet::SharedBreaker{f[0].agent, f[0].breaker, fleet::Refresh{700ms}}), std::invalid_argument);
    CHECK_NOTHROW(fleet::SharedBreaker{f[0].agent, f[0].breaker, fleet::Refresh<20ms>{}, fleet::Grace{130ms}});
}
