// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a formatter writes, whichever library calls it.

#include <grit/circuit_breaker.hpp>
#include <grit/core/stop_reason.hpp>
#include <grit/time/manual.hpp>

#include <stdexcept>
#include <string>
#include <vector>

#include "support/catch.hpp"

namespace grit::test {

/// The changes of a breaker that opens after two failures, and is closed by its probe.
inline std::vector<StateChange> changes_of_a_breaker() {
    using namespace std::chrono_literals;
    std::vector<StateChange> changes;
    auto const keep = [&](StateChange const& change) noexcept { changes.push_back(change); };
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<30s>{}, OnStateChange{keep}, Name<"payments">{}, Time{time}};
    for (int i = 0; i != 2; ++i)
        REQUIRE_THROWS_AS(breaker([] { throw std::runtime_error("down"); }), std::runtime_error);
    time.advance(30s);
    breaker([] {});
    return changes;
}

/// Format: called with a format of one argument, and the argument.
template <class Format>
void check_formats(Format const& format) {
    REQUIRE(format("{}", StopReason::attempts) == "attempts");
    REQUIRE(format("{:>12}|", StopReason::not_retryable) == "not_retryable|");
    REQUIRE(format("{:_^8}", CircuitState::open) == "__open__");
    REQUIRE(format("{}", ChangeReason::probe_failed) == "probe_failed");
    auto const changes = changes_of_a_breaker();
    REQUIRE(changes.size() == 3);
    REQUIRE(format("{}", changes[0]) == "payments: closed -> open (tripped, 2 of 2 failed, for 30s)");
    REQUIRE(format("{}", changes[1]) == "payments: open -> half_open (elapsed)");
    REQUIRE(format("{}", changes[2]) == "payments: half_open -> closed (probes_succeeded, 0 of 1 failed)");
}

} // namespace grit::test
