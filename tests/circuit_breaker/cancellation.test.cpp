// SPDX-License-Identifier: BSL-1.0
// A thread that is cancelled (pthread_cancel) unwinds its stack without an exception: what it called is neutral.
#include <grit/circuit_breaker.hpp>

#include <semaphore>
#include <stdexcept>

#include "support/catch.hpp"

// Not with libc++: glibc unwinds a cancelled thread by libgcc, and libc++abi by another library, which crashes without
// a breaker too.
#if defined(__GLIBC__) && !defined(_LIBCPP_VERSION)
#include <pthread.h>
#include <unistd.h>

using namespace std::chrono_literals;
using namespace grit;

namespace {

/// Runs act(wait) in a thread, and cancels it once it waits. Returns: whether it ended by the cancellation.
template <class Act>
bool cancelled(Act act) {
    struct Shared {
        Act act;
        std::binary_semaphore waits{0};
    } shared{std::move(act)};
    auto const body = [](void* argument) -> void* {
        auto& s = *static_cast<Shared*>(argument);
        s.act([&] {
            s.waits.release();
            for (;;) pause(); // a point of cancellation
        });
        return nullptr;
    };
    pthread_t thread{};
    if (pthread_create(&thread, nullptr, body, &shared) != 0) return false;
    shared.waits.acquire();
    pthread_cancel(thread);
    void* result = nullptr;
    pthread_join(thread, &result);
    return result == PTHREAD_CANCELED;
}

} // namespace

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
#endif
