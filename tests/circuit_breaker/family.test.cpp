// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/family.hpp>

#include <grit/circuit_breaker.hpp>
#include <grit/retry.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;

TEST_CASE("The families of a breaker's policies are its own, and none is of core", "[circuit_breaker]") {
    STATIC_REQUIRE(OpenAfterFailures<5>::family == CircuitFamily::trip);
    STATIC_REQUIRE(OpenFor<1s>::family == CircuitFamily::open);
    STATIC_REQUIRE(HalfOpenProbes<2>::family == CircuitFamily::half_open);
    STATIC_REQUIRE(IgnoreIf<int>::family == CircuitFamily::classify);
    constexpr Family own[] = {CircuitFamily::trip,     CircuitFamily::open,     CircuitFamily::half_open,
                              CircuitFamily::classify, CircuitFamily::listener, CircuitFamily::atomics};
    for (Family const a : own) {
        REQUIRE(a >= Family::of_stages);
        REQUIRE(static_cast<int>(a) < 32); // a set of families is a word of bits
        int same = 0;
        for (Family const b : own) same += int{a == b};
        REQUIRE(same == 1);
    }
    STATIC_REQUIRE(StopAfterAttempt<3>::family < Family::of_stages);
}
