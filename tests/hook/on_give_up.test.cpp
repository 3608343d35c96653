// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/on_give_up.hpp>

#include <string>
#include <vector>

#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::OnGiveUp;

namespace {
int calls = 0;
void count() { ++calls; }
int last_number = 0;
void note(grit::Attempt const& attempt) { last_number = attempt.number(); }
} // namespace

TEST_CASE("OnGiveUp: a hook of its event") {
    STATIC_REQUIRE(grit::Hook<OnGiveUp<count>>);
    STATIC_REQUIRE(OnGiveUp<count>::event == grit::Event::give_up);
}

TEST_CASE("OnGiveUp: a constant callable takes no room") {
    calls = last_number = 0;
    STATIC_REQUIRE(std::is_empty_v<OnGiveUp<count>>);
    STATIC_REQUIRE_FALSE(OnGiveUp<count>::needs_clock);
    STATIC_REQUIRE_FALSE(OnGiveUp<count>::needs_failure);
    OnGiveUp<count>{}(PlainQuery{});
    OnGiveUp<note>{}(PlainQuery{});
    REQUIRE(calls == 1);
    REQUIRE(last_number == 2);
}

TEST_CASE("OnGiveUp: a callable held by value, called through const") {
    std::vector<int> numbers;
    OnGiveUp const hook{[&](grit::Attempt const& attempt) { numbers.push_back(attempt.number()); }};
    hook(PlainQuery{});
    hook(PlainQuery{});
    REQUIRE(numbers == std::vector{2, 2});
    auto const copy = hook;
    copy(PlainQuery{});
    REQUIRE(numbers.size() == 3);
    STATIC_REQUIRE(std::is_empty_v<decltype(OnGiveUp{[] {}})>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<OnGiveUp<grit::dynamic, void (*)()>>);
}

TEST_CASE("OnGiveUp: only a callable that takes TimedAttempt needs the clock") {
    grit::Duration elapsed{};
    OnGiveUp const hook{[&](grit::TimedAttempt const& attempt) { elapsed = attempt.elapsed(); }};
    STATIC_REQUIRE(decltype(hook)::needs_clock);
    hook(SampleQuery{});
    REQUIRE(elapsed == std::chrono::seconds{5});
}

TEST_CASE("OnGiveUp: a callable that takes the failure") {
    std::string words;
    OnGiveUp const hook{[&](grit::Attempt const&, grit::Failure const& failure) { words = failure.what(); }};
    STATIC_REQUIRE(decltype(hook)::needs_failure);
    STATIC_REQUIRE_FALSE(decltype(hook)::needs_clock);
    hook(SampleQuery{});
    REQUIRE(words == "timed out");

    OnGiveUp const timed{[](grit::TimedAttempt const&, grit::Failure const&) {}};
    STATIC_REQUIRE(decltype(timed)::needs_failure);
    STATIC_REQUIRE(decltype(timed)::needs_clock);
}

TEST_CASE("OnGiveUp: what the callable returns is handed on") {
    OnGiveUp const fallback{[](grit::Attempt const& attempt) { return std::to_string(attempt.number()); }};
    REQUIRE(fallback(PlainQuery{}) == "2");
    STATIC_REQUIRE(OnGiveUp{[] { return 7; }}(PlainQuery{}) == 7);
    STATIC_REQUIRE(std::is_void_v<decltype(OnGiveUp<count>{}(PlainQuery{}))>);
}

TEST_CASE("OnGiveUp: the failure knows the reason") {
    OnGiveUp const hook{[](grit::Attempt const&, grit::Failure const& failure) { return failure.reason(); }};
    REQUIRE(hook(SampleQuery{}) == grit::StopReason::attempts);
}
