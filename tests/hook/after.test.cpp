// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/after.hpp>

#include <string>
#include <vector>

#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::After;

namespace {
int calls = 0;
void count() { ++calls; }
int last_number = 0;
void note(grit::Attempt const& attempt) { last_number = attempt.number(); }
} // namespace

TEST_CASE("After: a hook of its event") {
    STATIC_REQUIRE(grit::Hook<After<count>>);
    STATIC_REQUIRE(After<count>::event == grit::Event::after);
}

TEST_CASE("After: a constant callable takes no room") {
    calls = last_number = 0;
    STATIC_REQUIRE(std::is_empty_v<After<count>>);
    STATIC_REQUIRE_FALSE(After<count>::needs_clock);
    STATIC_REQUIRE_FALSE(After<count>::needs_failure);
    After<count>{}(PlainQuery{});
    After<note>{}(PlainQuery{});
    REQUIRE(calls == 1);
    REQUIRE(last_number == 2);
}

TEST_CASE("After: a callable held by value, called through const") {
    std::vector<int> numbers;
    After const hook{[&](grit::Attempt const& attempt) { numbers.push_back(attempt.number()); }};
    hook(PlainQuery{});
    hook(PlainQuery{});
    REQUIRE(numbers == std::vector{2, 2});
    auto const copy = hook;
    copy(PlainQuery{});
    REQUIRE(numbers.size() == 3);
    STATIC_REQUIRE(std::is_empty_v<decltype(After{[] {}})>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<After<grit::dynamic, void (*)()>>);
}

TEST_CASE("After: only a callable that takes TimedAttempt needs the clock") {
    grit::Duration elapsed{};
    After const hook{[&](grit::TimedAttempt const& attempt) { elapsed = attempt.elapsed(); }};
    STATIC_REQUIRE(decltype(hook)::needs_clock);
    hook(SampleQuery{});
    REQUIRE(elapsed == std::chrono::seconds{5});
}

TEST_CASE("After: a callable that takes the failure") {
    std::string words;
    After const hook{[&](grit::Attempt const&, grit::Failure const& failure) { words = failure.what(); }};
    STATIC_REQUIRE(decltype(hook)::needs_failure);
    STATIC_REQUIRE_FALSE(decltype(hook)::needs_clock);
    hook(SampleQuery{});
    REQUIRE(words == "timed out");

    After const timed{[](grit::TimedAttempt const&, grit::Failure const&) {}};
    STATIC_REQUIRE(decltype(timed)::needs_failure);
    STATIC_REQUIRE(decltype(timed)::needs_clock);
}
