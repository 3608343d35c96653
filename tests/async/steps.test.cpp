// SPDX-License-Identifier: BSL-1.0
#include <grit/async/steps.hpp>

#include <algorithm>
#include <atomic>
#include <optional>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

auto const reset = std::make_error_code(std::errc::connection_reset);
auto const fatal = std::make_error_code(std::errc::permission_denied);

struct Log {
    std::vector<int> attempts;
    std::vector<Duration> sleeps;
    std::optional<std::error_code> outcome; // none: refused
    bool operator==(Log const&) const = default;
};

/// Each call of a script by a thread that waits, or by hand, with a breaker and a clock of its own.
template <bool ByHand>
std::vector<Log> run(std::vector<int> const& script) {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<3>{}, OpenFor<5s>{}, Time{time}};
    Retrying const retrying{StopAfterAttempt<3>{}, WaitExponential<1s, 60s>{},
                            RetryIfError<std::errc::connection_reset>{}, Time{time}};
    auto const resilient = pipeline(retrying, breaker);
    std::vector<Log> logs;
    std::size_t next = 0;
    auto const operation = [&](Attempt const& attempt) {
        logs.back().attempts.push_back(attempt.number());
        int const act = next < script.size() ? script[next] : 0;
        ++next;
        return act == 0 ? std::error_code{} : act == 1 ? reset : fatal;
    };
    while (next < script.size()) {
        std::size_t const before = time.slept().size();
        Log& log = logs.emplace_back();
        try {
            if constexpr (ByHand) {
                Steps<std::error_code, decltype(resilient)> call{resilient};
                for (Step step = call.start(); step.is_again() || step.sleeps();) {
                    if (step.is_again()) step = call.returned(operation(call.attempt()));
                    else {
                        time.sleep(step.wait);
                        step = call.wake();
                    }
                }
                log.outcome = call.give();
            } else log.outcome = resilient(operation);
        } catch (CircuitOpenError const&) {
            time.sleep(2s);
        }
        log.sleeps.assign(time.slept().begin() + before, time.slept().end());
    }
    return logs;
}

void ring(void* bell) { ++*static_cast<std::atomic<int>*>(bell); }

} // namespace

TEST_CASE("a call by hand does what a thread does", "[R-634]") {
    std::mt19937 random{634};
    int refused = 0;
    for (int i = 0; i < 500; ++i) {
        std::vector<int> script(30);
        for (int& act : script) act = static_cast<int>(random() % 3);
        auto const by_hand = run<true>(script);
        REQUIRE(by_hand == run<false>(script));
        for (Log const& log : by_hand) refused += !log.outcome;
    }
    REQUIRE(refused > 100); // the scripts reach an open circuit
}

TEST_CASE("a call by hand that is refused throws the exception, or gives a result without exceptions", "[R-635]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1h>> breaker;
    breaker.force_open();
    auto throwing = steps<std::error_code>(breaker);
    CHECK(throwing.start().kind == Step::Kind::reject);
    CHECK_THROWS_AS(throwing.give(), CircuitOpenError);

    auto giving = steps<std::error_code, 0>(breaker);
    CHECK(giving.start().kind == Step::Kind::reject);
    CHECK(giving.give() == errc::circuit_open);
}

TEST_CASE("an error by pointer is judged by its type, and leaves where the call ends with it", "[R-636]") {
    Retrying<StopAfterAttempt<2>, WaitFixed<1s>, RetryIf<std::runtime_error>> const robust;
    auto const range = std::make_exception_ptr(std::range_error("again"));
    auto const wrong = std::make_exception_ptr(std::logic_error("wrong"));

    auto retried = steps<int>(robust);
    CHECK(retried.start().is_again());
    CHECK(retried.threw(range) == Step::sleep(1s));
    CHECK(retried.wake().is_again());
    CHECK_THROWS_AS(static_cast<void>(retried.threw(range)), std::range_error);

    auto left = steps<int>(robust);
    CHECK(left.start().is_again());
    CHECK_THROWS_AS(static_cast<void>(left.threw(wrong)), std::logic_error);

    auto ended = steps<void>(robust);
    CHECK(ended.start().is_again());
    CHECK(ended.threw(range).sleeps());
    CHECK(ended.wake().is_again());
    CHECK(ended.returned().is_done());
    ended.give();
}

TEST_CASE("where a sleep ends a call by hand, its error leaves", "[R-636]") {
    std::stop_source source;
    Retrying const patient{WaitFixed<1h>{}, StopWhenRequested{source.get_token()}};
    auto call = steps<int>(patient);
    CHECK(call.start().is_again());
    CHECK(call.threw(std::make_exception_ptr(std::range_error("again"))).sleeps());
    source.request_stop();
    CHECK_THROWS_AS(static_cast<void>(call.wake()), std::range_error);
}

TEST_CASE("an armed call is told that its sleep is over: by a request to stop, or by a place that is free", "[R-637]") {
    std::atomic<int> bell = 0;

    std::stop_source source;
    Retrying const patient{WaitFixed<1h>{}, StopWhenRequested{source.get_token()}};
    auto stopped = steps<std::error_code>(patient);
    CHECK(stopped.start().is_again());
    CHECK(stopped.returned(reset) == Step::sleep(1h));
    CHECK(stopped.arm(Waker{&bell, &ring}));
    std::jthread{[&] { source.request_stop(); }}.join();
    CHECK(bell == 1);
    CHECK_FALSE(stopped.wake().is_again());
    CHECK(stopped.give() == reset);

    bell = 0;
    Bulkhead<1, 1, MaxWait<1h>> bulkhead;
    auto place = bulkhead.try_acquire();
    auto waiting = steps<std::error_code>(bulkhead);
    CHECK(waiting.start().sleeps());
    CHECK(waiting.arm(Waker{&bell, &ring}));
    CHECK(bell == 0);
    place.release();
    CHECK(bell == 1);
    CHECK(waiting.wake().is_again());
    CHECK(waiting.returned(std::error_code{}).is_done());
    CHECK_FALSE(waiting.give());

    Retrying<WaitFixed<1h>, StopNever> const plain;
    auto alone = steps<std::error_code>(plain);
    CHECK(alone.start().is_again());
    CHECK(alone.returned(reset).sleeps());
    CHECK_FALSE(alone.arm(Waker{&bell, &ring}));
}

TEST_CASE("a call by hand that is not ended gives back what it took, and counts nothing", "[R-638]") {
    Bulkhead<1> bulkhead;
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1h>> breaker;
    auto const resilient = pipeline(bulkhead, breaker);
    {
        auto abandoned = steps<std::error_code>(resilient);
        CHECK(abandoned.start().is_again());
        CHECK(bulkhead.used() == 1);
    }
    CHECK(bulkhead.used() == 0);
    CHECK(breaker.state() == CircuitState::closed);

    std::atomic<int> bell = 0;
    Bulkhead<1, 1, MaxWait<1h>> line;
    auto place = line.try_acquire();
    {
        auto waiting = steps<std::error_code>(line);
        CHECK(waiting.start().sleeps());
        CHECK(waiting.arm(Waker{&bell, &ring}));
    }
    place.release();
    CHECK(bell == 0);
    CHECK(line.used() == 0);
}

TEST_CASE("a call by hand shows its attempt, and hands out no sleep of no time", "[R-639]") {
    auto const resilient = pipeline(Deadline<10s>{}, Retrying<StopAfterAttempt<3>, WaitNone>{}, AttemptTimeout<1s>{});
    int attempts = 0;
    Duration longest = 0s;
    auto call = steps<std::error_code>(resilient);
    for (Step step = call.start(); step.is_again(); step = call.returned(reset)) {
        CHECK(call.attempt().number() == ++attempts);
        longest = std::max(longest, call.attempt().remaining());
    }
    CHECK(call.give() == reset);
    CHECK(attempts == 3);
    CHECK(longest > 0s);
    CHECK(longest <= 1s);
}
