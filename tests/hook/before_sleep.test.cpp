// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/before_sleep.hpp>

#include <string>
#include <vector>

#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::BeforeSleep;

namespace {
int calls = 0;
void count() { ++calls; }
int last_number = 0;
void note(grit::Attempt const& attempt) { last_number = attempt.number(); }
} // namespace

TEST_CASE("BeforeSleep: a hook of its event") {
    STATIC_REQUIRE(grit::Hook<BeforeSleep<count>>);
    STATIC_REQUIRE(BeforeSleep<count>::event == grit::Event::before_sleep);
}

TEST_CASE("BeforeSleep: a constant callable takes no room") {
    calls = last_number = 0;
    STATIC_REQUIRE(std::is_empty_v<BeforeSleep<count>>);
    STATIC_REQUIRE_FALSE(BeforeSleep<count>::needs_clock);
    STATIC_REQUIRE_FALSE(BeforeSleep<count>::needs_failure);
    BeforeSleep<count>{}(PlainQuery{});
    BeforeSleep<note>{}(PlainQuery{});
    REQUIRE(calls == 1);
    REQUIRE(last_number == 2);
}

TEST_CASE("BeforeSleep: a callable held by value, called through const") {
    std::vector<int> numbers;
    BeforeSleep const hook{[&](grit::Attempt const& attempt) { numbers.push_back(attempt.number()); }};
    hook(PlainQuery{});
    hook(PlainQuery{});
    REQUIRE(numbers == std::vector{2, 2});
    auto const copy = hook;
    copy(PlainQuery{});
    REQUIRE(numbers.size() == 3);
    STATIC_REQUIRE(std::is_empty_v<decltype(BeforeSleep{[] {}})>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<BeforeSleep<grit::dynamic, void (*)()>>);
}

TEST_CASE("BeforeSleep: only a callable that takes TimedAttempt needs the clock") {
    grit::Duration elapsed{};
    BeforeSleep const hook{[&](grit::TimedAttempt const& attempt) { elapsed = attempt.elapsed(); }};
    STATIC_REQUIRE(decltype(hook)::needs_clock);
    hook(SampleQuery{});
    REQUIRE(elapsed == std::chrono::seconds{5});
}

TEST_CASE("BeforeSleep: a callable that takes the failure") {
    std::string words;
    BeforeSleep const hook{[&](grit::Attempt const&, grit::Failure const& failure) { words = failure.what(); }};
    STATIC_REQUIRE(decltype(hook)::needs_failure);
    STATIC_REQUIRE_FALSE(decltype(hook)::needs_clock);
    hook(SampleQuery{});
    REQUIRE(words == "timed out");

    BeforeSleep const timed{[](grit::TimedAttempt const&, grit::Failure const&) {}};
    STATIC_REQUIRE(decltype(timed)::needs_failure);
    STATIC_REQUIRE(decltype(timed)::needs_clock);
}
