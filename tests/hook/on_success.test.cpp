// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/on_success.hpp>

#include <string>
#include <vector>

#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::OnSuccess;

namespace {
int calls = 0;
void count() { ++calls; }
int last_number = 0;
void note(grit::Attempt const& attempt) { last_number = attempt.number(); }
} // namespace

TEST_CASE("OnSuccess: a hook of its event") {
    STATIC_REQUIRE(grit::Hook<OnSuccess<count>>);
    STATIC_REQUIRE(OnSuccess<count>::event == grit::Event::success);
}

TEST_CASE("OnSuccess: a constant callable takes no room") {
    calls = last_number = 0;
    STATIC_REQUIRE(std::is_empty_v<OnSuccess<count>>);
    STATIC_REQUIRE_FALSE(OnSuccess<count>::needs_clock);
    STATIC_REQUIRE_FALSE(OnSuccess<count>::needs_failure);
    OnSuccess<count>{}(PlainQuery{});
    OnSuccess<note>{}(PlainQuery{});
    REQUIRE(calls == 1);
    REQUIRE(last_number == 2);
}

TEST_CASE("OnSuccess: a callable held by value, called through const") {
    std::vector<int> numbers;
    OnSuccess const hook{[&](grit::Attempt const& attempt) { numbers.push_back(attempt.number()); }};
    hook(PlainQuery{});
    hook(PlainQuery{});
    REQUIRE(numbers == std::vector{2, 2});
    auto const copy = hook;
    copy(PlainQuery{});
    REQUIRE(numbers.size() == 3);
    STATIC_REQUIRE(std::is_empty_v<decltype(OnSuccess{[] {}})>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<OnSuccess<grit::dynamic, void (*)()>>);
}

TEST_CASE("OnSuccess: only a callable that takes TimedAttempt needs the clock") {
    grit::Duration elapsed{};
    OnSuccess const hook{[&](grit::TimedAttempt const& attempt) { elapsed = attempt.elapsed(); }};
    STATIC_REQUIRE(decltype(hook)::needs_clock);
    hook(SampleQuery{});
    REQUIRE(elapsed == std::chrono::seconds{5});
}

TEST_CASE("OnSuccess: a callable that takes the result") {
    std::string seen;
    OnSuccess const hook{[&](grit::Attempt const& attempt, std::string const& result) {
        seen = result + std::to_string(attempt.number());
    }};
    STATIC_REQUIRE_FALSE(decltype(hook)::needs_clock);
    hook(PlainQuery{}, std::string{"page "});
    REQUIRE(seen == "page 2");
}

TEST_CASE("OnSuccess: a result that the callable does not take is not passed") {
    calls = 0;
    OnSuccess<count>{}(PlainQuery{}, 42);
    OnSuccess<count>{}(PlainQuery{});
    REQUIRE(calls == 2);
}

TEST_CASE("OnSuccess: a callable that takes the time and the result") {
    int seen = 0;
    OnSuccess const hook{[&](grit::TimedAttempt const& attempt, int result) noexcept {
        seen = result + static_cast<int>(attempt.elapsed() / std::chrono::seconds{1});
    }};
    STATIC_REQUIRE(decltype(hook)::needs_clock);
    hook(SampleQuery{}, 10);
    REQUIRE(seen == 15);
}

TEST_CASE("OnSuccess: any result, or none") {
    std::size_t results = 0;
    OnSuccess const hook{[&](grit::Attempt const&, auto const&... result) { results = 1 + sizeof...(result); }};
    hook(PlainQuery{}, 1);
    REQUIRE(results == 2);
    hook(PlainQuery{});
    REQUIRE(results == 1);
}
