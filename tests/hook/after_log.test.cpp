// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/after_log.hpp>

#include "hook/sample_logger.hpp"
#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::AfterLog;

TEST_CASE("AfterLog: a hook of its event, without state by default") {
    STATIC_REQUIRE(grit::Hook<AfterLog<>>);
    STATIC_REQUIRE(AfterLog<>::event == grit::Event::after);
    STATIC_REQUIRE(std::is_empty_v<AfterLog<>>);
    STATIC_REQUIRE_FALSE(AfterLog<>::needs_clock);
}

TEST_CASE("AfterLog: one line with its level") {
    Lines lines;
    AfterLog const hook{lines};
    hook(SampleQuery{});
    REQUIRE(lines.text == "info: chat: attempt 2 failed: timed out\n");
}

TEST_CASE("AfterLog: the level is a template argument") {
    Lines lines;
    AfterLog<Lines&, grit::LogLevel::error> const hook{lines};
    hook(SampleQuery{});
    REQUIRE(lines.text == "error: chat: attempt 2 failed: timed out\n");
}

TEST_CASE("AfterLog: a variable with state is held by reference, anything else by value") {
    Lines lines;
    STATIC_REQUIRE(std::is_same_v<decltype(AfterLog{lines}), AfterLog<Lines&>>);
    auto const function = [&lines](grit::LogLevel level, std::string_view text) { lines.log(level, text); };
    AfterLog const by_value{decltype(function){function}};
    STATIC_REQUIRE(std::is_same_v<decltype(by_value), AfterLog<std::remove_const_t<decltype(function)>> const>);
    by_value(SampleQuery{});
    REQUIRE(lines.text == "info: chat: attempt 2 failed: timed out\n");

    grit::StderrLogger const stateless;
    STATIC_REQUIRE(std::is_same_v<decltype(AfterLog{stateless}), AfterLog<>>);
    AfterLog const copy{by_value};
    STATIC_REQUIRE(std::is_same_v<decltype(copy), decltype(by_value)>);
}
