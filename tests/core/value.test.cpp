// SPDX-License-Identifier: BSL-1.0
#include <grit/core/value.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;

namespace {

struct Empty {
    constexpr int answer() const { return 42; }
};

template <ConstantDuration A, ConstantDuration B, ConstantInt N>
struct Values : detail::DurationValue<A, 0>, detail::DurationValue<B, 1>, detail::IntValue<N> {};

} // namespace

TEST_CASE("ConstantInt takes any integer and saturates", "[core]") {
    STATIC_REQUIRE(ConstantInt{5}.value() == 5);
    STATIC_REQUIRE(ConstantInt{5} == ConstantInt{5ull});
    STATIC_REQUIRE(ConstantInt{5'000'000'000}.value() == std::numeric_limits<int>::max());
    STATIC_REQUIRE(ConstantInt{-5'000'000'000}.value() == std::numeric_limits<int>::min());
    STATIC_REQUIRE(ConstantInt{dynamic}.is_dynamic());
    STATIC_REQUIRE_FALSE(ConstantInt{0} == ConstantInt{dynamic});
    REQUIRE_FALSE(ConstantInt{-1}.is_dynamic());
}

TEST_CASE("A constant value takes no room, a run-time value is held", "[core]") {
    STATIC_REQUIRE(std::is_empty_v<Values<1s, 1s, 1>>);
    STATIC_REQUIRE(sizeof(Values<1s, dynamic, 1>) == sizeof(Duration));
    STATIC_REQUIRE(detail::DurationValue<1s>::get() == 1s);
    STATIC_REQUIRE(detail::IntValue<7>::get() == 7);
    REQUIRE(detail::DurationValue<>{2s}.get() == 2s);
    REQUIRE(detail::IntValue<>{3}.get() == 3);
}

TEST_CASE("A limit that is only needed after a failure has the same value, wherever it is read from", "[core]") {
    using detail::DurationValue, detail::ticks_after_failure;
    constexpr DurationValue<1s> narrow; // an int can hold it
    constexpr DurationValue<60s> wide;
    STATIC_REQUIRE(ticks_after_failure(narrow) == 1'000'000'000);
    STATIC_REQUIRE(ticks_after_failure(wide) == 60'000'000'000);
    STATIC_REQUIRE(ticks_after_failure(DurationValue<>{60s}) == 60'000'000'000);
    REQUIRE(ticks_after_failure(narrow) == 1'000'000'000);
    REQUIRE(ticks_after_failure(wide) == 60'000'000'000);
    REQUIRE(ticks_after_failure(DurationValue<Duration::max()>{}) == std::numeric_limits<std::int64_t>::max());
    REQUIRE(ticks_after_failure(DurationValue<>{60s}) == 60'000'000'000);
}

TEST_CASE("Values have one form if all are constant or none", "[core]") {
    constexpr ConstantDuration constant = 1s;
    STATIC_REQUIRE(detail::one_form(constant, constant));
    STATIC_REQUIRE(detail::one_form(ConstantDuration{dynamic}, ConstantInt{dynamic}));
    STATIC_REQUIRE_FALSE(detail::one_form(constant, ConstantInt{dynamic}));
    REQUIRE(detail::one_form());
}

TEST_CASE("HeldAll builds what has no state and holds the rest", "[core]") {
    STATIC_REQUIRE(std::is_empty_v<detail::HeldAll<Empty, Empty, Empty>>);
    STATIC_REQUIRE(detail::HeldAll<Empty, Empty>{}.part<1>().answer() == 42);
    STATIC_REQUIRE(sizeof(detail::HeldAll<Empty, int, Empty>) == sizeof(int));

    detail::HeldAll<Empty, int, int> const held{Empty{}, 1, 2};
    REQUIRE(held.part<0>().answer() == 42);
    REQUIRE(held.part<1>() == 1);
    REQUIRE(held.part<2>() == 2);
    REQUIRE(&held.part<1>() == &held.part<1>());
}
