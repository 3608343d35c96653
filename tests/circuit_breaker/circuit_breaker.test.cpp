// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/circuit_breaker.hpp>

#include <string>
#include <type_traits>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

constinit CircuitBreaker<OpenAfterFailures<5>, OpenFor<60s>> global;

} // namespace

TEST_CASE("The state diagram: closed, open at the threshold, half-open after the time, one probe decides",
          "[circuit_breaker][R-200]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<3>{}, OpenFor<60s>{}, Time{time}};
    REQUIRE(breaker.state() == CircuitState::closed);
    fail(breaker, 2);
    REQUIRE(breaker.state() == CircuitState::closed);
    fail(breaker);
    REQUIRE(breaker.state() == CircuitState::open);
    REQUIRE(breaker.retry_after() == 60s);

    time.advance(60s - 1ns);
    REQUIRE(!calls(breaker));
    time.advance(1ns);
    SECTION("one failure opens again") {
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
        REQUIRE(breaker.retry_after() == 60s);
    }
    SECTION("one success closes") {
        REQUIRE(calls(breaker));
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker, 2);
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
    }
}

TEST_CASE("The call operator throws CircuitOpenError with state and time", "[circuit_breaker][R-230]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<9s>{}, Time{time}, Name<"payments">{}};
    fail(breaker);
    time.advance(2s);
    try {
        breaker([] {});
        FAIL("it called");
    } catch (CircuitOpenError const& error) {
        REQUIRE(error.state() == CircuitState::open);
        REQUIRE(error.retry_after() == 7s);
        REQUIRE(error.stage() == std::string{"payments"});
        REQUIRE(error.what() == std::string{"the circuit is open"});
    }
    breaker.force_open();
    REQUIRE_THROWS_WITH(breaker([] {}), "the circuit is forced open");
    int const x = 3;
    breaker.force_close();
    REQUIRE(breaker([](int a, int b) { return a + b; }, x, 4) == 7);
    REQUIRE(breaker.wrap([](int a) { return a; })(5) == 5);
}

TEST_CASE("A breaker of constants is a constinit global of one cache line", "[circuit_breaker][R-250]") {
    STATIC_REQUIRE(sizeof(global) == 64);
    STATIC_REQUIRE(alignof(decltype(global)) == 64);
    STATIC_REQUIRE(!std::is_move_constructible_v<decltype(global)>);
    succeed(global);
    REQUIRE(global.state() == CircuitState::closed);
}
