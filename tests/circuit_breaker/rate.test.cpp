// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/rate.hpp>

#include <grit/circuit_breaker/open_at_failure_rate.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;

TEST_CASE("A rate is reached from its percentage and its minimum of calls on", "[circuit_breaker][R-202]") {
    constexpr detail::Rate<50, CountWindow<10>, MinimumCalls<4>> half;
    STATIC_REQUIRE(half.percent() == 50);
    STATIC_REQUIRE(half.minimum() == 4);
    STATIC_REQUIRE(half.window().size() == 10);
    STATIC_REQUIRE(half.reached({4, 2}));
    STATIC_REQUIRE(half.reached({10, 5}));
    STATIC_REQUIRE(!half.reached({5, 2}));
    STATIC_REQUIRE(!half.reached({3, 3}));
    STATIC_REQUIRE(std::is_empty_v<decltype(half)>);
}

TEST_CASE("A minimum fits into the window it is counted in", "[circuit_breaker]") {
    STATIC_REQUIRE(detail::room_in(CountWindow<7>{}) == 7);
    STATIC_REQUIRE(detail::room_in(TimeWindow<10s, 10>{}) == detail::most_minimum);
    STATIC_REQUIRE(detail::can_be_reached<CountWindow<7>, MinimumCalls<7>>());
    STATIC_REQUIRE(!detail::can_be_reached<CountWindow<7>, MinimumCalls<8>>());
    STATIC_REQUIRE(detail::can_be_reached<CountWindow<>, MinimumCalls<8>>()); // asked of the values
}

TEST_CASE("A rate that comes at run time is checked", "[circuit_breaker][R-251]") {
    using Catch::Matchers::ContainsSubstring;
    REQUIRE_THROWS_WITH((OpenAtFailureRate{0, CountWindow{5}, MinimumCalls{5}}), ContainsSubstring("percentage"));
    REQUIRE_THROWS_WITH((OpenAtFailureRate{101, CountWindow{5}, MinimumCalls{5}}), ContainsSubstring("percentage"));
    REQUIRE_THROWS_WITH((OpenAtFailureRate{50, CountWindow{5}, MinimumCalls{6}}), ContainsSubstring("never reached"));
    REQUIRE((OpenAtFailureRate{100, CountWindow{5}, MinimumCalls{5}}.percent() == 100));
}
