// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/on_success.hpp>

#include <string>

#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::OnSuccess;

TEST_CASE("OnSuccess: a hook of its event") {
    constexpr auto nothing = [] {};
    STATIC_REQUIRE(grit::Hook<OnSuccess<nothing>>);
    STATIC_REQUIRE(OnSuccess<nothing>::event == grit::Event::success);
    STATIC_REQUIRE(decltype(OnSuccess{nothing})::event == grit::Event::success);
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
    static int calls;
    calls = 0;
    constexpr auto count = [] { ++calls; };
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
