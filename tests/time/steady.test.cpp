// SPDX-License-Identifier: BSL-1.0
#include <grit/time/steady.hpp>

#include "support/catch.hpp"

#if defined(__unix__) || defined(__APPLE__)
#include <csignal>
#include <sys/time.h>
#endif

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct Counter {
    TimePoint now() const { return {}; }
    void sleep(Duration) { ++sleeps; }
    int sleeps = 0;
};
struct Stateless {
    constexpr TimePoint now() const { return TimePoint{7s}; }
    void sleep(Duration) const {}
};

Duration time_of_sleep(Duration d) {
    auto const start = std::chrono::steady_clock::now();
    SteadyTime{}.sleep(d);
    return std::chrono::steady_clock::now() - start;
}

} // namespace

TEST_CASE("SteadyTime reads the steady clock") {
    auto const before = std::chrono::steady_clock::now();
    TimePoint const now = SteadyTime{}.now();
    REQUIRE(now >= before);
    REQUIRE(now <= std::chrono::steady_clock::now());
    STATIC_REQUIRE(TimeSource<SteadyTime>);
}

TEST_CASE("SteadyTime sleeps at least as long as it is told to") { REQUIRE(time_of_sleep(3ms) >= 3ms); }

TEST_CASE("SteadyTime does not sleep for zero or less") {
    REQUIRE(time_of_sleep(0s) < 100ms);
    REQUIRE(time_of_sleep(-1h) < 100ms);
    REQUIRE(time_of_sleep(Duration::min()) < 100ms);
}

TEST_CASE("SteadyTime sleeps until a point in time, and not at all for one that has passed") {
    auto const start = SteadyTime{}.now();
    SteadyTime{}.sleep_until(start + 3ms);
    REQUIRE(SteadyTime{}.now() >= start + 3ms);
    SteadyTime{}.sleep_until(start);
    SteadyTime{}.sleep_until(TimePoint{});
    REQUIRE(SteadyTime{}.now() < start + 10s);
}

#if defined(__unix__) || defined(__APPLE__)
TEST_CASE("signals do not stretch a sleep of SteadyTime", "[R-336]") {
    struct sigaction action{};
    struct sigaction previous{};
    action.sa_handler = [](int) {
        // A handler that takes long: what is left to sleep must not be counted from its end.
        timespec const pause{0, 1'000'000};
        ::nanosleep(&pause, nullptr);
    };
    REQUIRE(sigaction(SIGALRM, &action, &previous) == 0);
    itimerval alarm{};
    alarm.it_value.tv_usec = alarm.it_interval.tv_usec = 1'500;
    REQUIRE(setitimer(ITIMER_REAL, &alarm, nullptr) == 0);
    Duration const slept = time_of_sleep(200ms);
    setitimer(ITIMER_REAL, nullptr, nullptr);
    sigaction(SIGALRM, &previous, nullptr);
    REQUIRE(slept >= 200ms);
    REQUIRE(slept < 350ms); // counted from each handler's end it is more than half a second
}

TEST_CASE("a signal does not cut a sleep of SteadyTime short") {
    static std::sig_atomic_t volatile signals = 0;
    struct sigaction action{};
    struct sigaction previous{};
    action.sa_handler = [](int) { signals = signals + 1; };
    REQUIRE(sigaction(SIGALRM, &action, &previous) == 0);
    itimerval alarm{};
    alarm.it_value.tv_usec = 1000;
    REQUIRE(setitimer(ITIMER_REAL, &alarm, nullptr) == 0);
    Duration const slept = time_of_sleep(5ms);
    sigaction(SIGALRM, &previous, nullptr);
    REQUIRE(signals == 1);
    REQUIRE(slept >= 5ms);
}
#endif

TEST_CASE("Time refers to an object, or makes one that has no state") {
    Counter counter;
    Time const by_reference{counter};
    STATIC_REQUIRE(std::is_same_v<decltype(by_reference), Time<Counter> const>);
    by_reference.get().sleep(1s);
    REQUIRE(counter.sleeps == 1);

    STATIC_REQUIRE(std::is_empty_v<Time<Stateless>>);
    STATIC_REQUIRE(std::is_same_v<decltype(Time{Stateless{}}), Time<Stateless>>);
    STATIC_REQUIRE(Time<Stateless>{}.get().now() == TimePoint{7s});
    STATIC_REQUIRE(std::is_same_v<Time<Stateless>::Kind, Time<Counter>::Kind>);
    STATIC_REQUIRE(Policy<Time<>>);
}
