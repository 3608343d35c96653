// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/outcome.hpp>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("A neutral end changes nothing but gives its place back", "[circuit_breaker][R-214]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{}, Time{time}};
    fail(breaker);
    {
        auto const dropped = breaker.try_acquire();
    }
    fail(breaker); // the neutral call did not reset the count
    REQUIRE(breaker.state() == CircuitState::open);
    time.advance(1s);
    {
        auto const dropped = breaker.try_acquire();
    }
    REQUIRE(breaker.state() == CircuitState::half_open);
    succeed(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
}
