// SPDX-License-Identifier: BSL-1.0
// What a fleet's limiter and budget do while a real Redis is slow, gone, empty, full, or another one.

#include <grit/adapter/hiredis.hpp>
#include <grit/fleet.hpp>

#include <deque>

#include <sys/wait.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/redis_server.hpp"

using namespace grit;
using namespace std::chrono_literals;
using fleet::FleetMoment, fleet::StoreStatus;
using support::RedisServer;
using support::wait_until;

namespace {

/// How long a call may take on a machine that has other things to do. Far below the time limit of the store.
constexpr Duration scheduling = 700ms;
constexpr Duration patient = 2s;

/// What happened, as the agent told it.
struct Heard {
    std::mutex mutex;
    std::vector<std::pair<FleetMoment, std::string>> events;

    int count(FleetMoment moment) {
        std::lock_guard const lock{mutex};
        return static_cast<int>(std::ranges::count(events, moment, &std::pair<FleetMoment, std::string>::first));
    }
    std::string error() {
        std::lock_guard const lock{mutex};
        for (auto const& [moment, error] : events)
            if (moment == FleetMoment::store_lost) return error;
        return {};
    }
};

/// One process of the fleet, with its agent in a thread.
struct Member {
    HiredisStore store;
    Heard heard;
    fleet::Agent agent{store, Name<"fleet">{}, fleet::OnFleetEvent{[this](fleet::FleetEvent const& event) noexcept {
                           std::lock_guard const lock{heard.mutex};
                           heard.events.emplace_back(event.moment, event.error);
                       }}};
    fleet::RateLimiter<fleet::PerSecond<500, "rps", 50>, fleet::Lease<20, 200ms>, fleet::ColdStart<0>> limits{
        agent, fleet::PerSecond<500, "rps", 50>{}, fleet::Lease<20, 200ms>{}, fleet::ColdStart<0>{}};
    fleet::RetryBudget budget{agent, fleet::BudgetMost<40>{}, fleet::BudgetRatio<100>{}};
    Duration longest = Duration::zero();
    std::jthread runs{[this](std::stop_token const& stop) { agent.run(stop); }};

    explicit Member(RedisOptions options, HiredisStore::Connect connect = {})
        : store(std::move(options), std::move(connect)) {}

    /// Asks once. Returns: whether it went in.
    bool ask() {
        TimePoint const before = SteadyTime{}.now();
        bool const in = limits.try_acquire().has_value();
        longest = std::max(longest, SteadyTime{}.now() - before);
        return in;
    }
};

RedisOptions to(RedisServer const& server, Duration timeout = patient) {
    return {.host = RedisServer::host, .port = server.port(), .timeout = timeout, .again = 50ms};
}

/// Two processes, each asking more than the whole fleet may.
struct Pair {
    Member one;
    Member two;
    explicit Pair(RedisOptions const& options, HiredisStore::Connect const& connect = {})
        : one(options, connect), two(options, connect) {
        REQUIRE(wait_until([&] { return one.agent.members() == 2 && two.agent.members() == 2; }));
    }

    /// Asks for so long. Returns: how many went in, for each second.
    double rate(Duration d) {
        int in = 0;
        TimePoint const begin = SteadyTime{}.now();
        while (SteadyTime{}.now() < begin + d) {
            in += one.ask();
            in += two.ask();
            std::this_thread::sleep_for(1ms);
        }
        return in / std::chrono::duration<double>(SteadyTime{}.now() - begin).count();
    }
    Duration longest() const { return std::max(one.longest, two.longest); }
};

/// The burst, what is held, and what a machine that is busy adds, in calls a second of a second and a half.
constexpr double most_of(double rate) { return rate + (50 + 2 * 20) / 1.5 + 20; }

} // namespace

TEST_CASE("a store that hangs holds no caller: each process goes on with its share", "[R-855][R-859]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server;
    Pair pair{to(server, 300ms)};
    pair.rate(500ms);
    server.stop();
    double const rate = pair.rate(1500ms);
    server.cont();
    CHECK(rate <= most_of(500));
    CHECK(rate >= 100);
    CHECK(wait_until([&] { return pair.one.agent.store_up() && pair.two.agent.store_up(); }));
    CHECK(pair.rate(1500ms) <= most_of(500));
    CHECK(pair.one.heard.count(FleetMoment::store_lost) == 1);
    CHECK(pair.one.heard.count(FleetMoment::store_back) == 1);
    CHECK(pair.longest() < scheduling);
}

TEST_CASE("no caller waits for a store that hangs, however patient the agent is", "[R-859]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server;
    {
        Pair pair{to(server)};
        pair.rate(300ms);
        server.stop();
        pair.rate(1500ms); // the agent waits all the while
        CHECK(pair.one.heard.count(FleetMoment::store_lost) == 0);
        CHECK(pair.longest() < scheduling);
        server.cont();
    }
}

TEST_CASE("a store that is killed and started again, empty, costs no more than is said", "[R-855][R-857][R-864]") {
    SKIP_WITHOUT_REDIS();
    RedisServer server;
    Pair pair{to(server)};
    for (int i = 0; i != 100; ++i) pair.one.budget.deposit();
    CHECK(wait_until([&] { return pair.one.budget.held() == 5; }));
    pair.rate(500ms);
    server.kill();
    double const without = pair.rate(1500ms);
    CHECK(without <= most_of(500));
    CHECK(without >= 100);
    CHECK(pair.one.heard.count(FleetMoment::store_lost) == 1);
    CHECK(pair.one.budget.try_withdraw(5)); // what it holds
    std::this_thread::sleep_for(200ms);
    CHECK_FALSE(pair.one.budget.try_withdraw());
    server.start();
    CHECK(wait_until([&] { return pair.one.agent.store_up() && pair.two.agent.store_up(); }));
    CHECK(pair.rate(1500ms) <= most_of(500)); // no burst anew
    CHECK_FALSE(pair.one.budget.try_withdraw());
    CHECK(pair.one.heard.count(FleetMoment::store_back) == 1);
    CHECK(pair.longest() < scheduling);
}

TEST_CASE("a replica that is promoted goes on where the first server was, once it may be written", "[R-855]") {
    SKIP_WITHOUT_REDIS();
    RedisServer first;
    RedisServer const second{{{"replicaof", "127.0.0.1 " + std::to_string(first.port())}}};
    REQUIRE(wait_until([&] { return second.info("master_link_status") == "up"; }));
    auto const port = std::make_shared<std::atomic<int>>(first.port());
    HiredisStore::Connect const connect = [port](timeval left) {
        return ::redisConnectWithTimeout(RedisServer::host, port->load(), left);
    };
    Pair pair{to(first), connect};
    pair.rate(1s);
    for (int i = 0; i != 100; ++i) pair.one.budget.deposit(); // 40 tokens, less what is held
    REQUIRE(wait_until([&] { return pair.one.budget.held() == 5 && pair.two.budget.held() == 5; }));
    REQUIRE(wait_until([&] { return first.command({"WAIT", "1", "1000"}) == "1"; }));
    *port = second.port();
    first.kill();
    double const without = pair.rate(1s);
    CHECK(without <= most_of(500) + 30);
    CHECK(pair.one.heard.count(FleetMoment::store_lost) == 1);
    second.command({"REPLICAOF", "NO", "ONE"}); // its cache of scripts is empty
    REQUIRE(wait_until([&] { return pair.one.agent.store_up() && pair.two.agent.store_up(); }));
    CHECK(pair.rate(1500ms) <= most_of(500));
    int const left = pair.one.budget.tokens();
    CHECK(left >= 20);
    CHECK(left <= 40);
    CHECK(second.command({"GET", "{fleet}:l:rps"}) != "");
    CHECK(pair.longest() < scheduling);
}

TEST_CASE("a replica, and a store without memory, refuse, and the event says why", "[R-855]") {
    SKIP_WITHOUT_REDIS();
    bool const is_replica = GENERATE(true, false);
    RedisServer const first;
    RedisServer const second{is_replica
                                 ? RedisServer::Options{{"replicaof", "127.0.0.1 " + std::to_string(first.port())}}
                                 : RedisServer::Options{{"maxmemory", "1"}}};
    if (is_replica) REQUIRE(wait_until([&] { return second.info("master_link_status") == "up"; }));
    Member member{to(second)};
    REQUIRE(wait_until([&] { return member.heard.count(FleetMoment::store_lost) == 1; }));
    CHECK_THAT(member.heard.error(), Catch::Matchers::ContainsSubstring(is_replica ? "READONLY" : "OOM"));
    CHECK(wait_until([&] { return member.ask(); })); // its share
}

TEST_CASE("all keys of a fleet have one tag, so that a cluster takes them in one step", "[R-846]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server{{{"cluster-enabled", "yes"}}};
    server.command({"CLUSTER", "ADDSLOTSRANGE", "0", "16383"});
    REQUIRE(
        wait_until([&] { return server.command({"CLUSTER", "INFO"}).find("cluster_state:ok") != std::string::npos; }));
    HiredisStore store{to(server)};
    fleet::Agent agent{store, Name<"fleet">{}};
    fleet::RateLimiter limits{agent, fleet::PerMinute<60, "rpm">{}, fleet::PerMinute<6000, "tpm">{},
                              fleet::ColdStart<100>{}};
    agent.tick();
    CHECK(agent.store_up());
    CHECK(limits.held(0) == 1);
    CHECK(limits.held(1) == 1);
}

TEST_CASE("a process that is killed takes no more with it than it holds", "[R-861]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server;
    using Limiter = fleet::RateLimiter<fleet::Per<100, 1h, "hourly">, fleet::Lease<10, 200ms>, fleet::ColdStart<100>>;
    int pipes[2];
    REQUIRE(::pipe(pipes) == 0);
    pid_t const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        HiredisStore store{to(server)};
        fleet::Agent agent{store, Name<"fleet">{}};
        Limiter limits{agent, fleet::Per<100, 1h, "hourly">{}, fleet::Lease<10, 200ms>{}, fleet::ColdStart<100>{}};
        std::uint8_t taken = 0;
        for (int tries = 0; taken != 40 && tries != 10'000; ++tries) {
            agent.tick();
            taken = static_cast<std::uint8_t>(taken + limits.try_acquire().has_value());
            std::this_thread::sleep_for(1ms);
        }
        (void)!::write(pipes[1], &taken, 1);
        ::pause(); // and now it is killed
        ::_exit(1);
    }
    std::uint8_t taken = 0;
    REQUIRE(::read(pipes[0], &taken, 1) == 1);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(pipes[0]);
    ::close(pipes[1]);
    HiredisStore store{to(server)};
    fleet::Agent agent{store, Name<"fleet">{}};
    Limiter limits{agent, fleet::Per<100, 1h, "hourly">{}, fleet::Lease<10, 200ms>{}, fleet::ColdStart<100>{}};
    int in = taken;
    CHECK(taken == 40);
    for (int i = 0; i != 1500; ++i) {
        agent.tick();
        in += limits.try_acquire().has_value();
        std::this_thread::sleep_for(1ms);
    }
    CHECK(in <= 100);
    CHECK(in >= 100 - 10);
}

TEST_CASE("a child after a fork has no permits of its parent", "[R-861]") {
    SKIP_WITHOUT_REDIS();
    RedisServer const server;
    HiredisStore store{to(server)};
    fleet::Agent agent{store, Name<"fleet">{}};
    fleet::RateLimiter limits{agent, fleet::Per<100, 1h, "hourly">{}, fleet::ColdStart<100>{}};
    fleet::RetryBudget budget{agent};
    for (int i = 0; i != 100; ++i) budget.deposit();
    agent.tick();
    REQUIRE(wait_until([&] {
        agent.tick();
        return budget.held() == 5;
    }));
    REQUIRE(limits.held() == 1);
    std::int64_t const id = agent.id();
    pid_t const child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        server.stop();                       // nothing new comes
        std::this_thread::sleep_for(1100ms); // until it is due
        server.cont();
        agent.tick();
        // One permit and five tokens of its own, taken from the store beside those of the parent.
        ::_exit(limits.held() == 1 && budget.held() == 5 && agent.id() != id ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(WEXITSTATUS(status) == 0);
    std::string const key = server.command({"GET", "{fleet}:t"});
    CHECK(std::atoi(key.c_str()) == 500'000 + 10'000 - 10'000);
}
