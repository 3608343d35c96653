// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/half_open.hpp>

#include <utility>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("A half-open circuit lets its probes through and no more", "[circuit_breaker][R-210]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, HalfOpenProbes<3>{}, Time{time}};
    fail(breaker);
    time.advance(1s);
    auto a = breaker.try_acquire();
    auto b = breaker.try_acquire();
    auto c = breaker.try_acquire();
    REQUIRE((a && b && c));
    auto const d = breaker.try_acquire();
    REQUIRE(!d);
    REQUIRE(d.rejection() == CircuitOpen{CircuitState::half_open, 1min});
    a.neutral(); // gives its place back
    REQUIRE(breaker.try_acquire());
    b.success();
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("Successes close a half-open circuit and more failures than are allowed open it",
          "[circuit_breaker][R-211]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{},   OpenFor<1s>{},           HalfOpenProbes<4>{},
                           CloseAfterSuccesses<2>{}, AllowProbeFailures<1>{}, Time{time}};
    fail(breaker);
    time.advance(1s);
    SECTION("two of two") { succeed(breaker, 2); }
    SECTION("one may fail") {
        fail(breaker);
        succeed(breaker);
        REQUIRE(breaker.state() == CircuitState::half_open);
        succeed(breaker);
    }
    SECTION("two may not") {
        succeed(breaker);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::half_open);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
        return;
    }
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("Probes are as many as it takes to decide, unless they are named", "[circuit_breaker][R-211]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, CloseAfterSuccesses{3}, Time{time}};
    fail(breaker);
    time.advance(1s);
    auto a = breaker.try_acquire();
    auto b = breaker.try_acquire();
    REQUIRE(breaker.try_acquire());
    a.success();
    b.success();
    REQUIRE(breaker.state() == CircuitState::half_open);
    succeed(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("Lost probes are replaced after their lease", "[circuit_breaker][R-212]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, ProbeLease<5s>{}, Time{time}};
    fail(breaker);
    time.advance(1s);
    auto lost = breaker.try_acquire();
    time.advance(5s - 1ns);
    REQUIRE(!calls(breaker));
    time.advance(1ns);
    auto next = breaker.try_acquire();
    REQUIRE(next);
    REQUIRE(!breaker.try_acquire());
    lost.failure(); // too late
    REQUIRE(breaker.state() == CircuitState::half_open);
    next.success();
    REQUIRE(breaker.state() == CircuitState::closed);

    SECTION("by default as long as it was open, a minute at least") {
        for (auto const& [open, lease] : {std::pair<Duration, Duration>{1s, 60s}, {600s, 600s}}) {
            CircuitBreaker other{OpenAfterFailures<1>{}, OpenFor{open}, Time{time}};
            fail(other);
            time.advance(open);
            auto probe = other.try_acquire();
            REQUIRE(probe);
            time.advance(lease - 1ns);
            REQUIRE(!calls(other));
            time.advance(1ns);
            REQUIRE(calls(other));
        }
    }
}

TEST_CASE("Counts of probes and a lease that come at run time are checked", "[circuit_breaker][R-251]") {
    using Catch::Matchers::ContainsSubstring;
    REQUIRE_THROWS_WITH(HalfOpenProbes{0}, ContainsSubstring("cannot count"));
    REQUIRE_THROWS_WITH(HalfOpenProbes{1024}, ContainsSubstring("cannot count"));
    REQUIRE_THROWS_WITH(AllowProbeFailures{-1}, ContainsSubstring("cannot count"));
    REQUIRE_THROWS_WITH(ProbeLease{0s}, ContainsSubstring("'ProbeLease'"));
    REQUIRE(HalfOpenProbes{1023}.count() == 1023);
    REQUIRE(AllowProbeFailures{0}.count() == 0);
    REQUIRE(ProbeLease{1ns}.lease() == 1ns);
    STATIC_REQUIRE(CloseAfterSuccesses<2>{}.count() == 2);
    STATIC_REQUIRE(std::is_empty_v<CloseAfterSuccesses<2>>);
}
