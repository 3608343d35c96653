// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/keyed.hpp>

#include <string>
#include <thread>
#include <vector>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("Keyed has one breaker for each key and forgets only what is idle", "[circuit_breaker][R-244]") {
    ManualTime time;
    Keyed<std::string, CircuitBreaker<OpenAfterFailures<>, OpenFor<1s>, Time<ManualTime>>> hosts{OpenAfterFailures{2},
                                                                                                 Time{time}};
    auto const a = hosts["a"];
    REQUIRE(hosts["a"] == a);
    REQUIRE(hosts["b"] != a);
    fail(*hosts["failing"]);
    fail(*hosts["open"], 2);
    succeed(*hosts["well"]);
    REQUIRE(hosts["b"]->state() == CircuitState::closed);
    REQUIRE(hosts.size() == 5);
    REQUIRE(hosts.forget_idle() == 2); // b and well; a is held, the others remember
    REQUIRE(hosts["a"] == a);
    REQUIRE(hosts["open"]->state() == CircuitState::open);
    REQUIRE(hosts.size() == 3);
}

TEST_CASE("Keyed gives all threads the same breaker", "[circuit_breaker][R-244]") {
    Keyed<int, CircuitBreaker<OpenAfterFailures<400>, OpenFor<60s>>> hosts;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 100; ++i)
                for (int key = 0; key < 3; ++key) hosts[key]->try_acquire().failure(), hosts.forget_idle();
        });
    for (std::thread& thread : threads) thread.join();
    for (int key = 0; key < 3; ++key) REQUIRE(hosts[key]->state() == CircuitState::open);
}
