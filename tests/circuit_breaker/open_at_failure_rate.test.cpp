// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/open_at_failure_rate.hpp>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("A failure rate counts the last calls, at a failure, from a minimum on", "[circuit_breaker][R-202]") {
    CircuitBreaker<OpenAtFailureRate<50, CountWindow<4>, MinimumCalls<3>>, OpenFor<1s>> breaker;
    SECTION("not before the minimum") {
        fail(breaker, 2);
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("a success that completes the minimum opens nothing, the next failure does") {
        fail(breaker, 2);
        succeed(breaker);
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("exactly half is enough, less is not") {
        succeed(breaker, 4);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("what left the window does not count") {
        succeed(breaker, 3);
        fail(breaker);
        succeed(breaker, 3);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::closed);
    }
    SECTION("the largest window, with values that come at run time") {
        CircuitBreaker large{OpenAtFailureRate{100, CountWindow{31}, MinimumCalls{31}}, OpenFor<1s>{}};
        fail(large, 30);
        REQUIRE(large.state() == CircuitState::closed);
        fail(large);
        REQUIRE(large.state() == CircuitState::open);
    }
}
