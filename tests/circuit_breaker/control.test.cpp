// SPDX-License-Identifier: BSL-1.0
// What is told to a circuit from outside: controls, what a service asks for, a snapshot.
#include <grit/circuit_breaker.hpp>

#include <string>
#include <vector>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("Controls hold until another control ends them", "[circuit_breaker][R-240]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, Time{time}};
    REQUIRE(breaker.force_open());
    REQUIRE(!breaker.force_open());
    time.advance(1000h);
    REQUIRE(breaker.try_call([] {}).error() == CircuitOpen{CircuitState::forced_open, 100ms});
    REQUIRE(breaker.disable());
    fail(breaker, 10);
    REQUIRE(breaker.state() == CircuitState::disabled);
    REQUIRE(breaker.force_close());
    REQUIRE(!breaker.force_close());
    fail(breaker);
    REQUIRE(breaker.state() == CircuitState::open);
    REQUIRE(breaker.force_close());
    REQUIRE(calls(breaker));

    CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>> memory;
    fail(memory);
    REQUIRE(!memory.force_close()); // it was closed, and remembers
    auto late = memory.try_acquire();
    memory.reset();
    fail(memory);
    late.failure();
    REQUIRE(memory.state() == CircuitState::closed);
}

TEST_CASE("metrics_only reports where it would open, and does not", "[circuit_breaker][R-241]") {
    std::vector<StateChange> changes;
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{},
                           OnStateChange{[&](StateChange const& c) noexcept { changes.push_back(c); }}};
    breaker.metrics_only();
    fail(breaker, 5);
    REQUIRE(breaker.state() == CircuitState::metrics_only);
    REQUIRE(changes.size() == 3);
    REQUIRE(changes[1].from == CircuitState::metrics_only);
    REQUIRE(changes[1].to == CircuitState::metrics_only);
    REQUIRE(changes[1].reason == ChangeReason::tripped);
}

TEST_CASE("What the service asks for opens a circuit or keeps it open", "[circuit_breaker][R-206]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<5>{}, OpenFor<10s>{}, Time{time}};
    REQUIRE(breaker.open_for(30s));
    REQUIRE(breaker.retry_after() == 30s);
    REQUIRE(!breaker.open_for(20s));
    REQUIRE(breaker.open_until(TimePoint{40s}));
    REQUIRE(breaker.retry_after() == 40s);
    REQUIRE(!breaker.open_until(TimePoint{-1s}));
    time.advance(40s);
    auto probe = breaker.try_acquire();
    REQUIRE(probe);
    REQUIRE(breaker.open_for(5s)); // the probe was told to come back later
    probe.success();
    REQUIRE(breaker.state() == CircuitState::open);
    time.advance(5s);
    succeed(breaker);
    breaker.disable();
    REQUIRE(!breaker.open_for(5s));
    REQUIRE(breaker.state() == CircuitState::disabled);
}

TEST_CASE("A snapshot keeps state, remaining time and openings across a restart", "[circuit_breaker][R-242]") {
    auto const make = [](ManualTime& time) {
        return CircuitBreaker<OpenAfterFailures<1>, OpenForWait<WaitExponential<1s, 60s>>, Time<ManualTime>>{
            Time{time}};
    };
    ManualTime before{1000h};
    ManualTime after;
    auto old = make(before);
    auto restored = make(after);
    fail(old);
    before.advance(1s);
    fail(old); // two openings in a row, open for two seconds
    before.advance(500ms);
    REQUIRE(old.snapshot() == CircuitSnapshot{CircuitState::open, 1500ms, 2});
    restored.restore(old.snapshot());
    REQUIRE(restored.retry_after() == 1500ms);
    REQUIRE(!calls(restored));
    after.advance(1500ms);
    fail(restored);
    REQUIRE(restored.retry_after() == 4s);

    after.advance(4s);
    auto const probe = restored.try_acquire();
    REQUIRE(restored.snapshot() == CircuitSnapshot{CircuitState::open, 0s, 3});
    auto another = make(after);
    another.restore(restored.snapshot());
    REQUIRE(calls(another));
    for (CircuitState const state :
         {CircuitState::closed, CircuitState::forced_open, CircuitState::disabled, CircuitState::metrics_only}) {
        another.restore({state, 0s, 0});
        REQUIRE(another.snapshot() == CircuitSnapshot{state, 0s, 0});
    }
}
