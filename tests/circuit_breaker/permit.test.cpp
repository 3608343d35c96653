// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/permit.hpp>

#include <type_traits>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("A permit tells the outcome later, once, from wherever it was moved to", "[circuit_breaker][R-232]") {
    CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>> breaker;
    STATIC_REQUIRE(!std::is_copy_constructible_v<decltype(breaker.try_acquire())>);
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<decltype(breaker.try_acquire())>);
    auto first = breaker.try_acquire();
    auto moved = std::move(first);
    REQUIRE(!first);
    REQUIRE(moved);
    moved.failure();
    REQUIRE(!moved);
    moved.failure(); // told already
    REQUIRE(breaker.state() == CircuitState::closed);
    auto other = breaker.try_acquire();
    other = breaker.try_acquire(); // the one it held is neutral now
    other.failure();
    REQUIRE(breaker.state() == CircuitState::open);
    REQUIRE(breaker.try_acquire().rejection().state() == CircuitState::open);
}

TEST_CASE("What a call says after the state has changed is discarded", "[circuit_breaker][R-213]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{}, Time{time}};
    auto early_success = breaker.try_acquire();
    auto early_failure = breaker.try_acquire();
    fail(breaker, 2);
    time.advance(1s);
    auto probe = breaker.try_acquire();
    early_success.success();
    REQUIRE(breaker.state() == CircuitState::half_open);
    early_failure.failure();
    REQUIRE(breaker.state() == CircuitState::half_open);
    REQUIRE(!breaker.try_acquire());
    probe.success();
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("A permit that was refused has nothing to tell", "[circuit_breaker][R-232]") {
    using Breaker = CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>>;
    Breaker breaker;
    Permit<Breaker> refused{CircuitOpen{CircuitState::open, 3s}};
    REQUIRE(!refused);
    REQUIRE(refused.rejection() == CircuitOpen{CircuitState::open, 3s});
    refused.failure();
    REQUIRE(breaker.state() == CircuitState::closed);
    refused = breaker.try_acquire(); // it may take over one that was admitted
    REQUIRE(refused);
    refused.failure();
    REQUIRE(breaker.state() == CircuitState::open);
}
