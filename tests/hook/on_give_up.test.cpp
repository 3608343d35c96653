// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/on_give_up.hpp>

#include <string>

#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::OnGiveUp;

TEST_CASE("OnGiveUp: a hook of its event") {
    constexpr auto nothing = [] {};
    STATIC_REQUIRE(grit::Hook<OnGiveUp<nothing>>);
    STATIC_REQUIRE(OnGiveUp<nothing>::event == grit::Event::give_up);
    STATIC_REQUIRE(decltype(OnGiveUp{nothing})::event == grit::Event::give_up);
}

TEST_CASE("OnGiveUp: what the callable returns is handed on") {
    constexpr auto nothing = [] {};
    OnGiveUp const fallback{[](grit::Attempt const& attempt) { return std::to_string(attempt.number()); }};
    REQUIRE(fallback(PlainQuery{}) == "2");
    STATIC_REQUIRE(OnGiveUp{[] { return 7; }}(PlainQuery{}) == 7);
    STATIC_REQUIRE(std::is_void_v<decltype(OnGiveUp<nothing>{}(PlainQuery{}))>);
}

TEST_CASE("OnGiveUp: the failure knows the reason") {
    OnGiveUp const hook{[](grit::Attempt const&, grit::Failure const& failure) { return failure.reason(); }};
    REQUIRE(hook(SampleQuery{}) == grit::StopReason::attempts);
}
