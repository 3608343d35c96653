// SPDX-License-Identifier: BSL-1.0
// A thread that is cancelled (pthread_cancel) unwinds its stack without an exception: what it called is neutral.
#include <grit/circuit_breaker.hpp>

#include <atomic>
#include <stdexcept>

#include <grit/pipeline.hpp>

#include "support/cancelled_thread.hpp"
#include "support/catch.hpp"

#ifdef GRIT_TEST_CANCELS_THREADS

using namespace std::chrono_literals;
using namespace grit;
using grit::test::cancelled;

TEST_CASE("A thread that is cancelled counts as neither a failure nor a success",
          "[circuit_breaker][cancellation][R-220]") {
    ManualTime time{1h};
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenAfterFailuresWithin<2, 10s>{},
                           OpenAtFailureRate<100, TimeWindow<10s, 10>, MinimumCalls<2>>{}, OpenFor<1s>{}, Time{time}};
    auto const fail = [&] { breaker.try_acquire().failure(); };
    int unwound = 0;
    struct Local {
        int& unwound;
        ~Local() { ++unwound; }
    };
    auto const call = [&](auto const& wait) {
        Local const local{unwound};
        breaker([&] { wait(); });
    };
    auto const try_call = [&](auto const& wait) { (void)breaker.try_call([&] { return wait(), 1; }); };
    auto const hold = [&](auto const& wait) {
        auto const permit = breaker.try_acquire();
        wait();
    };
    SECTION("no failure") {
        fail();
        REQUIRE(cancelled(call));
        REQUIRE(unwound == 1);
        REQUIRE(cancelled(try_call));
        REQUIRE(cancelled(hold));
        REQUIRE(breaker.state() == CircuitState::closed);
    }
    SECTION("no success: the failures in a row go on") {
        fail();
        REQUIRE(cancelled(call));
        REQUIRE(cancelled(try_call));
        fail();
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("a probe gives its place back") {
        breaker.open_for(1s);
        time.advance(1s);
        REQUIRE(cancelled(call));
        REQUIRE(breaker.state() == CircuitState::half_open);
        REQUIRE(cancelled(try_call));
        REQUIRE(breaker.state() == CircuitState::half_open);
        breaker([] {});
        REQUIRE(breaker.state() == CircuitState::closed);
    }
    SECTION("where errors are named, too") {
        CircuitBreaker named{OpenAfterFailures<1>{}, OpenFor<1s>{}, FailureIf<std::runtime_error>{}, Time{time}};
        REQUIRE(cancelled([&](auto const& wait) { named([&] { wait(); }); }));
        REQUIRE(named.state() == CircuitState::closed);
    }
}

namespace {

struct Fixed { // cannot be moved
    Fixed() = default;
    Fixed(Fixed&&) = delete;
};

} // namespace

TEST_CASE("The cancellation of a thread is no success where the result cannot be moved", "[circuit_breaker][R-294]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<2>{}, OpenFor<1s>{}, Time{time}};
    breaker.open_for(1s);
    time.advance(1s);
    SECTION("directly") {
        REQUIRE(cancelled([&](auto const& wait) {
            breaker([&]() -> Fixed {
                wait();
                return {};
            });
        }));
    }
    SECTION("in a pipeline") {
        auto const line = pipeline(breaker);
        REQUIRE(cancelled([&](auto const& wait) {
            line([&]() -> Fixed {
                wait();
                return {};
            });
        }));
    }
    REQUIRE(breaker.state() == CircuitState::half_open); // the probe has given its place back
    breaker([]() -> Fixed { return {}; });
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("A cancellation within a listener waits until the change was told", "[circuit_breaker][R-294]") {
    std::atomic<bool> told = false;
    std::binary_semaphore in_listener{0};
    std::binary_semaphore requested{0};
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, OnStateChange{[&](StateChange const&) noexcept {
                               in_listener.release();
                               requested.acquire();
                               pthread_testcancel();
                               told = true;
                           }}};
    auto const body = [](void* argument) -> void* {
        static_cast<decltype(breaker)*>(argument)->try_acquire().failure();
        for (;;) pause();
    };
    pthread_t thread{};
    REQUIRE(pthread_create(&thread, nullptr, body, &breaker) == 0);
    in_listener.acquire();
    pthread_cancel(thread);
    requested.release();
    void* result = nullptr;
    pthread_join(thread, &result);
    REQUIRE(result == PTHREAD_CANCELED);
    REQUIRE(told);
    REQUIRE(breaker.state() == CircuitState::open);
}
#endif
