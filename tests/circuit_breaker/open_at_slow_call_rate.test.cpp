// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/open_at_slow_call_rate.hpp>

#include <deque>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

using Slow = OpenAtSlowCallRate<50, SlowerThan<2s>, TimeWindow<10s, 10>, MinimumCalls<4>>;

} // namespace

TEST_CASE("So many slow calls open the circuit, however they end", "[circuit_breaker][R-272]") {
    ManualTime time{1h};
    CircuitBreaker breaker{Slow{}, OpenFor<1s>{}, Time{time}};
    auto const call = [&](Duration takes, Outcome outcome = Outcome::success) {
        auto permit = breaker.try_acquire();
        time.advance(takes);
        permit.end(outcome);
    };
    SECTION("two of four") {
        call(0s);
        call(2s); // not slower
        call(2001ms);
        auto slow = breaker.try_acquire();
        time.advance(3s);
        REQUIRE(breaker.state() == CircuitState::closed);
        slow.success();
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("failures that are slow") {
        for (int i = 0; i < 2; ++i) call(0s);
        call(2500ms, Outcome::failure);
        REQUIRE(breaker.state() == CircuitState::closed);
        call(3100ms, Outcome::failure);
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("failures in time do not") {
        for (int i = 0; i < 50; ++i) call(100ms, Outcome::failure);
        REQUIRE(breaker.state() == CircuitState::closed);
    }
    SECTION("neutral calls say nothing, slow or not") {
        for (int i = 0; i < 50; ++i) call(i % 2 == 0 ? 3s : 0s, Outcome::neutral);
        REQUIRE(breaker.state() == CircuitState::closed);
        REQUIRE(breaker.idle());
    }
    SECTION("calls that began before the window do not count") {
        for (int i = 0; i < 10; ++i) call(4s); // at most two of them began in any ten seconds
        REQUIRE(breaker.state() == CircuitState::closed);
    }
}

TEST_CASE("A service that hangs opens the circuit, though no call ends", "[circuit_breaker][R-273]") {
    ManualTime time{1h};
    std::vector<ChangeReason> told;
    auto breaker = [&] {
        return CircuitBreaker{Slow{}, OpenFor<30s>{}, Time{time},
                              OnStateChange{[&](StateChange const& c) noexcept { told.push_back(c.reason); }}};
    }();
    std::deque<decltype(breaker.try_acquire())> hanging;
    for (int i = 0; i < 4; ++i) hanging.push_back(breaker.try_acquire());
    time.advance(2s);
    hanging.push_back(breaker.try_acquire()); // its bucket asks; the first are not slower yet
    REQUIRE(hanging.back());
    time.advance(1s);
    auto const refused = breaker.try_acquire();
    REQUIRE(!refused);
    REQUIRE(refused.rejection() == CircuitOpen{CircuitState::open, 30s});
    REQUIRE(told == std::vector{ChangeReason::tripped});
    SECTION("and what comes back later is late") {
        for (auto& permit : hanging) permit.success();
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("and by try_call and the call operator it is refused too") {
        REQUIRE(!breaker.try_call([] {}));
        REQUIRE_THROWS_AS(breaker([] {}), CircuitOpenError);
    }
}

TEST_CASE("A hanging service is seen among healthy calls, by metrics_only too", "[circuit_breaker][R-273][R-241]") {
    ManualTime time{1h};
    CircuitBreaker breaker{Slow{}, OpenFor<30s>{}, Time{time}};
    breaker.metrics_only();
    auto const epoch = breaker.epoch();
    std::deque<decltype(breaker.try_acquire())> hanging;
    for (int i = 0; i < 3; ++i) hanging.push_back(breaker.try_acquire());
    for (int i = 0; i < 3; ++i) succeed(breaker);
    time.advance(3s);
    REQUIRE(breaker.try_acquire());
    REQUIRE(breaker.state() == CircuitState::metrics_only);
    REQUIRE(breaker.epoch() == epoch + 1);
}

TEST_CASE("A slow probe has failed", "[circuit_breaker][R-274]") {
    ManualTime time{1h};
    CircuitBreaker breaker{Slow{}, OpenFor<1s>{}, Time{time}};
    breaker.open_for(1s);
    time.advance(1s);
    auto slow = breaker.try_acquire();
    REQUIRE(slow);
    time.advance(2001ms);
    slow.success();
    REQUIRE(breaker.state() == CircuitState::open);
    time.advance(1s);
    auto in_time = breaker.try_acquire();
    time.advance(2s);
    in_time.success();
    REQUIRE(breaker.state() == CircuitState::closed);
    REQUIRE(breaker.idle());
}

TEST_CASE("Of trips in the word and beside it any opens the circuit", "[circuit_breaker][R-203]") {
    ManualTime time{1h};
    CircuitBreaker breaker{OpenAfterFailures<3>{},
                           OpenAfterFailuresWithin<5, 10s>{},
                           OpenAtFailureRate<80, TimeWindow<10s, 10>, MinimumCalls<10>>{},
                           Slow{},
                           OpenFor<1s>{},
                           Time{time}};
    SECTION("in a row") { fail(breaker, 3); }
    SECTION("within a time") {
        for (int i = 0; i < 4; ++i) {
            fail(breaker);
            succeed(breaker);
        }
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
    }
    SECTION("slow") {
        auto const a = breaker.try_acquire();
        auto const b = breaker.try_acquire();
        succeed(breaker, 2);
        time.advance(3s);
        REQUIRE(!breaker.try_acquire());
    }
    REQUIRE(breaker.state() == CircuitState::open);
}

TEMPLATE_TEST_CASE("A service that hangs opens the circuit, also where the window is as short as it may be",
                   "[circuit_breaker][R-273]",
                   (OpenAtSlowCallRate<50, SlowerThan<9s>, TimeWindow<10s, 10>, MinimumCalls<5>>),
                   (OpenAtSlowCallRate<50, SlowerThan<8500ms>, TimeWindow<10s, 10>, MinimumCalls<5>>),
                   (OpenAtSlowCallRate<50, SlowerThan<8s>, TimeWindow<12s, 3>, MinimumCalls<5>>),
                   (OpenAtSlowCallRate<50, SlowerThan<5s>, TimeWindow<10s, 2>, MinimumCalls<5>>)) {
    ManualTime time{1h};
    CircuitBreaker breaker{TestType{}, OpenFor<60s>{}, Time{time}};
    time.advance(GENERATE(0ms, 50ms, 99ms));
    std::deque<Permit<decltype(breaker)>> hang;
    while (breaker.state() == CircuitState::closed && hang.size() != 300) {
        hang.push_back(breaker.try_acquire());
        time.advance(100ms);
    }
    REQUIRE(breaker.state() == CircuitState::open);
    REQUIRE(hang.size() <= 121); // within the window and the call that asks
}

TEST_CASE("A rate of slow calls that comes at run time is checked", "[circuit_breaker][R-251]") {
    REQUIRE_THROWS_AS(SlowerThan{0s}, std::invalid_argument);
    REQUIRE_THROWS_AS((OpenAtSlowCallRate{50, SlowerThan{9001ms}, TimeWindow{10s}, MinimumCalls{1}}),
                      std::invalid_argument);
    REQUIRE_THROWS_AS((OpenAtSlowCallRate{101, SlowerThan{1s}, TimeWindow{10s}, MinimumCalls{1}}),
                      std::invalid_argument);
    REQUIRE(OpenAtSlowCallRate{50, SlowerThan{9s}, TimeWindow{10s}, MinimumCalls{1}}.slower_than() == 9s);
    STATIC_REQUIRE(std::is_empty_v<Slow>);
    STATIC_REQUIRE(sizeof(CircuitBreaker<Slow, OpenFor<1s>>) == 64 + 192);
}
