// SPDX-License-Identifier: BSL-1.0
#include <grit/timeout/attempt_timeout_on_thread.hpp>

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

/// An operation that ends when the test says so, and says when it has ended.
struct Deaf {
    std::shared_ptr<std::promise<void>> open = std::make_shared<std::promise<void>>();
    std::shared_ptr<std::promise<void>> ended = std::make_shared<std::promise<void>>();
    std::shared_future<void> gate = open->get_future().share();
    int operator()() const {
        gate.wait();
        return 1;
    }
};

/// A time that counts its readings.
struct CountedTime {
    std::shared_ptr<std::atomic<int>> readings = std::make_shared<std::atomic<int>>(0);
    TimePoint now() const {
        ++*readings;
        return SteadyTime{}.now() + 1000h;
    }
    void sleep(Duration) const {}
};

void wait_for_no_abandoned() {
    for (auto const end = std::chrono::steady_clock::now() + 20s;
         AttemptTimeoutOnThread<>::abandoned() != 0 && std::chrono::steady_clock::now() < end;)
        std::this_thread::yield();
    REQUIRE(AttemptTimeoutOnThread<>::abandoned() == 0);
}

} // namespace

TEST_CASE("an operation in time gives its result or its error", "[R-520]") {
    AttemptTimeoutOnThread<1h> const limit;
    CHECK(limit([] { return std::string{"done"}; }) == "done");
    CHECK(*limit([] { return std::make_unique<int>(3); }) == 3);
    int here = 0;
    limit([&] { here = 1; });
    CHECK(here == 1);
    CHECK_THROWS_AS(limit([]() -> int { throw std::logic_error{"bug"}; }), std::logic_error);
    CHECK(limit([](int a, std::string const& b) { return b + std::to_string(a); }, 4, "n") == "n4");
    std::thread::id const caller = std::this_thread::get_id();
    CHECK(limit([&] { return std::this_thread::get_id() != caller; }));
    CHECK(AttemptTimeoutOnThread<>::abandoned() == 0);
}

TEST_CASE("a deaf operation is left behind when the time is over", "[R-521]") {
    Deaf const deaf;
    CHECK_THROWS_AS(AttemptTimeoutOnThread{1ms}(deaf), AttemptTimedOut);
    CHECK(AttemptTimeoutOnThread<>::abandoned() == 1);
    deaf.open->set_value();
    wait_for_no_abandoned();
}

TEST_CASE("an operation that was left behind sees a stop and the deadline", "[R-522]") {
    auto const saw = std::make_shared<std::promise<bool>>();
    auto const op = [saw](Attempt const& at) {
        while (!at.stop_requested()) std::this_thread::yield();
        saw->set_value(at.has_deadline() && at.number() == 1);
        return 1;
    };
    CHECK_THROWS_AS(AttemptTimeoutOnThread{1ms}(op), AttemptTimedOut);
    CHECK(saw->get_future().get());
    wait_for_no_abandoned();
}

TEST_CASE("an operation that was left behind reads no clock that went with the call", "[R-522]") {
    CountedTime const time;
    auto const over = std::make_shared<std::promise<void>>();
    auto const saw = std::make_shared<std::promise<Duration>>();
    auto const op = [over, saw](Attempt const& at) {
        over->get_future().wait();
        saw->set_value(at.remaining());
        return at.number();
    };
    auto const resilient =
        pipeline(Retrying{StopAfterAttempt<1>{}, StopAfterDelay<1h>{}, Time{time}}, AttemptTimeoutOnThread{1ms});
    CHECK_THROWS_AS(resilient(op), AttemptTimedOut);
    int const readings = *time.readings;
    CHECK(readings > 0);
    over->set_value();
    Duration const left = saw->get_future().get();
    CHECK(left <= 1ms); // as far away as on the other clock
    CHECK(left > -1h);
    CHECK(*time.readings == readings);
    wait_for_no_abandoned();
}

TEST_CASE("a stop around the call is handed on", "[R-522]") {
    std::stop_source source;
    std::stop_token const token = source.get_token();
    Context const context{TimePoint::max(), StopView{&token}, ClockView{}};
    auto op = [source](Attempt const& at) mutable {
        source.request_stop();
        while (!at.stop_requested()) std::this_thread::yield();
        return 7;
    };
    CHECK(within(Attempt{1, 0s, context}, AttemptTimeoutOnThread<1h>{})(op) == 7);
}

TEST_CASE("nothing starts without time, and the deadline around holds", "[R-520]") {
    int calls = 0;
    auto const op = [&] { return ++calls; };
    try {
        AttemptTimeoutOnThread<0s>{}(op);
        FAIL("nothing starts without time");
    } catch (DeadlineExceeded const& error) {
        CHECK(std::string{error.stage()} == "attempt_timeout_on_thread");
    }
    CHECK_THROWS_AS(pipeline(Deadline<0s>{}, AttemptTimeoutOnThread<1h>{})(op), DeadlineExceeded);
    CHECK(calls == 0);
    Deaf const deaf;
    CHECK_THROWS_AS(pipeline(Deadline<1ms>{}, AttemptTimeoutOnThread<1h>{})(deaf), AttemptTimedOut);
    deaf.open->set_value();
    wait_for_no_abandoned();
}

TEST_CASE("a retry takes a timeout for a failure, and so does a breaker", "[R-523]") {
    Deaf const deaf;
    ManualTime time;
    CircuitBreaker<OpenAfterFailures<2>, OpenFor<60s>> breaker;
    Retrying const retrying{StopAfterAttempt<2>{}, WaitFixed<1s>{}, Time{time}};
    auto const resilient = pipeline(retrying, breaker, AttemptTimeoutOnThread{1ms});
    CHECK_THROWS_AS(resilient(deaf), AttemptTimedOut);
    CHECK(breaker.state() == CircuitState::open);
    CHECK(time.slept().size() == 1);
    CHECK_FALSE(resilient.try_call(deaf).has_value());
    deaf.open->set_value();
    wait_for_no_abandoned();
}

TEST_CASE("flat and nested run the operation alike", "[R-520]") {
    CircuitBreaker<OpenAfterFailures<2>, OpenFor<60s>> breaker;
    auto const resilient = pipeline(breaker, AttemptTimeoutOnThread<1h>{});
    CHECK(*resilient.try_call([](int n) { return n + 1; }, 4) == 5);
    CHECK(resilient([](int n) { return n + 1; }, 4) == 5);
}

TEST_CASE("a negative time is refused") { CHECK_THROWS_AS(AttemptTimeoutOnThread{-1s}, std::invalid_argument); }
