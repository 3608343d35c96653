// SPDX-License-Identifier: BSL-1.0
#include <grit/core/factor.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using grit::Duration;
using grit::Factor;

TEST_CASE("Factor is made of a whole number or a ratio", "[core]") {
    STATIC_REQUIRE(Factor{std::ratio<4, 2>{}} == Factor{2});
    STATIC_REQUIRE(Factor{std::ratio<3, 2>{}} == Factor{3, 2});
    STATIC_REQUIRE(Factor{grit::dynamic}.is_dynamic());
    STATIC_REQUIRE_FALSE(Factor{0}.is_dynamic());
    REQUIRE_FALSE(Factor{2}.is_dynamic());
}

TEST_CASE("Factor is growth from 1 on, with terms that keep times() exact", "[core]") {
    STATIC_REQUIRE(Factor{1}.is_growth());
    STATIC_REQUIRE(Factor{1'000'000'000, 999'999'999}.is_growth());
    STATIC_REQUIRE_FALSE(Factor{0}.is_growth());
    STATIC_REQUIRE_FALSE(Factor{2, 3}.is_growth());
    STATIC_REQUIRE_FALSE(Factor{3, 0}.is_growth());
    STATIC_REQUIRE_FALSE(Factor{-3, -4}.is_growth());
    REQUIRE_FALSE(Factor{1'000'000'001}.is_growth());
}

TEST_CASE("Factor multiplies exactly, rounds down and saturates", "[core]") {
    constexpr Duration huge = Duration::max();
    STATIC_REQUIRE(Factor{3, 2}.times(5ns) == 7ns);
    STATIC_REQUIRE(Factor{1}.times(huge) == huge);
    STATIC_REQUIRE(Factor{2}.times(huge / 2) == huge - 1ns);
    STATIC_REQUIRE(Factor{2}.times(huge / 2 + 1ns) == huge);
    STATIC_REQUIRE(Factor{1'000'000'000, 999'999'999}.times(999'999'999ns) == 1'000'000'000ns);
    STATIC_REQUIRE(Factor{1'000'000'000, 999'999'999}.times(huge) == huge);
    STATIC_REQUIRE(Factor{1'000'000'000}.times(0s) == 0s);
    REQUIRE(Factor{11, 10}.times(1s) == 1100ms);
}
