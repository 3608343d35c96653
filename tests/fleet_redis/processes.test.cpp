// SPDX-License-Identifier: BSL-1.0
// Sixteen real processes under one limit of one Redis, counted in every window.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <grit/time/steady.hpp>

#include "support/catch.hpp"
#include "support/redis_server.hpp"

extern char** environ;

using namespace std::chrono_literals;
using support::RedisServer;

namespace {

/// What a process tells.
struct Told {
    std::int64_t calls = 0;
    std::int64_t in = 0;
    std::int64_t longest = 0;
    std::vector<std::int64_t> times{};
};

/// A process of tests/fleet_redis/process.cpp.
class Process {
public:
    /// before: the words of a command that runs it.
    explicit Process(std::vector<std::string> const& words, std::vector<std::string> const& before = {}) {
        int ends[2];
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
        std::vector<char*> arguments;
        std::vector<std::string> copies = before;
        copies.push_back(GRIT_FLEET_PROCESS);
        copies.insert(copies.end(), words.begin(), words.end());
        for (std::string& word : copies) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
        REQUIRE(::posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ) == 0);
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        out_ = ::fdopen(ends[0], "r");
    }
    Process(Process const&) = delete;
    Process& operator=(Process const&) = delete;
    ~Process() {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        std::fclose(out_);
    }
    Told wait() {
        std::int64_t head[3]{};
        REQUIRE(std::fread(head, sizeof head[0], 3, out_) == 3);
        Told told{head[0], head[1], head[2]};
        for (std::int64_t time = 0; std::fread(&time, sizeof time, 1, out_) == 1;) told.times.push_back(time);
        return told;
    }

private:
    pid_t pid_ = -1;
    std::FILE* out_ = nullptr;
};

/// A network namespace with one link to this one, which can be cut. Only with the rights for it: see is_there().
class Link {
public:
    Link()
        : there_(run("ip netns add " + name_) &&
                 run("ip link add " + name_ + "a type veth peer name " + name_ + "b netns " + name_) &&
                 run("ip addr add " + here() + "/30 dev " + name_ + "a") && run("ip link set " + name_ + "a up") &&
                 run("ip -n " + name_ + " addr add " + subnet() + "2/30 dev " + name_ + "b") && connect()) {}
    Link(Link const&) = delete;
    Link& operator=(Link const&) = delete;
    ~Link() { run("ip netns del " + name_); }

    bool is_there() const { return there_; }
    static std::string here() { return subnet() + "1"; }
    std::vector<std::string> inside() const { return {"ip", "netns", "exec", name_}; }
    bool cut() const { return run("ip -n " + name_ + " link set " + name_ + "b down"); }
    bool connect() const { return run("ip -n " + name_ + " link set " + name_ + "b up"); }

private:
    static std::string subnet() { return "10.231." + std::to_string(::getpid() % 250) + "."; }
    static bool run(std::string const& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

    std::string name_ = "g" + std::to_string(::getpid());
    bool there_;
};

} // namespace

TEST_CASE("a process whose network is cut goes on with its share, and no call of it waits", "[R-855][R-859]") {
    SKIP_WITHOUT_REDIS();
    Link const link;
    if (!link.is_there()) {
        WARN("skipped: no network namespace can be made here");
        return;
    }
    RedisServer const server{{{"bind", "127.0.0.1 " + Link::here()}, {"protected-mode", "no"}}};
    constexpr std::int64_t rate = 500;
    constexpr std::int64_t second = 1'000'000'000;
    std::int64_t const start = (grit::SteadyTime{}.now() + 1500ms).time_since_epoch().count();
    std::vector<std::string> words{
        std::to_string(server.port()),     std::to_string(rate), "50", "10", "200", "600", std::to_string(start),
        std::to_string(start + 5 * second)};
    Process stays{words};
    words.push_back(Link::here());
    Process is_cut{words, link.inside()};
    auto const at = [&](grit::Duration d) {
        grit::SteadyTime{}.sleep_until(grit::TimePoint{grit::Duration{start} + d});
    };
    at(1s);
    REQUIRE(link.cut());
    at(3500ms);
    REQUIRE(link.connect());
    Told const all = stays.wait();
    Told const cut = is_cut.wait();
    // From when the store has not answered within its time to the end of the cut.
    auto const alone = std::ranges::count_if(
        cut.times, [&](std::int64_t time) { return time > start + 7 * second / 4 && time < start + 7 * second / 2; });
    INFO(all.in << " and " << cut.in << " went in, " << alone << " of them alone; longest " << cut.longest);
    CHECK(alone >= 50);
    CHECK(alone <= 7 * rate / 8 + 25 + 20 + 10); // half of the rate for 1.75 s, the share of the burst, what it held
    CHECK(all.in + cut.in <= 5 * rate + 5 * rate / 4 + 50 + 25 + 40);
    CHECK(cut.longest < second * 45 / 100);
}

TEST_CASE("sixteen processes stay below the bound of one limit in every window, and no call waits", "[R-845][R-859]") {
    SKIP_WITHOUT_REDIS();
    constexpr int processes = 16;
    constexpr std::int64_t rate = 1000;
    constexpr std::int64_t burst = 100;
    constexpr std::int64_t lease = 10;
    bool const even = GENERATE(true, false); // or nearly all of the demand in one process
    RedisServer const server;
    std::int64_t const start = (grit::SteadyTime{}.now() + 1500ms).time_since_epoch().count();
    std::int64_t const end = start + std::chrono::nanoseconds{4s}.count();
    std::vector<std::int64_t> times;
    std::int64_t longest = 0;
    {
        std::vector<std::unique_ptr<Process>> all;
        for (int i = 0; i != processes; ++i) {
            int const per_second = even ? 100 : i == 0 ? 1800 : 5;
            all.push_back(std::make_unique<Process>(std::vector<std::string>{
                std::to_string(server.port()), std::to_string(rate), std::to_string(burst), std::to_string(lease),
                "200", std::to_string(per_second), std::to_string(start), std::to_string(end)}));
        }
        for (auto const& process : all) {
            Told const told = process->wait();
            times.insert(times.end(), told.times.begin(), told.times.end());
            longest = std::max(longest, told.longest);
        }
    }
    std::ranges::sort(times);
    // A window begins and ends with a call that went in. The calls since the first one are above the rate by `above`,
    // which falls as time goes on: the worst window ends where it is highest over what it was before.
    double least = 1e18;
    double worst = 0;
    for (std::size_t i = 0; i != times.size(); ++i) {
        double const paid = static_cast<double>(times[i] - start) * 1e-9 * rate;
        least = std::min(least, static_cast<double>(i) - paid);
        worst = std::max(worst, static_cast<double>(i + 1) - paid - least);
    }
    INFO(times.size() << " went in, the worst window by " << worst << " above the rate, longest call " << longest);
    // One more of each process may have its permit, and be held up before it reads the clock.
    CHECK(worst <= burst + processes * lease + processes);
    // On a machine that has other things to do processes ask less than they should.
    if (even) CHECK(times.size() >= 2000);
    CHECK(times.size() <= 4 * rate + burst + processes * lease + processes);
    CHECK(longest < std::chrono::nanoseconds{450ms}.count()); // below the time limit of the store: none waited for it
}
