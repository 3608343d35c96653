// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/before.hpp>

#include <string>
#include <vector>

#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::Before;

namespace {
int calls = 0;
void count() { ++calls; }
int last_number = 0;
void note(grit::Attempt const& attempt) { last_number = attempt.number(); }
} // namespace

TEST_CASE("Before: a hook of its event") {
    STATIC_REQUIRE(grit::Hook<Before<count>>);
    STATIC_REQUIRE(Before<count>::event == grit::Event::before);
}

TEST_CASE("Before: a constant callable takes no room") {
    calls = last_number = 0;
    STATIC_REQUIRE(std::is_empty_v<Before<count>>);
    STATIC_REQUIRE_FALSE(Before<count>::needs_clock);
    STATIC_REQUIRE_FALSE(Before<count>::needs_failure);
    Before<count>{}(PlainQuery{});
    Before<note>{}(PlainQuery{});
    REQUIRE(calls == 1);
    REQUIRE(last_number == 2);
}

TEST_CASE("Before: a callable held by value, called through const") {
    std::vector<int> numbers;
    Before const hook{[&](grit::Attempt const& attempt) { numbers.push_back(attempt.number()); }};
    hook(PlainQuery{});
    hook(PlainQuery{});
    REQUIRE(numbers == std::vector{2, 2});
    auto const copy = hook;
    copy(PlainQuery{});
    REQUIRE(numbers.size() == 3);
    STATIC_REQUIRE(std::is_empty_v<decltype(Before{[] {}})>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<Before<grit::dynamic, void (*)()>>);
}

TEST_CASE("Before: only a callable that takes TimedAttempt needs the clock") {
    grit::Duration elapsed{};
    Before const hook{[&](grit::TimedAttempt const& attempt) { elapsed = attempt.elapsed(); }};
    STATIC_REQUIRE(decltype(hook)::needs_clock);
    hook(SampleQuery{});
    REQUIRE(elapsed == std::chrono::seconds{5});
}
