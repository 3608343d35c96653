// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/batch/fleet_limit.hpp>

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include <grit/fleet/memory_fleet.hpp>
#include <grit/llm/batch/complete_all.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/transport/curl.hpp>
#include <grit/time/manual.hpp>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using grit::Duration;
using grit::ManualTime;
namespace fleet = grit::fleet;

namespace {

/// An account in virtual time, of a fleet of one.
template <class... Limits>
struct Account {
    ManualTime time{std::chrono::hours{1}};
    fleet::MemoryFleet<ManualTime> memory{grit::Time{time}};
    fleet::Agent agent{memory, grit::Name<"account">{}, grit::Time{time}};
    fleet::RateLimiter<Limits..., fleet::ColdStart<100>> limits{agent, Limits{}..., fleet::ColdStart<100>{}};
    FleetLimit<decltype(limits)> limit{limits};

    void run(Duration d) {
        for (auto const end = time.now() + d; time.now() < end; time.advance(1ms)) agent.tick();
        agent.tick();
    }
    /// Takes as soon as it can. Returns: how long that took.
    Duration take(double tokens) {
        auto const begin = time.now();
        while (limit.take(tokens) > Duration::zero()) run(1ms);
        return time.now() - begin;
    }
};

} // namespace

TEST_CASE("An account of a fleet lets in requests and tokens, and settles what was used", "[R-775]") {
    Account<fleet::PerMinute<60, "rpm">, fleet::PerMinute<6000, "tpm">> account;
    account.run(10ms);
    CHECK(account.take(3000) < 1s);
    CHECK(account.take(2999.5) < 1s);
    CHECK(account.take(100) >= 900ms); // a hundred tokens a second
    account.limit.settle(-1000);       // they were not used
    account.run(1s);
    CHECK(account.take(1000) < 1s);
    account.limit.settle(500); // more were
    account.run(100ms);
    CHECK(account.take(100) >= 4800ms); // less what came in 100 ms
    account.limit.give_back(100);
    account.run(300ms);
    CHECK(account.take(100) < 1s);
}

TEST_CASE("A request above the burst of tokens goes in, and its rest is a debt", "[R-775]") {
    Account<fleet::PerMinute<60, "rpm">, fleet::PerMinute<600, "tpm">> account;
    account.run(10ms);
    CHECK(account.take(900) < 1s);
    account.run(300ms);
    CHECK(account.take(10) >= 29s); // three hundred tokens at ten a second
}

TEST_CASE("A limiter of requests alone is an account without a limit of tokens", "[R-775]") {
    Account<fleet::PerMinute<2, "rpm">> account;
    account.run(10ms);
    CHECK(account.take(1e9) < 1s);
    account.limit.settle(1e9);
    CHECK(account.take(1e9) < 1s);
    CHECK(account.take(1) >= 29s);
}

TEST_CASE("What the provider says is left, and its Retry-After, hold for the account", "[R-775]") {
    Account<fleet::PerMinute<6000, "rpm">, fleet::PerMinute<60'000, "tpm">> account;
    account.run(10ms);
    account.limit.observe({.tokens = {.remaining = 0}});
    account.run(300ms);
    CHECK(account.take(20'000) >= 19s);
    account.limit.pause(5s);
    CHECK(account.take(1) >= 5s);
    CHECK(account.take(1) < 1s);
}

TEST_CASE("Two batches of two processes stay under one limit, as the server counts it", "[R-775]") {
    constexpr int burst = 10;
    constexpr int rate = 40;
    constexpr int each = 30;
    fault::FaultServer server{{fault::completion("yes")}};
    fleet::MemoryFleet<> memory; // what a Redis is between two processes
    auto const host = [&] {
        fleet::Agent agent{memory, grit::Name<"account">{}};
        fleet::RateLimiter limits{agent, fleet::PerSecond<rate, "rps", burst>{}, fleet::Lease<5, 50ms>{}};
        FleetLimit account{limits};
        std::jthread const ticks{[&](std::stop_token const& stop) { agent.run(stop); }};
        Client client{CurlTransport{}, Endpoint{.base_url = server.url() + "/v1", .model = "m"}};
        BatchEndpoint<decltype(client)> const endpoint{.client = client, .account = &account};
        int pulled = 0;
        auto const next = [&]() -> Pull {
            if (pulled == each) return {.ended = true};
            return {.request = ChatRequest{.messages = {{Role::user, "question " + std::to_string(pulled++)}}}};
        };
        auto const counts = complete_all(
            std::span{&endpoint, 1}, next, [](std::int64_t, CompletionResult&&) {},
            BatchOptions{.in_flight = {16}, .deadline = 25s});
        return counts.succeeded;
    };
    std::int64_t other = 0;
    std::int64_t mine = 0;
    {
        std::jthread const second{[&] { other = host(); }};
        mine = host();
    }
    CHECK(mine == each);
    CHECK(other == each);
    auto const requests = server.requests();
    REQUIRE(requests.size() == 2 * each);
    // In any time T: the burst, the rate, what the two hold, and what is late on its way to the server.
    constexpr int held = 2 * 5;
    for (std::size_t from = 0; from != requests.size(); ++from)
        for (std::size_t to = from; to != requests.size(); ++to) {
            auto const span = std::chrono::duration<double>(requests[to].at - requests[from].at).count();
            auto const most = burst + rate * (span + 0.3) + held;
            CHECK(static_cast<double>(to - from + 1) <= most);
        }
    auto const took = std::chrono::duration<double>(requests.back().at - requests.front().at).count();
    CHECK(took >= (2.0 * each - burst - held) / rate - 0.3);
}
