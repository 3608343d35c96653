// SPDX-License-Identifier: BSL-1.0
// What a call costs, counted: loads and exchanges of the state, readings of the clock.
#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"
#include "support/counting_new.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

struct Costs {
    int loads = 0;
    int exchanges = 0;
    int readings = 0;
    int allocations = 0;
    friend bool operator==(Costs const&, Costs const&) = default;
};
Costs costs;

struct CountingAtomics {
    template <class T>
    class Atomic {
    public:
        constexpr Atomic(T value) noexcept : value_(value) {}
        T load(std::memory_order order) const { return ++costs.loads, value_.load(order); }
        bool compare_exchange_weak(T& expected, T desired, std::memory_order success, std::memory_order failure) {
            return ++costs.exchanges, value_.compare_exchange_strong(expected, desired, success, failure);
        }

    private:
        std::atomic<T> value_;
    };
};
struct CountingTime {
    TimePoint now() const { return ++costs.readings, TimePoint{1h}; }
    void sleep(Duration) const {}
};

template <class... Ps>
using Counted = CircuitBreaker<OpenFor<1s>, Atomics<CountingAtomics>, Time<CountingTime>, Ps...>;

template <class Do>
Costs costs_of(Do const& act) {
    costs = {};
    int const before = allocations;
    act();
    costs.allocations = allocations - before;
    return costs;
}

} // namespace

TEST_CASE("Allocations are counted", "[circuit_breaker][costs]") {
    REQUIRE(costs_of([] { ::operator delete(::operator new(1)); }).allocations == 1);
}

TEST_CASE("A healthy call reads one word twice: no write, no clock", "[circuit_breaker][costs][R-252]") {
    Counted<OpenAfterFailures<5>> breaker;
    REQUIRE(costs_of([&] { breaker([] {}); }) == Costs{.loads = 2});
    REQUIRE(costs_of([&] { (void)breaker.try_call([] { return 1; }); }) == Costs{.loads = 2});
    REQUIRE(costs_of([&] { breaker.try_acquire().success(); }) == Costs{.loads = 2});
    REQUIRE(costs_of([&] { auto const dropped = breaker.try_acquire(); }).exchanges == 0);
}

TEST_CASE("A count window full of successes costs no write", "[circuit_breaker][costs][R-252]") {
    Counted<OpenAtFailureRate<50, CountWindow<31>, MinimumCalls<10>>> breaker;
    for (int i = 0; i < 31; ++i) REQUIRE(costs_of([&] { breaker([] {}); }).exchanges == 1);
    REQUIRE(costs_of([&] { breaker([] {}); }) == Costs{.loads = 2});
    fail(breaker);
    for (int i = 0; i < 31; ++i) succeed(breaker);
    REQUIRE(costs_of([&] { breaker([] {}); }) == Costs{.loads = 2});
}

TEST_CASE("A failure costs one exchange, a trip two and one reading, a rejection one reading",
          "[circuit_breaker][costs][R-252]") {
    Counted<OpenAfterFailures<2>> breaker;
    Costs const failure = costs_of([&] { fail(breaker); });
    REQUIRE(failure.exchanges == 1);
    REQUIRE(failure.readings == 0);
    Costs const trip = costs_of([&] { fail(breaker); });
    REQUIRE(trip.exchanges == 2); // the stamp and the word
    REQUIRE(trip.readings == 1);
    Costs const rejection = costs_of([&] { REQUIRE(!breaker.try_call([] {})); });
    REQUIRE(rejection.exchanges == 0);
    REQUIRE(rejection.readings == 1);
}

TEST_CASE("Failures within a time cost a healthy call no write and no clock", "[circuit_breaker][costs][R-268]") {
    Counted<OpenAfterFailuresWithin<3, 10s>> breaker;
    REQUIRE(costs_of([&] { breaker([] {}); }) == Costs{.loads = 2});
    breaker.try_acquire().failure(); // begins a round, which is noted once
    breaker([] {});
    // The word twice, the round, and a cell, the epoch again since the bucket is new, ten cells to sum up, the clock.
    Costs const failure = costs_of([&] { breaker.try_acquire().failure(); });
    REQUIRE(failure.exchanges == 1);
    REQUIRE(failure.readings == 1);
    REQUIRE(costs_of([&] { breaker([] {}); }) == Costs{.loads = 2});
}

TEST_CASE("A healthy call under a window of time costs one exchange and one reading",
          "[circuit_breaker][costs][R-271]") {
    auto const check = [](auto& breaker) {
        // The first call of a round notes that; the first of a bucket looks at the epoch once more.
        REQUIRE(costs_of([&] { breaker([] {}); }).exchanges == 2);
        REQUIRE(costs_of([&] { breaker([] {}); }) == Costs{.loads = 4, .exchanges = 1, .readings = 1});
        REQUIRE(costs_of([&] { (void)breaker.try_call([] { return 1; }); }) ==
                Costs{.loads = 4, .exchanges = 1, .readings = 1});
        Costs const neutral = costs_of([&] { auto const dropped = breaker.try_acquire(); });
        REQUIRE(neutral == Costs{.loads = 2});
        // A trip reads the clock once, for the window and for the deadline; it writes its bucket, stamp and word.
        for (int i = 0; i < 2; ++i) breaker.try_acquire().failure();
        REQUIRE(breaker.state() == CircuitState::closed);
        Costs const trip = costs_of([&] { breaker.try_acquire().failure(); });
        REQUIRE(breaker.state() == CircuitState::open);
        REQUIRE(trip.exchanges == 3);
        REQUIRE(trip.readings == 1);
        REQUIRE(trip.allocations == 0);
    };
    Counted<OpenAtFailureRate<50, TimeWindow<10s, 10>, MinimumCalls<6>>> constant;
    check(constant);
    OpenAtFailureRate rate{50, TimeWindow{10s}, MinimumCalls{6}};
    Counted<decltype(rate)> at_run_time{rate};
    check(at_run_time);
}

TEST_CASE("A timed call costs three exchanges and two readings", "[circuit_breaker][costs][R-275]") {
    Counted<OpenAtSlowCallRate<50, SlowerThan<1s>, TimeWindow<10s, 10>, MinimumCalls<5>>> breaker;
    breaker([] {}); // begins the bucket, and sums up
    Costs const healthy = costs_of([&] { breaker([] {}); });
    REQUIRE(healthy.exchanges == 3);
    REQUIRE(healthy.readings == 2);
    REQUIRE(healthy.allocations == 0);
}
