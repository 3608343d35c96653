// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/state.hpp>

#include <string>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;

TEST_CASE("States have words", "[circuit_breaker]") {
    auto const words = [](CircuitState s) { return std::string{to_string(s)}; };
    REQUIRE(words(CircuitState::closed) == "closed");
    REQUIRE(words(CircuitState::metrics_only) == "metrics_only");
    REQUIRE(words(CircuitState::disabled) == "disabled");
    REQUIRE(words(CircuitState::open) == "open");
    REQUIRE(words(CircuitState::half_open) == "half_open");
    REQUIRE(words(CircuitState::forced_open) == "forced_open");
    REQUIRE(words(static_cast<CircuitState>(200)) == "unknown");
}

TEST_CASE("Reasons have words", "[circuit_breaker]") {
    auto const words = [](ChangeReason r) { return std::string{to_string(r)}; };
    REQUIRE(words(ChangeReason::tripped) == "tripped");
    REQUIRE(words(ChangeReason::elapsed) == "elapsed");
    REQUIRE(words(ChangeReason::probes_succeeded) == "probes_succeeded");
    REQUIRE(words(ChangeReason::probe_failed) == "probe_failed");
    REQUIRE(words(ChangeReason::probes_lost) == "probes_lost");
    REQUIRE(words(ChangeReason::asked) == "asked");
    REQUIRE(words(ChangeReason::control) == "control");
    REQUIRE(words(ChangeReason::shared) == "shared");
    REQUIRE(words(static_cast<ChangeReason>(200)) == "unknown");
}

TEST_CASE("A snapshot is a value, of a closed circuit by default", "[circuit_breaker]") {
    constexpr CircuitSnapshot snapshot;
    STATIC_REQUIRE(snapshot == CircuitSnapshot{CircuitState::closed, 0s, 0});
    STATIC_REQUIRE(snapshot != CircuitSnapshot{CircuitState::open, 0s, 0});
    STATIC_REQUIRE(snapshot != CircuitSnapshot{CircuitState::closed, 1s, 0});
    STATIC_REQUIRE(snapshot != CircuitSnapshot{CircuitState::closed, 0s, 1});
}
