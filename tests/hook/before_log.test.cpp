// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/before_log.hpp>

#include <grit/retry.hpp>

#include "hook/sample_logger.hpp"
#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::BeforeLog;

TEST_CASE("BeforeLog: one line of its event, with its level") {
    STATIC_REQUIRE(BeforeLog<>::event == grit::Event::before);
    STATIC_REQUIRE(std::is_same_v<BeforeLog<>, BeforeLog<grit::StderrLogger, grit::LogLevel::info>>);
    Lines lines;
    BeforeLog const hook{lines};
    hook(SampleQuery{});
    REQUIRE(lines.text == "info: chat: attempt 2 starts\n");
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
