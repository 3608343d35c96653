// SPDX-License-Identifier: BSL-1.0
// What a call costs, counted: loads and exchanges of the state, readings of the clock.
#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

struct Costs {
    int loads = 0;
    int exchanges = 0;
    int readings = 0;
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
    act();
    return costs;
}

} // namespace

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
