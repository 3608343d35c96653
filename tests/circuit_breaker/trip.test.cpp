// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/trip.hpp>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("A count has the bits that hold it", "[circuit_breaker]") {
    STATIC_REQUIRE(detail::bits_for(0) == 0);
    STATIC_REQUIRE(detail::bits_for(1) == 1);
    STATIC_REQUIRE(detail::bits_for(7) == 3);
    STATIC_REQUIRE(detail::bits_for(8) == 4);
    STATIC_REQUIRE(detail::as_count(7u) == 7);
    STATIC_REQUIRE(detail::as_count(-1LL) == -1);
}

TEST_CASE("A trip policy has its memory in the word or beside it", "[circuit_breaker]") {
    using InCalls = OpenAtFailureRate<50, CountWindow<10>, MinimumCalls<5>>;
    using InTime = OpenAtFailureRate<50, TimeWindow<10s, 10>, MinimumCalls<5>>;
    using Slow = OpenAtSlowCallRate<50, SlowerThan<1s>, TimeWindow<10s, 10>, MinimumCalls<5>>;
    STATIC_REQUIRE(detail::InWord<OpenAfterFailures<5>>);
    STATIC_REQUIRE(detail::InWord<InCalls>);
    STATIC_REQUIRE(!detail::InWord<InTime>);
    STATIC_REQUIRE(detail::BesideWord<InTime>);
    STATIC_REQUIRE(detail::BesideWord<Slow>);
    STATIC_REQUIRE(detail::BesideWord<OpenAfterFailuresWithin<5, 10s>>);
    STATIC_REQUIRE(!detail::BesideWord<InCalls>);
    STATIC_REQUIRE(!detail::BesideWord<OpenAfterFailures<5>>);
}

TEST_CASE("Any of several trip policies opens", "[circuit_breaker][R-203]") {
    using Both =
        CircuitBreaker<OpenAfterFailures<3>, OpenAtFailureRate<50, CountWindow<10>, MinimumCalls<4>>, OpenFor<1s>>;
    Both row;
    succeed(row, 10);
    fail(row, 3);
    REQUIRE(row.state() == CircuitState::open);
    Both rate;
    for (int i = 0; i < 2; ++i) {
        succeed(rate);
        fail(rate);
    }
    REQUIRE(rate.state() == CircuitState::open);
}
