// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/time_window.hpp>

#include <thread>
#include <vector>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

using Rate = OpenAtFailureRate<50, TimeWindow<10s, 10>, MinimumCalls<4>>;
constinit CircuitBreaker<Rate, OpenFor<1s>> global;

} // namespace

TEST_CASE("A rate over a time counts the calls that ended within it", "[circuit_breaker][R-202][R-269]") {
    ManualTime time{GENERATE(Duration::zero(), Duration{24h * 365 * 290}, Duration{-5s})};
    CircuitBreaker breaker{Rate{}, OpenFor<1s>{}, Time{time}};
    SECTION("half of the calls, and enough") {
        succeed(breaker, 2);
        time.advance(9s);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("too few once the first are older") {
        succeed(breaker, 2);
        time.advance(10s);
        fail(breaker, 3);
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("a success never opens it") {
        fail(breaker, 3);
        succeed(breaker, 3);
        REQUIRE(breaker.state() == CircuitState::closed);
    }
    SECTION("it slides by buckets") {
        for (int i = 0; i < 10; ++i) {
            succeed(breaker);
            time.advance(1s);
        }
        // Of the ten, one has left; 8 of 17 are too few, 9 of 18 are enough.
        fail(breaker, 8);
        REQUIRE(breaker.state() == CircuitState::closed);
        fail(breaker);
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("neutral calls do not count") {
        for (int i = 0; i < 9; ++i) breaker.try_acquire().neutral();
        fail(breaker, 3);
        REQUIRE(breaker.state() == CircuitState::closed);
    }
}

TEST_CASE("A call of an earlier epoch never counts in a later window", "[circuit_breaker][R-213][R-270]") {
    ManualTime time{1h};
    CircuitBreaker breaker{Rate{}, OpenFor<1s>{}, Time{time}};
    std::vector<decltype(breaker.try_acquire())> late;
    for (int i = 0; i < 10; ++i) late.push_back(breaker.try_acquire());
    fail(breaker, 3);
    breaker.reset();
    for (auto& permit : late) permit.failure();
    REQUIRE(breaker.state() == CircuitState::closed);
    REQUIRE(breaker.idle());
    fail(breaker, 3);
    REQUIRE(breaker.state() == CircuitState::closed);
    fail(breaker);
    REQUIRE(breaker.state() == CircuitState::open);
}

TEST_CASE("metrics_only reports where a window of time would open, and counts anew", "[circuit_breaker][R-241]") {
    ManualTime time;
    int changes = 0;
    CircuitBreaker breaker{Rate{}, OpenFor<1s>{}, Time{time}, OnStateChange{[&](StateChange const& c) noexcept {
                               changes += c.reason == ChangeReason::tripped;
                           }}};
    breaker.metrics_only();
    fail(breaker, 8);
    REQUIRE(changes == 2);
    REQUIRE(breaker.state() == CircuitState::metrics_only);
}

TEST_CASE("Buckets of any traffic have their true weight", "[circuit_breaker][R-285]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAtFailureRate<30, TimeWindow<10s, 10>, MinimumCalls<10>>{}, OpenFor<1s>{}, Time{time}};
    succeed(breaker, 100'000);
    time.advance(1s);
    fail(breaker, 40'000); // 28.5 percent
    REQUIRE(breaker.state() == CircuitState::closed);
    REQUIRE(breaker.counts()[0] == CircuitCounts{140'000, 40'000});
    time.advance(1s);
    int failures = 40'000;
    for (; breaker.state() == CircuitState::closed; ++failures) breaker.try_acquire().failure();
    REQUIRE(failures == 42'858); // the first that is 30 percent
}

TEST_CASE("A full bucket is halved and keeps its rate", "[circuit_breaker][R-269]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAtFailureRate<50, TimeWindow<10s, 10>, MinimumCalls<2'097'151>>{}, OpenFor<1s>{},
                           Time{time}};
    for (int i = 0; i < 4'000'000; ++i) {
        breaker.try_acquire().success();
        if (i % 3 == 0) breaker.try_acquire().failure();
    }
    REQUIRE(breaker.state() == CircuitState::closed); // 25 percent
    int failures = 0;
    for (; breaker.state() == CircuitState::closed; ++failures) breaker.try_acquire().failure();
    REQUIRE(failures > 500'000);
    REQUIRE(failures < 2'200'000); // half of what the bucket still holds, which is half to all of 4'194'303
}

TEST_CASE("A breaker with windows of time can be a constinit global", "[circuit_breaker][R-250]") {
    succeed(global);
    STATIC_REQUIRE(sizeof(global) == 64 + 4 * 128); // ten words for each of four groups of threads
    STATIC_REQUIRE(sizeof(CircuitBreaker<OpenAfterFailuresWithin<3, 1s>, OpenFor<1s>>) == 64 + 128);
    STATIC_REQUIRE(std::is_empty_v<TimeWindow<10s, 10>>);
    REQUIRE(global.state() == CircuitState::closed);
}

TEST_CASE("Windows that come at run time are checked", "[circuit_breaker][R-251]") {
    REQUIRE_THROWS_AS(TimeWindow{0s}, std::invalid_argument);
    REQUIRE_THROWS_AS(TimeWindow{-1s}, std::invalid_argument);
    REQUIRE_THROWS_AS(TimeWindow{11ns}, std::invalid_argument);
    REQUIRE_THROWS_AS((TimeWindow<dynamic, 3>{1s}), std::invalid_argument);
    REQUIRE((TimeWindow<dynamic, 4>{1s}.width() == 250ms));
    REQUIRE_THROWS_AS((OpenAtFailureRate{50, TimeWindow{1s}, MinimumCalls{2'097'152}}), std::invalid_argument);
    REQUIRE_THROWS_AS((OpenAtFailureRate{0, TimeWindow{1s}, MinimumCalls{1}}), std::invalid_argument);
}

TEST_CASE("What threads count apart is summed up together", "[circuit_breaker][R-925]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAtFailureRate<50, TimeWindow<10s, 10>, MinimumCalls<60>>{}, OpenFor<1s>{}, Time{time}};
    auto const from_threads = [&](int threads, auto const& end) {
        std::vector<std::jthread> all;
        for (int t = 0; t != threads; ++t)
            all.emplace_back([&] {
                for (int i = 0; i != 5; ++i) end(breaker);
            });
    };
    from_threads(6, [](auto& b) { succeed(b); });
    time.advance(3s);
    from_threads(5, [](auto& b) { fail(b); });
    REQUIRE(breaker.state() == CircuitState::closed);
    REQUIRE(breaker.counts()[0].calls == 55);
    REQUIRE(breaker.counts()[0].failures == 25);
    fail(breaker, 4);
    REQUIRE(breaker.state() == CircuitState::closed);
    fail(breaker);
    REQUIRE(breaker.state() == CircuitState::open);
}
