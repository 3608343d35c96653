// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/circuit_open.hpp>

#include <string>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;

TEST_CASE("CircuitOpen is a value: a state and a time, and no rejection by default", "[circuit_breaker]") {
    constexpr CircuitOpen open{CircuitState::open, 3s};
    STATIC_REQUIRE(open.state() == CircuitState::open);
    STATIC_REQUIRE(open.retry_after() == 3s);
    STATIC_REQUIRE(open == CircuitOpen{CircuitState::open, 3s});
    STATIC_REQUIRE(open != CircuitOpen{CircuitState::open, 2s});
    STATIC_REQUIRE(open != CircuitOpen{CircuitState::forced_open, 3s});
    STATIC_REQUIRE(CircuitOpen{} == CircuitOpen{CircuitState::closed, 0s});
    STATIC_REQUIRE(std::is_trivially_copyable_v<CircuitOpen>);
}

TEST_CASE("Who names CircuitOpenError or Rejected names CircuitOpen, and no other base does", "[circuit_breaker]") {
    STATIC_REQUIRE(names<CircuitOpenError, CircuitOpen>);
    STATIC_REQUIRE(names<Rejected, CircuitOpen>);
    STATIC_REQUIRE(names<Rejected, CircuitOpenError>);
    STATIC_REQUIRE(!names<std::runtime_error, CircuitOpen>);
    STATIC_REQUIRE(!names<std::runtime_error, CircuitOpenError>);
}

TEST_CASE("CircuitOpenError says by which state, by whom and for how long it was refused", "[circuit_breaker]") {
    CircuitOpenError const error{CircuitState::half_open, 2s, "payments"};
    REQUIRE(error.state() == CircuitState::half_open);
    REQUIRE(error.retry_after() == 2s);
    REQUIRE(error.stage() == std::string{"payments"});
    REQUIRE(error.what() == std::string{"the circuit is half-open and has enough probes"});

    Rejected const& rejected = CircuitOpenError{CircuitState::forced_open, 0s};
    REQUIRE(rejected.what() == std::string{"the circuit is forced open"});
    REQUIRE(rejected.stage() == std::string{"circuit_breaker"});
    REQUIRE((CircuitOpenError{CircuitState::open, 1s}.what() == std::string{"the circuit is open"}));
}
