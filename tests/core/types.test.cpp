// SPDX-License-Identifier: BSL-1.0
#include <grit/core/types.hpp>

#include "support/catch.hpp"

using grit::At;
using grit::contains;
using grit::Types;
using grit::Union;

TEST_CASE("Types knows its size and what it contains") {
    STATIC_REQUIRE(Types<>::size == 0);
    STATIC_REQUIRE(Types<int, char, int>::size == 3);
    STATIC_REQUIRE(contains<int, Types<char, int>>);
    STATIC_REQUIRE_FALSE(contains<int const, Types<char, int>>);
    STATIC_REQUIRE_FALSE(contains<int, Types<>>);
}

TEST_CASE("Union joins lists in order, each type once") {
    STATIC_REQUIRE(std::is_same_v<Union<>, Types<>>);
    STATIC_REQUIRE(std::is_same_v<Union<Types<int, char>, Types<>, Types<char, long, int>>, Types<int, char, long>>);
    STATIC_REQUIRE(std::is_same_v<Union<Types<int, int>>, Types<int>>);
    STATIC_REQUIRE(std::is_same_v<Union<Types<void>, Types<int&>>, Types<void, int&>>);
}

TEST_CASE("At finds a type by its position") {
    STATIC_REQUIRE(std::is_same_v<At<Types<int, char, int>, 0>, int>);
    STATIC_REQUIRE(std::is_same_v<At<Types<int, char, int>, 1>, char>);
    STATIC_REQUIRE(std::is_same_v<At<Types<int, char, int>, 2>, int>);
}
