// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/before_sleep_log.hpp>

#include "hook/sample_logger.hpp"
#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::BeforeSleepLog;

TEST_CASE("BeforeSleepLog: one line of its event, with its level") {
    STATIC_REQUIRE(BeforeSleepLog<>::event == grit::Event::before_sleep);
    STATIC_REQUIRE(std::is_same_v<BeforeSleepLog<>, BeforeSleepLog<grit::StderrLogger, grit::LogLevel::warning>>);
    Lines lines;
    BeforeSleepLog const hook{lines};
    hook(SampleQuery{});
    REQUIRE(lines.text == "warning: chat: attempt 2 failed: timed out; next attempt in 1.5 s\n");
}
