// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/window.hpp>

#include "support/catch.hpp"

using namespace grit;

TEST_CASE("A count window and a minimum that come at run time are checked", "[circuit_breaker][R-251]") {
    using Catch::Matchers::ContainsSubstring;
    REQUIRE_THROWS_WITH(CountWindow{32}, ContainsSubstring("'CountWindow'"));
    REQUIRE_THROWS_WITH(CountWindow{0}, ContainsSubstring("'CountWindow'"));
    REQUIRE_THROWS_WITH(MinimumCalls{0}, ContainsSubstring("'MinimumCalls'"));
    REQUIRE(CountWindow{31}.size() == 31);
    REQUIRE(MinimumCalls{1}.calls() == 1);
    STATIC_REQUIRE(CountWindow<20>{}.size() == 20);
    STATIC_REQUIRE(std::is_empty_v<CountWindow<20>>);
    STATIC_REQUIRE(std::is_empty_v<MinimumCalls<10>>);
}

TEST_CASE("A percentage is compared in whole numbers, and exactly is enough", "[circuit_breaker][R-202]") {
    STATIC_REQUIRE(detail::reaches(1, 2, 50));
    STATIC_REQUIRE(detail::reaches(1, 3, 33));
    STATIC_REQUIRE(!detail::reaches(1, 3, 34));
    STATIC_REQUIRE(detail::reaches(2, 3, 66));
    STATIC_REQUIRE(detail::reaches(31, 31, 100));
    STATIC_REQUIRE(!detail::reaches(30, 31, 100));
}

TEST_CASE("A window of calls holds the last ones, the newest lowest", "[circuit_breaker][R-202]") {
    constexpr detail::CountBits window{3, 5}; // three calls; how many there are stands above the fifth bit
    constexpr std::uint64_t one = window.next(0, true);
    STATIC_REQUIRE(window.fill(one) == 1);
    STATIC_REQUIRE(window.marked(one) == 1);
    constexpr std::uint64_t three = window.next(window.next(one, false), true);
    STATIC_REQUIRE(window.fill(three) == 3);
    STATIC_REQUIRE(window.marked(three) == 2);
    constexpr std::uint64_t four = window.next(three, false); // the first has left
    STATIC_REQUIRE(window.fill(four) == 3);
    STATIC_REQUIRE(window.marked(four) == 1);
    constexpr std::uint64_t healthy = window.next(window.next(four, false), false);
    STATIC_REQUIRE(healthy == window.full());
    STATIC_REQUIRE(window.next(window.full(), false) == window.full());
}
