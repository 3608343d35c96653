// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/shared_memory.hpp>

#include <csignal>
#include <memory>

#include <sys/wait.h>

#include "support/catch.hpp"

namespace {

using namespace std::chrono_literals;
using grit::CircuitState;
using grit::fleet::SharedMemory;
using Breaker = grit::CircuitBreaker<grit::OpenAfterFailures<5>, grit::OpenFor<300ms>, grit::ProbeLease<400ms>>;

std::string name_of(char const* what) { return std::string{what} + '.' + std::to_string(::getpid()); }

/// What the processes of a test write down.
struct Board {
    std::atomic<bool> well{false};
    std::atomic<bool> ends{false};
    std::atomic<bool> probe_hangs{false};
    std::atomic<int> hanging{0}; ///< the process whose probe hangs
    std::atomic<int> probes{0};
    std::atomic<int> ready{0};
};

template <class T>
struct Mapped {
    T* at = new (::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)) T;
    ~Mapped() { ::munmap(at, sizeof(T)); }
    T* operator->() const { return at; }
};

template <class F>
bool wait_until(F const& condition) {
    for (int i = 0; i != 4000; ++i, std::this_thread::sleep_for(5ms))
        if (condition()) return true;
    return false;
}

} // namespace

TEST_CASE("R-882: sixteen processes of a host have one circuit, and a prober that is killed is replaced", "[R-882]") {
    std::string const name = name_of("many");
    SharedMemory<Breaker>::unlink(name);
    Mapped<Board> const board;
    constexpr int size = 16;
    std::vector<pid_t> pids;
    for (int i = 0; i != size; ++i) {
        pid_t const pid = ::fork();
        if (pid == 0) {
            SharedMemory<Breaker> const breaker{name};
            ++board->ready;
            while (!board->ends) {
                if (auto permit = breaker->try_acquire()) {
                    if (breaker->state() == CircuitState::half_open) {
                        ++board->probes;
                        if (board->probe_hangs.exchange(false)) {
                            board->hanging = ::getpid();
                            ::pause();
                        }
                    }
                    board->well ? permit.success() : permit.failure();
                }
                std::this_thread::sleep_for(2ms);
            }
            ::_exit(0);
        }
        pids.push_back(pid);
    }
    {
        SharedMemory<Breaker> const breaker{name};
        REQUIRE(wait_until([&] { return board->ready == size; }));
        CHECK(wait_until([&] { return board->probes == 1; })); // all failed, one probed
        auto const begin = std::chrono::steady_clock::now();
        std::this_thread::sleep_for(1500ms);
        auto const periods = (std::chrono::steady_clock::now() - begin) / 300ms + 1;
        CHECK(board->probes >= 3);
        CHECK(board->probes <= 1 + periods);

        board->probe_hangs = true;
        REQUIRE(wait_until([&] { return board->hanging != 0; }));
        int const before = board->probes;
        board->well = true;
        auto const killed = std::chrono::steady_clock::now();
        ::kill(board->hanging, SIGKILL);
        CHECK(wait_until([&] { return breaker->state() == CircuitState::closed; }));
        CHECK(std::chrono::steady_clock::now() - killed > 300ms); // not before its lease was over
        CHECK(board->probes == before + 1);
    }
    board->ends = true;
    for (pid_t const pid : pids) ::waitpid(pid, nullptr, 0);
    SharedMemory<Breaker>::unlink(name);
}

TEST_CASE("R-882: what is in the memory is the same breaker, or it is refused", "[R-882]") {
    std::string const name = name_of("types");
    SharedMemory<Breaker>::unlink(name);
    SharedMemory<Breaker> const one{name};
    SharedMemory<Breaker> const same{name};
    one->force_open();
    CHECK(same->state() == CircuitState::forced_open);
    using Other = grit::CircuitBreaker<grit::OpenAfterFailures<6>, grit::OpenFor<300ms>>;
    static_assert(sizeof(Other) == sizeof(Breaker));
    CHECK_THROWS_AS(SharedMemory<Other>{name}, std::system_error);
    using Larger = grit::CircuitBreaker<grit::OpenAtFailureRate<50, grit::TimeWindow<10s, 10>, grit::MinimumCalls<10>>,
                                        grit::OpenFor<300ms>>;
    CHECK_THROWS_AS(SharedMemory<Larger>{name}, std::system_error);
    SharedMemory<Breaker>::unlink(name);
    SharedMemory<Breaker> const anew{name};
    CHECK(anew->state() == CircuitState::closed);
    CHECK(one->state() == CircuitState::forced_open);
    SharedMemory<Breaker>::unlink(name);
}

TEST_CASE("a name of shared memory is not empty and has no slash") {
    CHECK_THROWS_AS(SharedMemory<Breaker>{""}, std::invalid_argument);
    CHECK_THROWS_AS(SharedMemory<Breaker>{"a/b"}, std::invalid_argument);
}
