// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/before_log.hpp>

#include "hook/sample_logger.hpp"
#include "hook/sample_query.hpp"
#include "support/catch.hpp"

#include <grit/retry.hpp>

using grit::BeforeLog;

TEST_CASE("BeforeLog: a hook of its event, without state by default") {
    STATIC_REQUIRE(grit::Hook<BeforeLog<>>);
    STATIC_REQUIRE(BeforeLog<>::event == grit::Event::before);
    STATIC_REQUIRE(std::is_empty_v<BeforeLog<>>);
    STATIC_REQUIRE_FALSE(BeforeLog<>::needs_clock);
}

TEST_CASE("BeforeLog: one line with its level") {
    Lines lines;
    BeforeLog const hook{lines};
    hook(SampleQuery{});
    REQUIRE(lines.text == "info: chat: attempt 2 starts\n");
}

TEST_CASE("BeforeLog: the level is a template argument") {
    Lines lines;
    BeforeLog<Lines&, grit::LogLevel::error> const hook{lines};
    hook(SampleQuery{});
    REQUIRE(lines.text == "error: chat: attempt 2 starts\n");
}

TEST_CASE("BeforeLog: a variable with state is held by reference, anything else by value") {
    Lines lines;
    STATIC_REQUIRE(std::is_same_v<decltype(BeforeLog{lines}), BeforeLog<Lines&>>);
    auto const function = [&lines](grit::LogLevel level, std::string_view text) { lines.log(level, text); };
    BeforeLog const by_value{decltype(function){function}};
    STATIC_REQUIRE(std::is_same_v<decltype(by_value), BeforeLog<std::remove_const_t<decltype(function)>> const>);
    by_value(SampleQuery{});
    REQUIRE(lines.text == "info: chat: attempt 2 starts\n");

    grit::StderrLogger const stateless;
    STATIC_REQUIRE(std::is_same_v<decltype(BeforeLog{stateless}), BeforeLog<>>);
    BeforeLog const copy{by_value};
    STATIC_REQUIRE(std::is_same_v<decltype(copy), decltype(by_value)>);
}

TEST_CASE("BeforeLog: the first line names the policies, as describe() writes them") {
    Lines lines;
    grit::Retrying<grit::StopAfterAttempt<2>, grit::BeforeLog<Lines&>, grit::Name<"chat">> const retrying{
        BeforeLog{lines}};
    int calls = 0;
    retrying([&] {
        if (++calls == 1) throw std::runtime_error("timed out");
    });
    std::string const policies{grit::describe<decltype(retrying)>()};
    REQUIRE(policies.starts_with("Retrying<StopAfterAttempt<2>, BeforeLog"));
    REQUIRE(lines.text == "info: chat: attempt 1 starts; " + policies + "\ninfo: chat: attempt 2 starts\n");

    lines.text.clear();
    (void)retrying.report([] {}); // what report() adds is nobody's policy
    REQUIRE(lines.text == "info: chat: attempt 1 starts; " + policies + "\n");
}
