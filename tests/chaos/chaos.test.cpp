// SPDX-License-Identifier: BSL-1.0
#include <grit/chaos/chaos.hpp>

#include <limits>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <grit/circuit_breaker.hpp>
#include <grit/core/describe.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct HttpError : std::runtime_error {
    int status;
    explicit HttpError(int s) : std::runtime_error("http"), status(s) {}
};

template <class C>
std::string pattern(C& chaos, int calls) {
    std::string text;
    for (int i = 0; i != calls; ++i) {
        try {
            text += chaos([] { return 'c'; });
        } catch (HttpError const& error) {
            text += static_cast<char>('0' + error.status % 10);
        }
    }
    return text;
}

} // namespace

TEST_CASE("a fault stands in the place of the call at its rate", "[R-510]") {
    int calls = 0;
    auto const op = [&] { return ++calls; };
    Chaos always{ChaosFault{1.0, HttpError{503}}};
    CHECK_THROWS_AS(always(op), HttpError);
    CHECK(calls == 0);
    Chaos never{ChaosFault{0.0, HttpError{503}}};
    CHECK(never(op) == 1);
    Chaos made{ChaosFault{1.0, [] { return HttpError{429}; }}};
    try {
        made(op);
        FAIL("it must throw");
    } catch (HttpError const& error) {
        CHECK(error.status == 429);
    }
    Chaos tenth{Seed{7}, ChaosFault{0.1, HttpError{503}}};
    std::string const seen = pattern(tenth, 10'000);
    auto const faults = std::count(seen.begin(), seen.end(), '3');
    CHECK(faults > 900);
    CHECK(faults < 1'100);
}

TEST_CASE("a fault that is a code is that code where no exception can be thrown", "[R-510]") {
    std::error_code const fault = std::make_error_code(std::errc::timed_out);
    Chaos const chaos{ChaosFault{1.0, fault}};
    auto const op = [] { return std::error_code{}; };
    CHECK(chaos.operator()<0>(op) == fault);
    CHECK(pipeline(Retrying{StopAfterAttempt<2>{}, RetryIfError<std::errc::timed_out>{}}, chaos).operator()<0>(op) ==
          fault);
}

TEST_CASE("a seed repeats the harm", "[R-511]") {
    auto const run = [](std::uint64_t seed) {
        Chaos chaos{Seed{seed}, ChaosFault{0.3, HttpError{503}}, ChaosFault{0.3, HttpError{500}},
                    ChaosResult{0.3, 'w'}};
        return pattern(chaos, 60);
    };
    CHECK(run(1) == run(1));
    CHECK(run(1) != run(2));
    for (char const each : {'3', '0', 'w', 'c'}) CHECK(run(1).find(each) != std::string::npos);
}

TEST_CASE("latency comes first, by the time that is named", "[R-512]") {
    ManualTime time{100s};
    Chaos chaos{ChaosLatency{1.0, 2s}, ChaosLatency{1.0, 1s}, ChaosFault{1.0, HttpError{503}}, Time{time}};
    CHECK_THROWS_AS(chaos([] { return 1; }), HttpError);
    CHECK(time.slept() == std::vector<Duration>{3s});
}

TEST_CASE("nothing starts when the latency has used up the deadline", "[R-512]") {
    ManualTime time{100s};
    Chaos chaos{ChaosLatency{1.0, 2s}, Time{time}};
    Context const context{TimePoint{102s}, StopView{}, ClockView{&time}};
    int calls = 0;
    CHECK_THROWS_AS(within(Attempt{1, 0s, context}, chaos)([&] { ++calls; }), DeadlineExceeded);
    CHECK(calls == 0);
}

TEST_CASE("a wrong result takes the place of what the operation returned", "[R-513]") {
    int calls = 0;
    Chaos chaos{ChaosResult{1.0, std::string{"wrong"}}};
    CHECK(chaos([&] {
              ++calls;
              return std::string{"right"};
          }) == "wrong");
    CHECK(calls == 1);
}

TEST_CASE("the stages around take the harm for the service's") {
    ManualTime time;
    CircuitBreaker<OpenAfterFailures<3>, OpenFor<60s>> breaker;
    Retrying const retrying{StopAfterAttempt<5>{}, WaitFixed<1s>{}, RetryIf<HttpError>{}, Time{time}};
    Chaos chaos{ChaosFault{1.0, HttpError{503}}};
    auto const resilient = pipeline(retrying, breaker, chaos);
    CHECK_THROWS_AS(resilient([] { return 1; }), CircuitOpenError);
    CHECK(time.slept().size() == 3);
    CHECK(breaker.state() == CircuitState::open);
    breaker.reset();
    CHECK_FALSE(resilient.try_call([] { return 1; }).has_value());
    CHECK(time.slept().size() == 6);
    CHECK(breaker.state() == CircuitState::open);
}

TEST_CASE("chaos can be switched off", "[R-514]") {
    Chaos chaos{ChaosFault{1.0, HttpError{503}}};
    chaos.enable(false);
    CHECK(chaos([] { return 1; }) == 1);
    chaos.enable(true);
    CHECK(chaos.enabled());
    CHECK_THROWS_AS(chaos([] { return 1; }), HttpError);
}

TEST_CASE("impossible rates and times are refused at construction") {
    for (double const rate : {-0.1, 1.1, std::numeric_limits<double>::quiet_NaN()}) {
        CHECK_THROWS_AS((ChaosFault{rate, HttpError{503}}), std::invalid_argument);
        CHECK_THROWS_AS((ChaosResult{rate, 1}), std::invalid_argument);
        CHECK_THROWS_AS((ChaosLatency{rate, 1s}), std::invalid_argument);
    }
    CHECK_THROWS_AS((ChaosLatency{0.5, -1s}), std::invalid_argument);
}

TEST_CASE("many threads share the draws of one seed") {
    Chaos chaos{Seed{3}, ChaosFault{0.5, HttpError{503}}};
    std::atomic<int> faults = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t != 4; ++t)
            threads.emplace_back([&] {
                for (int i = 0; i != 1'000; ++i) {
                    try {
                        chaos([] {});
                    } catch (HttpError const&) {
                        ++faults;
                    }
                }
            });
    }
    Chaos again{Seed{3}, ChaosFault{0.5, HttpError{503}}};
    std::string const alone = pattern(again, 4'000);
    CHECK(faults == std::count(alone.begin(), alone.end(), '3'));
}

TEST_CASE("a chaos says what it is made of") {
    Chaos chaos{Seed{3}, ChaosLatency{0.5, 1s}};
    CHECK(describe<decltype(chaos)>() == "Chaos<Seed, ChaosLatency>");
}
