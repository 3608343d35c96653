// SPDX-License-Identifier: BSL-1.0
#include <grit/core/hana.hpp>

#include <any>
#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "support/catch.hpp"

using namespace grit;
using namespace grit::detail;

namespace {

enum class Color { red, green, blue };

template <int N>
struct Empty {
    constexpr int answer() const { return N; }
};
struct NotDefault {
    explicit constexpr NotDefault(int n) : value(n) {}
    int value;
};
/// Empty, and cannot be built on demand.
struct EmptyNotDefault {
    explicit constexpr EmptyNotDefault(int) {}
};
/// Takes anything, itself wrapped too.
struct Greedy {
    int wrapped = 0;
    Greedy() = default;
    Greedy(Greedy const&) = default;
    Greedy& operator=(Greedy const&) = default;
    template <class T>
        requires(!std::is_same_v<T, Greedy>)
    Greedy(T const&) : wrapped(1) {}
};

template <class... Ts>
struct Both : Hold<Ts...> {
    using Hold<Ts...>::Hold;
};

struct A {};
struct B {};
struct C {};

} // namespace

// Grouping.

TEST_CASE("positions are those of a value, in order") {
    using Values = ValueList<Color::red, Color::blue, Color::red>;
    STATIC_REQUIRE(std::is_same_v<Positions<Color::red, Values>::type, std::index_sequence<0, 2>>);
    STATIC_REQUIRE(std::is_same_v<Positions<Color::blue, Values>::type, std::index_sequence<1>>);
    STATIC_REQUIRE(std::is_same_v<Positions<Color::green, Values>::type, std::index_sequence<>>);
    STATIC_REQUIRE(std::is_same_v<Positions<Color::red, ValueList<>>::type, std::index_sequence<>>);
    STATIC_REQUIRE(Positions<Color::red, Values>::count == 2);
}

TEST_CASE("what is chosen has the value, and keeps its order") {
    using Values = ValueList<Color::red, Color::blue, Color::red>;
    STATIC_REQUIRE(std::is_same_v<Chosen<Color::red, Values, A, B, C>, Types<A, C>>);
    STATIC_REQUIRE(std::is_same_v<Chosen<Color::blue, Values, A, B, C>, Types<B>>);
    STATIC_REQUIRE(std::is_same_v<Chosen<Color::green, Values, A, B, C>, Types<>>);
    STATIC_REQUIRE(std::is_same_v<Chosen<Color::red, Values, A, A, A>, Types<A, A>>);
    STATIC_REQUIRE(std::is_same_v<Chosen<true, ValueList<>>, Types<>>);
    STATIC_REQUIRE(std::is_same_v<Chosen<true, ValueList<false, true>, int&, void>, Types<void>>);
}

// Storage.

TEST_CASE("a Hold builds what has no state and holds the rest") {
    Hold<Empty<42>, int, int> const held{Empty<42>{}, 1, 2};
    REQUIRE(held.part<0>().answer() == 42);
    REQUIRE(held.part<1>() == 1);
    REQUIRE(held.part<2>() == 2);
    REQUIRE(&held.part<1>() == &held.part<1>());
    REQUIRE(&held.part<1>() != &held.part<2>());
    STATIC_REQUIRE(std::is_same_v<decltype(held.part<0>()), Empty<42>>);
    STATIC_REQUIRE(std::is_same_v<decltype(held.part<1>()), int const&>);
    STATIC_REQUIRE(Hold<Empty<1>, Empty<2>>{}.part<1>().answer() == 2);
    STATIC_REQUIRE(Hold<int, Empty<7>, char>{5, Empty<7>{}, 'c'}.part<2>() == 'c');
}

TEST_CASE("equal empty types cost no byte") {
    STATIC_REQUIRE(std::is_empty_v<Hold<>>);
    STATIC_REQUIRE(std::is_empty_v<Hold<Empty<1>, Empty<1>, Empty<1>>>);
    STATIC_REQUIRE(sizeof(Hold<Empty<1>, int, Empty<1>>) == sizeof(int));
    STATIC_REQUIRE(sizeof(Hold<int, Hold<Empty<1>, Empty<1>>>) == sizeof(int));
    STATIC_REQUIRE(sizeof(Hold<int, int>) == 2 * sizeof(int));
    STATIC_REQUIRE_FALSE(is_stored<Empty<1>>);
    STATIC_REQUIRE(is_stored<int>);
    STATIC_REQUIRE(is_stored<EmptyNotDefault>);
    struct WithHold {
        int value;
        [[no_unique_address]] Hold<Empty<1>, Empty<1>> held;
    };
    STATIC_REQUIRE(sizeof(WithHold) == sizeof(int));
}

TEST_CASE("what takes anything is copied, not wrapped") {
    Hold<std::any> const any{std::any{5}};
    REQUIRE(std::any_cast<int>(any.part<0>()) == 5);
    Hold<std::any> const copy_of_any{any};
    REQUIRE(std::any_cast<int>(copy_of_any.part<0>()) == 5);

    std::function<int()> const seven = [] { return 7; };
    Hold<Empty<1>, std::function<int()>> const function{Empty<1>{}, seven};
    Hold<Empty<1>, std::function<int()>> const copy_of_function{function};
    REQUIRE(copy_of_function.part<1>()() == 7);

    Hold<Greedy> const greedy{Greedy{}};
    REQUIRE(greedy.part<0>().wrapped == 0);
    Hold<Greedy> other{greedy};
    REQUIRE(other.part<0>().wrapped == 0);
    other = greedy;
    REQUIRE(other.part<0>().wrapped == 0);
    Hold<Greedy, std::any, int> const three{Greedy{}, std::any{'c'}, 3};
    auto const copy_of_three = three;
    REQUIRE(copy_of_three.part<0>().wrapped == 0);
    REQUIRE(std::any_cast<char>(copy_of_three.part<1>()) == 'c');

    Hold<std::any> const nested{std::any{std::any{1}}};
    REQUIRE(std::any_cast<int>(nested.part<0>()) == 1);
}

TEST_CASE("a reference is held as a reference") {
    int number = 1;
    Hold<int&, Empty<1>> const held{number, Empty<1>{}};
    held.part<0>() = 5;
    REQUIRE(number == 5);
    REQUIRE(&held.part<0>() == &number);
    STATIC_REQUIRE(std::is_same_v<decltype(held.part<0>()), int&>);
    Hold<int const&> const view{number};
    auto const copy = view;
    REQUIRE(&copy.part<0>() == &number);
}

TEST_CASE("parts without a default constructor must be given, all others may be left out") {
    STATIC_REQUIRE(std::is_default_constructible_v<Hold<Empty<1>, int, std::string>>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<Hold<Empty<1>, NotDefault>>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<Hold<EmptyNotDefault>>);
    STATIC_REQUIRE(Hold<int>{}.part<0>() == 0);
    constexpr Hold<NotDefault, Empty<1>, EmptyNotDefault> held{NotDefault{3}, Empty<1>{}, EmptyNotDefault{0}};
    STATIC_REQUIRE(held.part<0>().value == 3);
    STATIC_REQUIRE(std::is_same_v<decltype(held.part<2>()), EmptyNotDefault const&>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<int, Hold<int>>);
}

TEST_CASE("unpack gives all parts in their order") {
    Hold<int, Empty<2>, std::string> const held{1, Empty<2>{}, "three"};
    std::string const joined = held.unpack([](int one, auto const& two, std::string const& three) {
        return std::to_string(one) + std::to_string(two.answer()) + three;
    });
    REQUIRE(joined == "12three");
    STATIC_REQUIRE(Hold<>{}.unpack([](auto const&... parts) { return sizeof...(parts); }) == 0);
    REQUIRE(held.unpack([](auto const& one, auto const&...) { return &one; }) == &held.part<0>());
}

TEST_CASE("combine makes a flat list of what stands alone and what is combined already") {
    constexpr auto two = combine<Both>(1, 'b');
    STATIC_REQUIRE(std::is_same_v<decltype(two), Both<int, char> const>);
    constexpr auto left = combine<Both>(two, 3L);
    constexpr auto right = combine<Both>(3L, two);
    constexpr auto four = combine<Both>(two, two);
    STATIC_REQUIRE(std::is_same_v<decltype(left), Both<int, char, long> const>);
    STATIC_REQUIRE(std::is_same_v<decltype(right), Both<long, int, char> const>);
    STATIC_REQUIRE(std::is_same_v<decltype(four), Both<int, char, int, char> const>);
    STATIC_REQUIRE(left.part<2>() == 3L);
    STATIC_REQUIRE(right.part<0>() == 3L);
    STATIC_REQUIRE(four.part<3>() == 'b');
    STATIC_REQUIRE(std::is_empty_v<decltype(combine<Both>(Empty<1>{}, Empty<1>{}))>);
}

TEST_CASE("parts that share an owner are copied with their Hold") {
    auto const shared = std::make_shared<int>(1);
    {
        Hold<std::shared_ptr<int>, std::shared_ptr<int>> const held{shared, shared};
        auto const copy = held;
        REQUIRE(shared.use_count() == 5);
        REQUIRE(copy.part<1>() == shared);
    }
    REQUIRE(shared.use_count() == 1);
}

namespace {

/// A base with a number, and one that holds parts without state, at the same place.
struct Number {
    explicit constexpr Number(long n) : number(n) {}
    long number;
};
template <class... Parts>
struct Numbered : Number, Hold<Parts...> {
    explicit constexpr Numbered(long n) : Number(n), Hold<Parts...>(Parts{}...) {}
    std::atomic<long> changes{0}; // not a value that can be copied
};

} // namespace

TEST_CASE("parts without state take no room and leave alone what stands at their place") {
    Numbered<> none{7};
    Numbered<Empty<1>> one{7};
    Numbered<Empty<1>, Empty<2>> two{7};
    CHECK(none.number == 7);
    CHECK(one.number == 7);
    CHECK(two.number == 7);
    STATIC_REQUIRE(sizeof(two) == 2 * sizeof(long));
    STATIC_REQUIRE(std::is_same_v<decltype(two.part<1>()), Empty<2>>);
    STATIC_REQUIRE(Hold<Empty<1>, Empty<2>>{}.unpack([](auto const&... parts) { return sizeof...(parts); }) == 2);
}
