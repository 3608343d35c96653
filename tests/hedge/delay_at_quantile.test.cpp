// SPDX-License-Identifier: BSL-1.0
#include <grit/hedge/delay_at_quantile.hpp>

#include <random>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

/// Returns: the share of calls that are above the delay once it has settled, in per cent.
template <class Moving>
double share_above(Duration start, auto&& latency) {
    Duration delay = Moving::within_bounds(start);
    int above = 0;
    constexpr int settling = 20'000;
    constexpr int calls = 50'000;
    for (int i = 0; i < settling + calls; ++i) {
        bool const in_time = latency() <= delay;
        if (i >= settling && !in_time) ++above;
        delay = Moving::next(delay, in_time);
    }
    return 100.0 * above / calls;
}

} // namespace

TEST_CASE("the delay settles where that share of the calls is above it", "[R-708]") {
    std::mt19937_64 random{7};
    std::exponential_distribution<double> exponential{1.0 / 20e6};
    auto const latency = [&] { return Duration{static_cast<Duration::rep>(exponential(random))}; };
    for (Duration const start : {Duration{1ms}, Duration{10s}}) {
        CHECK(std::abs(share_above<DelayAtQuantile<95>>(start, latency) - 5) < 1);
        CHECK(std::abs(share_above<DelayAtQuantile<50>>(start, latency) - 50) < 2);
        CHECK(std::abs(share_above<DelayAtQuantile<99>>(start, latency) - 1) < 0.5);
    }
}

TEST_CASE("the delay stays between its bounds", "[R-708]") {
    using Moving = DelayAtQuantile<95, 10ms, 20ms>;
    CHECK(Moving::within_bounds(0s) == 10ms);
    CHECK(Moving::within_bounds(15ms) == 15ms);
    CHECK(Moving::within_bounds(Duration::max()) == 20ms);
    Duration delay = 15ms;
    for (int i = 0; i < 10'000; ++i) delay = Moving::next(delay, true);
    CHECK(delay == 10ms);
    for (int i = 0; i < 10'000; ++i) delay = Moving::next(delay, false);
    CHECK(delay == 20ms);
    constexpr auto longest = std::chrono::hours::max(); // what no Duration holds is the longest one
    STATIC_REQUIRE(DelayAtQuantile<95, 10ms, longest>::next(Duration::max(), false) == Duration::max());
}

TEST_CASE("one call moves the delay by a two thousandth for each per cent", "[R-708]") {
    CHECK(DelayAtQuantile<95>::next(2s, false) == 2s + 95ms);
    CHECK(DelayAtQuantile<95>::next(2s, true) == 2s - 5ms);
}
