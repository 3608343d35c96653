// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/judge.hpp>

#include <exception>
#include <stdexcept>
#include <type_traits>

#include "support/catch.hpp"

using namespace grit;
using detail::CatchList;

namespace {
struct Base {};
struct Middle : Base {};
struct Derived : Middle {};
struct Other {};
struct Open : Rejected {
    Open() : Rejected("breaker") {}
};

template <class List, class Expected, class Vetoes = Types<>>
inline constexpr bool sorts_to = std::is_same_v<CatchList<List, Vetoes>, Expected>;
} // namespace

TEST_CASE("signals are caught after what is named") {
    STATIC_REQUIRE(sorts_to<Types<>, Types<Signal>>);
    STATIC_REQUIRE(sorts_to<Types<Other>, Types<Other, Signal>>);
    STATIC_REQUIRE(sorts_to<Types<Base, Other>, Types<Base, Other, Signal>>);
}

TEST_CASE("derived types are caught before their bases, whatever the order named") {
    STATIC_REQUIRE(sorts_to<Types<Base, Derived, Middle>, Types<Derived, Middle, Base, Signal>>);
    STATIC_REQUIRE(sorts_to<Types<Middle, Other, Base, Derived>, Types<Other, Derived, Middle, Base, Signal>>);
    STATIC_REQUIRE(sorts_to<Types<Derived, Middle, Base>, Types<Derived, Middle, Base, Signal>>);
}

TEST_CASE("signals and rejections are caught before a named base of theirs") {
    STATIC_REQUIRE(sorts_to<Types<std::exception>, Types<Signal, Rejected, std::exception>>);
    STATIC_REQUIRE(sorts_to<Types<std::runtime_error>, Types<Rejected, std::runtime_error, Signal>>);
    STATIC_REQUIRE(sorts_to<Types<std::logic_error>, Types<std::logic_error, Signal>>);
    STATIC_REQUIRE(sorts_to<Types<Other, std::exception>, Types<Other, Signal, Rejected, std::exception>>);
}

TEST_CASE("a rejection that is named is caught as itself") {
    STATIC_REQUIRE(sorts_to<Types<Open>, Types<Open, Signal>>);
    STATIC_REQUIRE(sorts_to<Types<Rejected>, Types<Signal, Rejected>> ||
                   sorts_to<Types<Rejected>, Types<Rejected, Signal>>);
    STATIC_REQUIRE(sorts_to<Types<std::runtime_error, Open>, Types<Open, Rejected, std::runtime_error, Signal>>);
}

TEST_CASE("vetoes are caught before what they do not derive from") {
    STATIC_REQUIRE(sorts_to<Types<Base, Other>, Types<Other, Base, Signal>, Types<Other>>);
    STATIC_REQUIRE(sorts_to<Types<Derived, Base>, Types<Derived, Base, Signal>, Types<Base>>);
    STATIC_REQUIRE(
        sorts_to<Types<std::exception, Other>, Types<Other, Signal, Rejected, std::exception>, Types<Other>>);
}
