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
    using Ten = Types<int, char, long, short, bool, float, double, void, int*, char*>;
    STATIC_REQUIRE(std::is_same_v<At<Ten, 3>, short>);
    STATIC_REQUIRE(std::is_same_v<At<Ten, 4>, bool>);
    STATIC_REQUIRE(std::is_same_v<At<Ten, 7>, void>);
    STATIC_REQUIRE(std::is_same_v<At<Ten, 8>, int*>);
    STATIC_REQUIRE(std::is_same_v<At<Ten, 9>, char*>);
}

TEST_CASE("Merged adds what a list lacks") {
    using grit::detail::Merged;
    STATIC_REQUIRE(std::is_same_v<Merged<Types<>, Types<>>, Types<>>);
    STATIC_REQUIRE(std::is_same_v<Merged<Types<>, Types<int>>, Types<int>>);
    STATIC_REQUIRE(std::is_same_v<Merged<Types<>, Types<int, int>>, Types<int>>);
    STATIC_REQUIRE(std::is_same_v<Merged<Types<int>, Types<>>, Types<int>>);
    STATIC_REQUIRE(std::is_same_v<Merged<Types<int, char>, Types<char, long>>, Types<int, char, long>>);
}

TEST_CASE("what stands for a trait of the standard library says the same") {
    struct Base {};
    struct Derived : Base {
        int held;
    };
    STATIC_REQUIRE(grit::detail::is_base_of<Base, Derived>);
    STATIC_REQUIRE(grit::detail::is_base_of<Base, Base>);
    STATIC_REQUIRE_FALSE(grit::detail::is_base_of<Derived, Base>);
    STATIC_REQUIRE_FALSE(grit::detail::is_base_of<int, int>);
    STATIC_REQUIRE(grit::detail::is_empty<Base>);
    STATIC_REQUIRE_FALSE(grit::detail::is_empty<Derived>);
    STATIC_REQUIRE_FALSE(grit::detail::is_empty<int>);
    STATIC_REQUIRE(std::is_same_v<grit::detail::Conditional<true, int, void>, int>);
    STATIC_REQUIRE(std::is_same_v<grit::detail::Conditional<false, int, void>, void>);
}
