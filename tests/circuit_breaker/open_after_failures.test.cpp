// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/open_after_failures.hpp>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("Only failures in a row trip OpenAfterFailures", "[circuit_breaker][R-201]") {
    CircuitBreaker<OpenAfterFailures<2>, OpenFor<1s>> breaker;
    for (int i = 0; i < 10; ++i) {
        fail(breaker);
        succeed(breaker);
    }
    REQUIRE(breaker.state() == CircuitState::closed);
    fail(breaker, 2);
    REQUIRE(breaker.state() == CircuitState::open);

    CircuitBreaker counted{OpenAfterFailures{3}, OpenFor<1s>{}};
    fail(counted, 2);
    REQUIRE(counted.state() == CircuitState::closed);
    fail(counted);
    REQUIRE(counted.state() == CircuitState::open);
}

TEST_CASE("OpenAfterFailures remembers the failures since the last success, to its number",
          "[circuit_breaker][R-201]") {
    constexpr OpenAfterFailures<3> three;
    STATIC_REQUIRE(three.healthy() == 0);
    STATIC_REQUIRE(three.next(0, {true}) == 1);
    STATIC_REQUIRE(three.next(3, {true}) == 3);
    STATIC_REQUIRE(three.next(2, {false}) == 0);
    STATIC_REQUIRE(three.trips(3, {true}));
    STATIC_REQUIRE(!three.trips(2, {true}));
    STATIC_REQUIRE(!three.trips(3, {false}));
    STATIC_REQUIRE(OpenAfterFailures<3>::bits == 2);
    STATIC_REQUIRE(OpenAfterFailures<4>::bits == 3);
}

TEST_CASE("A number of failures that comes at run time is checked", "[circuit_breaker][R-251]") {
    using Catch::Matchers::ContainsSubstring;
    REQUIRE_THROWS_WITH(OpenAfterFailures{0}, ContainsSubstring("below 1"));
    REQUIRE_THROWS_WITH(OpenAfterFailures{1 << 20}, ContainsSubstring("above 1048575"));
    REQUIRE(OpenAfterFailures{(1 << 20) - 1}.failures() == 1'048'575);
    STATIC_REQUIRE(std::is_empty_v<OpenAfterFailures<5>>);
}
