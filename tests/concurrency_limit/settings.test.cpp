// SPDX-License-Identifier: BSL-1.0
#include <grit/concurrency_limit/settings.hpp>

#include <stdexcept>

#include <grit/core/describe.hpp>

#include "support/catch.hpp"

using namespace grit;

TEST_CASE("the settings of a limit are constants, or are checked when they are made", "[R-430][R-437]") {
    STATIC_REQUIRE(LimitBetween<1, 9, 5>{}.start() == 5);
    STATIC_REQUIRE(WaitInLine<7>{}.length() == 7);
    STATIC_REQUIRE(sizeof(LimitBetween<1, 9, 5>) == 1);
    LimitBetween const between{2, 8, 4};
    REQUIRE(between.min() == 2);
    REQUIRE(between.max() == 8);
    REQUIRE(between.start() == 4);
    REQUIRE(WaitInLine{3}.length() == 3);
    REQUIRE(LimitBetween{2, 8, 2}.start() == 2);
    REQUIRE(LimitBetween{2, 8, 8}.start() == 8);
    REQUIRE(LimitBetween{1, 1'000'000, 1}.max() == 1'000'000);
    REQUIRE(WaitInLine{0}.length() == 0);
    REQUIRE(WaitInLine{1'000'000}.length() == 1'000'000);
    REQUIRE_THROWS_AS((LimitBetween{0, 8, 4}), std::invalid_argument);
    REQUIRE_THROWS_AS((LimitBetween{5, 8, 4}), std::invalid_argument);
    REQUIRE_THROWS_AS((LimitBetween{1, 8, 9}), std::invalid_argument);
    REQUIRE_THROWS_AS((LimitBetween{1, 1'000'001, 9}), std::invalid_argument);
    REQUIRE_THROWS_AS(WaitInLine{-1}, std::invalid_argument);
    REQUIRE_THROWS_AS(WaitInLine{1'000'001}, std::invalid_argument);
    REQUIRE(describe<LimitBetween<1, 9, 5>>() == "LimitBetween<1, 9, 5>");
    REQUIRE(describe<OverloadIf<std::runtime_error>>() == "OverloadIf<runtime_error>");
    STATIC_REQUIRE(std::is_empty_v<OverloadIf<char const*>>); // its own type
}
