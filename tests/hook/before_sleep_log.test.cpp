// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/before_sleep_log.hpp>

#include "hook/sample_logger.hpp"
#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::BeforeSleepLog;

TEST_CASE("BeforeSleepLog: a hook of its event, without state by default") {
    STATIC_REQUIRE(grit::Hook<BeforeSleepLog<>>);
    STATIC_REQUIRE(BeforeSleepLog<>::event == grit::Event::before_sleep);
    STATIC_REQUIRE(std::is_empty_v<BeforeSleepLog<>>);
    STATIC_REQUIRE_FALSE(BeforeSleepLog<>::needs_clock);
}

TEST_CASE("BeforeSleepLog: one line with its level") {
    Lines lines;
    BeforeSleepLog const hook{lines};
    hook(SampleQuery{});
    REQUIRE(lines.text == "warning: chat: attempt 2 failed: timed out; next attempt in 1.5 s\n");
}

TEST_CASE("BeforeSleepLog: the level is a template argument") {
    Lines lines;
    BeforeSleepLog<Lines&, grit::LogLevel::error> const hook{lines};
    hook(SampleQuery{});
    REQUIRE(lines.text == "error: chat: attempt 2 failed: timed out; next attempt in 1.5 s\n");
}

TEST_CASE("BeforeSleepLog: a variable with state is held by reference, anything else by value") {
    Lines lines;
    STATIC_REQUIRE(std::is_same_v<decltype(BeforeSleepLog{lines}), BeforeSleepLog<Lines&>>);
    auto const function = [&lines](grit::LogLevel level, std::string_view text) { lines.log(level, text); };
    BeforeSleepLog const by_value{decltype(function){function}};
    STATIC_REQUIRE(std::is_same_v<decltype(by_value), BeforeSleepLog<std::remove_const_t<decltype(function)>> const>);
    by_value(SampleQuery{});
    REQUIRE(lines.text == "warning: chat: attempt 2 failed: timed out; next attempt in 1.5 s\n");

    grit::StderrLogger const stateless;
    STATIC_REQUIRE(std::is_same_v<decltype(BeforeSleepLog{stateless}), BeforeSleepLog<>>);
    BeforeSleepLog const copy{by_value};
    STATIC_REQUIRE(std::is_same_v<decltype(copy), decltype(by_value)>);
}
