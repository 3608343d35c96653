// SPDX-License-Identifier: BSL-1.0
#include <grit/time/max_wait.hpp>

#include <stdexcept>

#include <grit/core/describe.hpp>
#include <grit/time/manual.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

TEST_CASE("MaxWait is a constant or a value at run time", "[R-401]") {
    STATIC_REQUIRE(MaxWait<5s>{}.limit() == 5s);
    STATIC_REQUIRE(sizeof(MaxWait<5s>) == 1);
    REQUIRE(MaxWait{0s}.limit() == 0s);
    REQUIRE(MaxWait{250ms}.limit() == 250ms);
    REQUIRE(describe<MaxWait<1500ms>>() == "MaxWait<1500ms>");
    REQUIRE_THROWS_AS(MaxWait{-1ns}, std::invalid_argument);
}

TEST_CASE("the settings of a stage are those of its policies, or what holds without", "[R-401]") {
    using None = detail::PolicySet<>;
    STATIC_REQUIRE(!detail::TurnSettings<None>::limits_wait);
    STATIC_REQUIRE(detail::TurnSettings<None>::max_wait(None{}, 7s) == 7s);
    STATIC_REQUIRE(std::is_same_v<decltype(detail::TurnSettings<None>::time(None{})), SteadyTime>);
    STATIC_REQUIRE(detail::TurnSettings<None>::name({}, "x") == std::string_view{"x"});

    using Some = detail::PolicySet<MaxWait<1s>, Name<"host">, Time<ManualTime>>;
    ManualTime manual;
    Time const time{manual};
    Some const some{detail::Given<Time<ManualTime>>{time}};
    STATIC_REQUIRE(detail::TurnSettings<Some>::limits_wait);
    REQUIRE(detail::TurnSettings<Some>::max_wait(some, 7s) == 1s);
    REQUIRE(&detail::TurnSettings<Some>::time(some) == &manual);
    REQUIRE(detail::TurnSettings<Some>::name(some, "x") == std::string_view{"host"});
}
