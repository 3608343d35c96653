// SPDX-License-Identifier: BSL-1.0
#include <grit/core/policy_set.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace grit::detail;

namespace {

template <int>
struct Numbered {
    static constexpr Family family = Family::stop;
    using Kind = Numbered<0>;
};
struct Value {
    static constexpr Family family = Family::wait;
    using Kind = Value;
    int value;
};
template <int>
struct OtherWait {
    static constexpr Family family = Family::wait;
    using Kind = OtherWait<0>;
};
struct Watcher {
    static constexpr Family family = Family::hook;
};
struct OtherWatcher : Watcher {};
struct Repeated {
    static constexpr Family family = Family::retry;
    static constexpr bool repeatable = true;
};

using Set = PolicySet<Numbered<1>, Value, Watcher, Numbered<2>>;

constexpr int value_in_set() {
    Value const value{42};
    return detail::policy_of<Value>(Set{Given<Value>{value}}).value;
}

} // namespace

TEST_CASE("a PolicySet groups its policies by family, in their order") {
    STATIC_REQUIRE(std::is_same_v<Set::Of<Family::stop>, Types<Numbered<1>, Numbered<2>>>);
    STATIC_REQUIRE(std::is_same_v<Set::Of<Family::wait>, Types<Value>>);
    STATIC_REQUIRE(std::is_same_v<Set::Of<Family::hook>, Types<Watcher>>);
    STATIC_REQUIRE(std::is_same_v<Set::Of<Family::retry>, Types<>>);
    STATIC_REQUIRE(std::is_same_v<PolicySet<>::Of<Family::stop>, Types<>>);
}

TEST_CASE("a PolicySet holds what has a value and nothing else") {
    STATIC_REQUIRE(value_in_set() == 42);
    STATIC_REQUIRE(sizeof(Set) == sizeof(int));
    STATIC_REQUIRE(sizeof(PolicySet<Numbered<1>, Numbered<2>, Watcher, OtherWait<1>, Repeated>) == 1);
    STATIC_REQUIRE(is_stored<Value>);
    STATIC_REQUIRE_FALSE(is_stored<Watcher>);

    Value const value{7};
    Set const set{Given<Value, Watcher>{value, Watcher{}}};
    REQUIRE(detail::policy_of<Value>(set).value == 7);
    REQUIRE(&detail::policy_of<Value>(set) == &detail::policy_of<Value>(set));
    STATIC_REQUIRE(std::is_same_v<decltype(detail::policy_of<Watcher>(set)), Watcher>);
}

TEST_CASE("policies of one kind stand once, unless they may repeat") {
    STATIC_REQUIRE(find_clash<>() == Clash::none);
    STATIC_REQUIRE(find_clash<Numbered<1>, Value>() == Clash::none);
    STATIC_REQUIRE(find_clash<Numbered<1>, Numbered<2>>() == Clash::kind);
    STATIC_REQUIRE(find_clash<Value, OtherWait<1>>() == Clash::kind); // there is one wait, whatever its template
    STATIC_REQUIRE(find_clash<Watcher, Watcher>() == Clash::type);
    STATIC_REQUIRE(find_clash<Repeated, Repeated>() == Clash::type);
}

TEST_CASE("a PolicySet knows its clash, and whether its families differ") {
    STATIC_REQUIRE(are_different<ValueList<>>);
    STATIC_REQUIRE(are_different<ValueList<Family::stop, Family::wait>>);
    STATIC_REQUIRE_FALSE(are_different<ValueList<Family::stop, Family::wait, Family::stop>>);

    STATIC_REQUIRE(PolicySet<Numbered<1>, Value, Watcher>::clash == Clash::none);
    STATIC_REQUIRE(PolicySet<Numbered<1>, Watcher, Numbered<2>>::clash == Clash::kind);
    STATIC_REQUIRE(PolicySet<Value, Numbered<1>, OtherWait<1>>::clash == Clash::none); // checked by its size
    STATIC_REQUIRE(PolicySet<Watcher, Numbered<1>, Watcher>::clash == Clash::type);
    STATIC_REQUIRE(PolicySet<Watcher, OtherWatcher>::clash == Clash::none);
}
