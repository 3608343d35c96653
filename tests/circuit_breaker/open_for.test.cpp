// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/open_for.hpp>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("A circuit is open for its time, to a millisecond, wherever the clock stands", "[circuit_breaker][R-204]") {
    constexpr Duration year = 24h * 365;
    using Starts = std::initializer_list<Duration>;
    for (Duration const start : Starts{0ns, 123'456'789ns, 5 * year, 100 * year + 1ns, 290 * year, -year}) {
        ManualTime time{start};
        CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<90s>{}, Time{time}};
        fail(breaker);
        Duration const left = breaker.retry_after();
        REQUIRE(left >= 90s);
        REQUIRE(left < 90s + 1ms);
        time.advance(left - 1ns);
        REQUIRE(!calls(breaker));
        REQUIRE(breaker.retry_after() == 1ns);
        time.advance(1ns);
        REQUIRE(breaker.retry_after() == 0ns);
        REQUIRE(calls(breaker));
    }
}

TEST_CASE("A circuit that nobody called is due however long ago it opened", "[circuit_breaker][R-204]") {
    constexpr Duration day = 24h;
    for (int const days : {1, 10, 11, 24, 25, 26, 49, 50, 365, 20'000}) {
        ManualTime time;
        CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<90s>{}, Time{time}};
        fail(breaker);
        time.advance(days * day);
        CAPTURE(days);
        REQUIRE(breaker.retry_after() == 0ns);
        REQUIRE(calls(breaker));
    }
}

TEST_CASE("A time above ten days counts as ten days, never as forever", "[circuit_breaker][R-204]") {
    for (Duration const d : {Duration{24h * 10}, Duration{24h * 365}, Duration::max()}) {
        ManualTime time{5s};
        CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor{d}, Time{time}};
        fail(breaker);
        REQUIRE(breaker.retry_after() == 240h);
        time.advance(240h - 1ns);
        REQUIRE(!calls(breaker));
        time.advance(1ns);
        REQUIRE(calls(breaker));
    }
}

TEST_CASE("OpenForWait is asked with the openings in a row", "[circuit_breaker][R-205]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenForWait<WaitExponential<1s, 60s>>{}, Time{time}};
    for (Duration const expected : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        fail(breaker);
        REQUIRE(breaker.retry_after() == expected);
        time.advance(expected);
    }
    succeed(breaker);
    fail(breaker);
    REQUIRE(breaker.retry_after() == 1s);

    SplitMix64 random{1};
    CircuitBreaker jittered{OpenAfterFailures<1>{}, OpenForWait{WaitJitter<WaitFixed<60s>, 10>{}}, Random{random},
                            Time{time}};
    fail(jittered);
    REQUIRE(jittered.retry_after() >= 54s);
    REQUIRE(jittered.retry_after() < 60s);
}

TEST_CASE("A time to be open that comes at run time is checked", "[circuit_breaker][R-251]") {
    REQUIRE_THROWS_WITH(OpenFor{0s}, Catch::Matchers::ContainsSubstring("'OpenFor'"));
    REQUIRE(OpenFor{1ns}.longest(1) == 1ns);
    STATIC_REQUIRE(OpenFor<60s>{}.longest(7) == 60s);
    STATIC_REQUIRE(std::is_empty_v<OpenFor<60s>>);
    STATIC_REQUIRE(std::is_empty_v<OpenForWait<WaitExponential<1s, 60s>>>);
}
