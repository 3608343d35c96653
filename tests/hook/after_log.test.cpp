// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/after_log.hpp>

#include "hook/sample_logger.hpp"
#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using grit::AfterLog;

TEST_CASE("AfterLog: one line of its event, with its level") {
    STATIC_REQUIRE(AfterLog<>::event == grit::Event::after);
    STATIC_REQUIRE(std::is_same_v<AfterLog<>, AfterLog<grit::StderrLogger, grit::LogLevel::info>>);
    Lines lines;
    AfterLog const hook{lines};
    hook(SampleQuery{});
    REQUIRE(lines.text == "info: chat: attempt 2 failed: timed out\n");
}
