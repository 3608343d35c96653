// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/shared_breakers.hpp>

#include <deque>
#include <random>
#include <set>

#include <grit/time/manual.hpp>

#include "support/catch.hpp"
#include "support/cut_store.hpp"

namespace {

using namespace std::chrono_literals;
namespace fleet = grit::fleet;
using grit::CircuitState;
using Breaker =
    grit::CircuitBreaker<grit::OpenAfterFailures<3>, grit::OpenFor<5s>, grit::Time<grit::ManualTime>, fleet::Voice>;
using Hosts = grit::Keyed<std::string, Breaker>;

struct Process {
    grit::ManualTime& time;
    support::CutStore line;
    std::mt19937_64 random;
    Hosts hosts{[&clock = time](std::string const&) { return std::tuple{grit::Time{clock}, fleet::Voice{}}; }};
    fleet::Agent agent{line, grit::Name<"web">{}, grit::Time{time}, grit::Random{random}};
    fleet::SharedBreaker<Hosts> shared{agent, hosts, grit::Name<"hosts">{}};

    CircuitState state(std::string const& host) { return hosts[host]->state(); }
    void fail(std::string const& host) {
        for (int i = 0; i != 3; ++i)
            if (auto permit = hosts[host]->try_acquire()) permit.failure();
    }
    bool call(std::string const& host) {
        auto permit = hosts[host]->try_acquire();
        bool const in = static_cast<bool>(permit);
        if (in) permit.success();
        return in;
    }
};

struct Fleet {
    grit::ManualTime time;
    fleet::MemoryFleet<grit::ManualTime> memory{grit::Time{time}};
    std::deque<Process> processes{};

    explicit Fleet(int n) {
        for (int i = 0; i != n; ++i)
            processes.emplace_back(time, support::CutStore{memory, &fleet::detail::exchange_script},
                                   std::mt19937_64{processes.size()});
        run(200ms);
    }
    Process& operator[](std::size_t i) { return processes[i]; }
    void run(grit::Duration d) {
        for (auto const end = time.now() + d; time.now() < end; time.advance(10ms))
            for (Process& p : processes) p.agent.tick();
    }
};

std::string host(int i) { return "host" + std::to_string(i); }

} // namespace

TEST_CASE("R-877: the keys of a fleet have a circuit each, and one exchange for all", "[R-877]") {
    Fleet f{4};
    for (int i = 0; i != 100; ++i)
        for (Process& p : f.processes) p.hosts[host(i)];
    f.run(1s);
    int const before = f[0].line.asked;
    f.run(10s);
    CHECK(f[0].line.asked - before <= 10 * 20); // whatever the number of keys
    for (int i = 0; i != 80; ++i) {
        f[0].fail(host(i));
        f[1].fail(host(i));
    }
    f.run(400ms); // more than one exchange holds
    for (int i = 0; i != 100; ++i) {
        CHECK(f[3].state(host(i)) == (i < 80 ? CircuitState::open : CircuitState::closed));
    }
    f.run(5s);
    int sent = 0;
    for (int n = 0; n != 200; ++n) {
        f.run(10ms);
        for (Process& p : f.processes) sent += p.state(host(7)) != CircuitState::closed && p.call(host(7));
    }
    CHECK(sent == 1); // one probe, of one process
    for (Process& p : f.processes) CHECK(p.state(host(7)) == CircuitState::closed);
    CHECK(f[2].state(host(8)) == CircuitState::open);
}

TEST_CASE("R-877: a key that is new to a process has the state of the fleet, and one that is forgotten is let go",
          "[R-877]") {
    Fleet f{2};
    f[0].hosts["a"]->open_for(20s);
    f.run(500ms);
    CHECK(f[1].hosts.size() == 0);
    CHECK(f[1].state("a") == CircuitState::closed);
    f.run(200ms);
    CHECK(f[1].state("a") == CircuitState::open);
    CHECK(f[1].hosts["a"]->retry_after() > 18s);
    using Entry = decltype(f[1].hosts)::Handle::element_type;
    std::weak_ptr const entry = static_cast<std::shared_ptr<Entry>>(f[1].hosts["a"]);
    f[1].hosts.erase("a");
    CHECK(entry.expired()); // nobody else held it
    f.run(200ms);
    CHECK(f[1].state("a") == CircuitState::closed);
    f.run(1200ms);
    CHECK(f[1].state("a") == CircuitState::open);
}

TEST_CASE("R-874: an operator opens the circuits of one key", "[R-874]") {
    Fleet f{3};
    for (Process& p : f.processes) p.hosts["a"], p.hosts["b"];
    f.run(1s);
    f[0].shared.force_open_all("a");
    f.run(400ms);
    for (Process& p : f.processes) {
        CHECK(p.state("a") == CircuitState::open);
        CHECK(p.state("b") == CircuitState::closed);
    }
    f[2].shared.release_all("a");
    f.run(400ms);
    for (Process& p : f.processes) CHECK(p.state("a") == CircuitState::closed);
}

TEST_CASE("keys of one text have one number, of 52 bits") {
    CHECK(fleet::detail::circuit_number("a") ==
          fleet::detail::circuit_number(fleet::detail::text_of_key(std::string{"a"})));
    CHECK(fleet::detail::text_of_key(17) == "17");
    std::set<std::int64_t> numbers;
    for (int i = 0; i != 100'000; ++i) numbers.insert(fleet::detail::circuit_number(std::to_string(i)));
    CHECK(numbers.size() == 100'000);
    CHECK(*numbers.rbegin() < std::int64_t{1} << 52);
    CHECK(*numbers.begin() > 0);
}
