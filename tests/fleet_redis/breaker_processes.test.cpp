// SPDX-License-Identifier: BSL-1.0
// Eight processes that share a circuit over a real Redis, while their service is down and the store has its troubles.

#include <grit/adapter/hiredis.hpp>
#include <grit/fleet/shared_breaker.hpp>

#include <cstdlib>
#include <thread>

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/redis_server.hpp"

using namespace grit;
using namespace std::chrono_literals;
using support::RedisServer;
using support::wait_until;

namespace {

std::int64_t now_in_ms() { return SteadyTime{}.now().time_since_epoch() / 1ms; }

/// What all processes see.
struct Board {
    static constexpr int most = 20'000;
    struct Sent {
        std::int64_t at;
        int by;
        bool alone; ///< nobody could tell it of the fleet
    };
    std::atomic<bool> well{true};
    std::atomic<bool> ends{false};
    std::atomic<int> callers{0};    ///< the first ones
    std::atomic<int> probe_time{0}; ///< in milliseconds
    std::atomic<bool> probe_dies{false};
    std::atomic<int> prober{-1}; ///< whose probe is under way
    std::atomic<int> sent{0};
    Sent log[most];
    struct Process {
        std::atomic<CircuitState> state;
        std::atomic<std::int64_t> changed; ///< when
        std::atomic<int> members;
    } processes[16];

    void send(int by, bool alone) {
        if (int const i = sent.fetch_add(1); i < most) log[i] = {now_in_ms(), by, alone};
    }
};

using Breaker = CircuitBreaker<OpenAfterFailures<3>, OpenFor<1s>, fleet::Voice>;

/// One process; it ends with an exit.
[[noreturn]] void run(Board& board, unsigned short port, int who) {
    {
        HiredisStore store{{.host = RedisServer::host, .port = port, .timeout = 50ms, .again = 50ms}};
        fleet::Agent agent{store, Name<"flaky">{}};
        Breaker breaker{fleet::Voice{}};
        fleet::SharedBreaker shared{agent, breaker};
        std::jthread const runs{[&](std::stop_token const& stop) { agent.run(stop); }};
        Board::Process& me = board.processes[who];
        while (!board.ends) {
            std::this_thread::sleep_for(5ms);
            me.members = agent.members();
            if (who < board.callers)
                if (auto permit = breaker.try_acquire()) {
                    board.send(who, !agent.store_up());
                    if (breaker.state() == CircuitState::half_open) {
                        board.prober = who;
                        if (board.probe_dies.exchange(false)) ::_exit(0);
                        std::this_thread::sleep_for(std::chrono::milliseconds{board.probe_time});
                        int mine = who;
                        board.prober.compare_exchange_strong(mine, -1);
                    }
                    board.well ? permit.success() : permit.failure();
                }
            CircuitState const state = breaker.state();
            if (me.state.exchange(state) != state) me.changed = now_in_ms();
        }
    }
    ::_exit(0);
}

class Fleet {
public:
    static constexpr int size = 8;

    Fleet()
        : board_(*new(::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))
                     Board) {
        for (int i = 0; i != size; ++i) {
            pid_t const pid = ::fork();
            if (pid == 0) run(board_, server.port(), i);
            pids_.push_back(pid);
        }
        REQUIRE(wait_until([&] {
            return std::all_of(board_.processes, board_.processes + size, [](auto& p) { return p.members == size; });
        }));
    }
    Fleet(Fleet const&) = delete;
    Fleet& operator=(Fleet const&) = delete;
    ~Fleet() {
        board_.ends = true;
        for (pid_t const pid : pids_) {
            ::kill(pid, SIGCONT);
            ::waitpid(pid, nullptr, 0);
        }
        ::munmap(&board_, sizeof board_);
    }

    RedisServer server;
    Board& board() { return board_; }
    pid_t pid(int i) const { return pids_[static_cast<std::size_t>(i)]; }
    int in_state(CircuitState state) {
        return static_cast<int>(
            std::count_if(board_.processes, board_.processes + size, [&](auto& p) { return p.state == state; }));
    }
    /// The service goes down. Returns: how long it took from the second open circuit, which is the quorum, to the last.
    std::int64_t break_down(int callers) {
        board_.callers = callers;
        board_.well = false;
        REQUIRE(wait_until([&] { return in_state(CircuitState::closed) == 0; }));
        std::vector<std::int64_t> when;
        for (int i = 0; i != size; ++i) when.push_back(board_.processes[i].changed);
        std::ranges::sort(when);
        std::int64_t const took = when.back() - when[1];
        board_.sent = 0;
        return took;
    }
    /// Returns: the probes of so long, and those of them that were sent within half a second of another.
    std::pair<int, int> probes_of(std::chrono::milliseconds span) {
        board_.sent = 0;
        std::this_thread::sleep_for(span);
        int const n = std::min<int>(board_.sent, Board::most);
        int crowded = 0;
        for (int i = 1; i < n; ++i) crowded += board_.log[i].at - board_.log[i - 1].at < 500;
        return {n, crowded};
    }
    bool closes() {
        board_.well = true;
        return wait_until([&] { return in_state(CircuitState::closed) == size; });
    }

private:
    Board& board_;
    std::vector<pid_t> pids_;
};

} // namespace

TEST_CASE("R-880: eight processes send as many probes as one", "[R-880]") {
    SKIP_WITHOUT_REDIS();
    Fleet fleet;
    std::int64_t const spread = fleet.break_down(Fleet::size);
    auto const [probes, crowded] = fleet.probes_of(4s);
    CAPTURE(spread);
    CHECK(probes >= 1);
    CHECK(probes <= 4); // periods of a second and a little
    CHECK(crowded == 0);
    CHECK(fleet.closes());
    if (std::getenv("GRIT_FIGURES") != nullptr) WARN(probes << " probes in 4 s, the opening took " << spread << " ms");
}

TEST_CASE("R-880: who does not call learns that the circuit is open, and is let alone by one bad host", "[R-880]") {
    SKIP_WITHOUT_REDIS();
    Fleet fleet;
    fleet.board().callers = 1; // one of eight is no quorum
    fleet.board().well = false;
    CHECK(wait_until([&] { return fleet.in_state(CircuitState::open) == 1; }));
    std::this_thread::sleep_for(600ms);
    CHECK(fleet.in_state(CircuitState::closed) == Fleet::size - 1);
    std::int64_t const spread = fleet.break_down(2); // two are
    CHECK(spread < 3000);
    if (std::getenv("GRIT_FIGURES") != nullptr) WARN("the opening took " << spread << " ms");
    CHECK(fleet.closes());
}

TEST_CASE("R-881: a store that hangs for less than the grace costs no probes", "[R-881]") {
    SKIP_WITHOUT_REDIS();
    Fleet fleet;
    fleet.break_down(Fleet::size);
    fleet.server.stop();
    auto const [probes, crowded] = fleet.probes_of(700ms);
    fleet.server.cont();
    CHECK(probes <= 1); // granted just before
    CHECK(crowded == 0);
    CHECK(fleet.probes_of(3s).second == 0);
    CHECK(fleet.closes());
}

TEST_CASE("R-881: without a store each process goes on alone, and they are together again when it is back", "[R-881]") {
    SKIP_WITHOUT_REDIS();
    Fleet fleet;
    fleet.break_down(Fleet::size);
    fleet.server.kill();
    auto const [alone, crowded] = fleet.probes_of(4s);
    CHECK(alone >= Fleet::size);
    CHECK(alone <= Fleet::size * 4);
    CHECK(crowded > 0);
    fleet.server.start(); // empty
    std::this_thread::sleep_for(2500ms);
    auto const [together, too_many] = fleet.probes_of(3s);
    CHECK(together <= 4);
    CHECK(too_many <= 1);
    CHECK(fleet.closes());
}

TEST_CASE("R-881: a store that is started anew, empty, within the grace costs one probe more at most", "[R-881]") {
    SKIP_WITHOUT_REDIS();
    Fleet fleet;
    fleet.break_down(Fleet::size);
    fleet.server.kill();
    fleet.server.start();
    auto const [probes, crowded] = fleet.probes_of(3s);
    CHECK(probes <= 4);
    CHECK(crowded <= 1);
    CHECK(fleet.closes());
}

TEST_CASE("R-881: a process that dies in its probe is replaced after its lease", "[R-881]") {
    SKIP_WITHOUT_REDIS();
    Fleet fleet;
    fleet.break_down(Fleet::size);
    fleet.board().probe_dies = true;
    REQUIRE(wait_until([&] { return !fleet.board().probe_dies; }));
    fleet.board().well = true;
    CHECK(wait_until([&] { return fleet.in_state(CircuitState::closed) == Fleet::size - 1; }));
    CHECK(fleet.board().sent >= 2);
}

TEST_CASE("R-881: a probe that takes longer than its lease is not doubled, unless its process is paused", "[R-881]") {
    SKIP_WITHOUT_REDIS();
    Fleet fleet;
    fleet.board().probe_time = 1700; // the lease is 600 ms
    fleet.break_down(Fleet::size);
    REQUIRE(wait_until([&] { return fleet.board().prober != -1; }));
    auto const [more, crowded] = fleet.probes_of(1000ms);
    CHECK(more == 0);

    REQUIRE(wait_until([&] { return fleet.board().prober == -1; }));
    REQUIRE(wait_until([&] { return fleet.board().prober != -1; }));
    int const paused = fleet.board().prober;
    ::kill(fleet.pid(paused), SIGSTOP);
    auto const [others, apart] = fleet.probes_of(1500ms);
    ::kill(fleet.pid(paused), SIGCONT);
    CHECK(others == 1); // another one took over
    fleet.board().probe_time = 0;
    CHECK(fleet.closes());
}

TEST_CASE("R-881: a replica that takes the place of its master costs one probe more at most", "[R-881]") {
    SKIP_WITHOUT_REDIS();
    Fleet fleet;
    RedisServer const replica{{{"replicaof", "127.0.0.1 " + std::to_string(fleet.server.port())}}};
    REQUIRE(wait_until([&] { return replica.info("master_link_status") == "up"; }));
    fleet.break_down(Fleet::size);
    auto const has_word = [&] { return replica.command({"EXISTS", "{flaky}:w:circuit_breaker"}) == "1"; };
    CHECK(wait_until(has_word)); // what a failover goes on with
    CHECK(fleet.server.command({"REPLICAOF", "127.0.0.1", std::to_string(replica.port())}) == "OK"); // READONLY now
    CHECK(fleet.server.command({"REPLICAOF", "NO", "ONE"}) == "OK");
    auto const [probes, crowded] = fleet.probes_of(3s);
    CHECK(probes <= 4);
    CHECK(crowded <= 1);
    CHECK(fleet.closes());
}
