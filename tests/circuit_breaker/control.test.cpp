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

namespace {

struct KeepChange {
    std::vector<StateChange>* changes;
    void operator()(StateChange const& change) const noexcept { changes->push_back(change); }
};

/// A breaker of a fleet, and what it tells.
struct Shared {
    ManualTime time;
    std::vector<StateChange> changes;
    CircuitBreaker<OpenAfterFailures<1>, OpenForWait<WaitExponential<1s, 60s>>, Time<ManualTime>,
                   OnStateChange<dynamic, KeepChange>>
        breaker{Time{time}, OnStateChange{KeepChange{&changes}}};
};

} // namespace

TEST_CASE("R-800: What a fleet decides is told from what a user asks for", "[circuit_breaker][R-800]") {
    Shared t;
    REQUIRE(t.breaker.open_shared(30s));
    REQUIRE(!t.breaker.open_shared(20s));
    REQUIRE(t.breaker.open_shared(40s)); // longer, which is no change of state
    REQUIRE(t.breaker.retry_after() == 40s);
    REQUIRE(t.breaker.close_shared(t.breaker.epoch()));
    REQUIRE(t.breaker.open_for(5s));
    REQUIRE(t.breaker.force_close());
    REQUIRE(t.changes.size() == 4);
    REQUIRE(t.changes[0].reason == ChangeReason::shared);
    REQUIRE(t.changes[0].to == CircuitState::open);
    REQUIRE(t.changes[0].retry_after == 30s);
    REQUIRE(t.changes[1].reason == ChangeReason::shared);
    REQUIRE(t.changes[1].to == CircuitState::closed);
    REQUIRE(t.changes[1].epoch == t.changes[0].epoch + 1);
    REQUIRE(t.changes[2].reason == ChangeReason::asked);
    REQUIRE(t.changes[3].reason == ChangeReason::control);
}

TEST_CASE("R-800: A fleet closes and probes only the circuit that it knows", "[circuit_breaker][R-800]") {
    Shared t;
    REQUIRE(!t.breaker.close_shared(t.breaker.epoch())); // closed already
    REQUIRE(!t.breaker.probe_shared(t.breaker.epoch(), 1));
    t.breaker.open_shared(30s);
    std::uint32_t const known = t.breaker.epoch();
    t.breaker.force_close();
    fail(t.breaker); // a fresh trip
    REQUIRE(!t.breaker.close_shared(known));
    REQUIRE(!t.breaker.probe_shared(known, 1));
    REQUIRE(t.breaker.state() == CircuitState::open);
    REQUIRE(t.breaker.retry_after() == 1s);
    REQUIRE(t.changes.size() == 3);

    t.time.advance(1s);
    auto probe = t.breaker.try_acquire();
    REQUIRE(probe);
    REQUIRE(!t.breaker.probe_shared(t.breaker.epoch(), 1)); // it probes by itself
    REQUIRE(t.breaker.close_shared(t.breaker.epoch()));
    probe.failure(); // late
    REQUIRE(t.breaker.state() == CircuitState::closed);
}

TEST_CASE("R-800: A fleet ends the time of an open circuit, with its own openings in a row",
          "[circuit_breaker][R-800]") {
    Shared t;
    t.time.advance(700us); // within a millisecond
    t.breaker.open_shared(30s);
    REQUIRE(!calls(t.breaker));
    REQUIRE(t.breaker.probe_shared(t.breaker.epoch(), 3));
    REQUIRE(t.breaker.state() == CircuitState::open);
    REQUIRE(t.breaker.retry_after() == 0s);
    REQUIRE(t.changes.size() == 1);
    auto probe = t.breaker.try_acquire();
    REQUIRE(probe);
    REQUIRE(!calls(t.breaker));
    REQUIRE(t.changes.back().reason == ChangeReason::elapsed);
    probe.failure();
    REQUIRE(t.changes.back().reason == ChangeReason::probe_failed);
    REQUIRE(t.changes.back().retry_after >= 8s); // its fourth opening in a row
    REQUIRE(t.breaker.snapshot().openings == 4);
}

TEST_CASE("R-800: A fleet touches nothing where a control holds", "[circuit_breaker][R-800]") {
    Shared t;
    for (int i = 0; i < 3; ++i) {
        if (i == 0) t.breaker.force_open();
        if (i == 1) t.breaker.disable();
        if (i == 2) t.breaker.metrics_only();
        CircuitState const held = t.breaker.state();
        REQUIRE(!t.breaker.open_shared(5s));
        REQUIRE(!t.breaker.close_shared(t.breaker.epoch()));
        REQUIRE(!t.breaker.probe_shared(t.breaker.epoch(), 1));
        REQUIRE(t.breaker.state() == held);
    }
    REQUIRE(t.changes.size() == 3);
}
