// SPDX-License-Identifier: BSL-1.0
#include <grit/core/value.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;

namespace {

struct Empty {
    constexpr int answer() const { return 42; }
};

struct Held {
    int value;
};
struct NeedsOne {
    explicit constexpr NeedsOne(int) {}
};

struct Policies {
    Held held{7};
    template <class P>
    constexpr P const& stored() const {
        return held;
    }
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

TEST_CASE("Values have one form if all are constant or none", "[core]") {
    constexpr ConstantDuration constant = 1s;
    STATIC_REQUIRE(detail::one_form(constant, constant));
    STATIC_REQUIRE(detail::one_form(ConstantDuration{dynamic}, ConstantInt{dynamic}));
    STATIC_REQUIRE_FALSE(detail::one_form(constant, ConstantInt{dynamic}));
    REQUIRE(detail::one_form());
}

TEST_CASE("A policy without state is built where it is asked for, any other is referred to", "[core]") {
    STATIC_REQUIRE(detail::BuiltOnDemand<Empty>);
    STATIC_REQUIRE_FALSE(detail::BuiltOnDemand<Held>);
    STATIC_REQUIRE_FALSE(detail::BuiltOnDemand<NeedsOne>);
    STATIC_REQUIRE(std::is_same_v<decltype(detail::policy_of<Empty>(Policies{})), Empty>);
    STATIC_REQUIRE(detail::policy_of<Empty>(Policies{}).answer() == 42);
    Policies const policies;
    REQUIRE(&detail::policy_of<Held>(policies) == &policies.held);
    REQUIRE(&detail::policy_of<Held>(policies.held) == &policies.held);
}
