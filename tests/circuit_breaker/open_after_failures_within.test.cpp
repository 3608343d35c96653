// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/open_after_failures_within.hpp>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("OpenAfterFailuresWithin opens at so many failures within its time, whatever succeeds between them",
          "[circuit_breaker][R-268]") {
    auto const start = GENERATE(Duration::zero(), Duration{24h * 365 * 5}, Duration{24h * 365 * 290}, Duration{-90s});
    ManualTime time{start};
    auto const opens_after = [&](auto& breaker, Duration pause) {
        for (int i = 0; i < 2; ++i) {
            fail(breaker);
            succeed(breaker, 3);
            REQUIRE(breaker.state() == CircuitState::closed);
            time.advance(pause);
        }
        fail(breaker);
        return breaker.state() == CircuitState::open;
    };
    CircuitBreaker<OpenAfterFailuresWithin<3, 10s>, OpenFor<1s>, Time<ManualTime>> constant{Time{time}};
    CircuitBreaker at_run_time{OpenAfterFailuresWithin{3, 10s}, OpenFor<1s>{}, Time{time}};
    SECTION("two pauses of less than 0.9 of its time together") { REQUIRE(opens_after(constant, 4500ms)); }
    SECTION("the same at run time") { REQUIRE(opens_after(at_run_time, 4500ms)); }
    SECTION("two pauses of its time together") {
        REQUIRE(!opens_after(constant, 5s));
        REQUIRE(!opens_after(at_run_time, 5s));
    }
}

TEST_CASE("A failure within a time is forgotten after a long idle time, a close and a control",
          "[circuit_breaker][R-268][R-270]") {
    ManualTime time{1h};
    CircuitBreaker breaker{OpenAfterFailuresWithin<3, 10s>{}, OpenFor<1s>{}, Time{time}};
    fail(breaker, 2);
    SECTION("idle") { time.advance(GENERATE(10s, 11s, 20s, 1h)); }
    SECTION("reset") { breaker.reset(); }
    SECTION("forced and closed") {
        breaker.force_open();
        breaker.force_close();
    }
    SECTION("opened and closed") {
        fail(breaker);
        time.advance(1s);
        succeed(breaker);
    }
    REQUIRE(breaker.state() == CircuitState::closed);
    REQUIRE(breaker.idle());
    fail(breaker, 2);
    REQUIRE(!breaker.idle());
    REQUIRE(breaker.state() == CircuitState::closed);
    fail(breaker);
    REQUIRE(breaker.state() == CircuitState::open);
}

TEST_CASE("Failures within a time that come at run time are checked", "[circuit_breaker][R-251]") {
    REQUIRE_THROWS_AS(OpenAfterFailuresWithin(0, 1s), std::invalid_argument);
    REQUIRE_THROWS_AS(OpenAfterFailuresWithin(2'097'152, 1s), std::invalid_argument);
    REQUIRE_THROWS_AS(OpenAfterFailuresWithin(1, 0s), std::invalid_argument);
    REQUIRE_THROWS_AS(OpenAfterFailuresWithin(1, 11ns), std::invalid_argument);
    REQUIRE(OpenAfterFailuresWithin{2'097'151, 10ns}.time() == 10ns);
    STATIC_REQUIRE(OpenAfterFailuresWithin<5, 60s>{}.failures() == 5);
    STATIC_REQUIRE(std::is_empty_v<OpenAfterFailuresWithin<5, 60s>>);
}
