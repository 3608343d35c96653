// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/logger.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace {
struct WithLog {
    void log(grit::LogLevel, std::string_view) const {}
};
struct NotConst {
    void log(grit::LogLevel, std::string_view) {}
};
} // namespace

TEST_CASE("Logger: log(level, text) or a call") {
    auto const lambda = [](grit::LogLevel, std::string_view) {};
    STATIC_REQUIRE(grit::Logger<WithLog const&>);
    STATIC_REQUIRE(grit::Logger<decltype(lambda)>);
    STATIC_REQUIRE(grit::Logger<grit::StderrLogger const&>);
    STATIC_REQUIRE(grit::Logger<NotConst&>);
    STATIC_REQUIRE_FALSE(grit::Logger<NotConst const&>);
    STATIC_REQUIRE_FALSE(grit::Logger<int>);
}

TEST_CASE("LogLevel: has words") {
    REQUIRE(std::string{to_string(grit::LogLevel::debug)} == "debug");
    REQUIRE(std::string{to_string(grit::LogLevel::info)} == "info");
    REQUIRE(std::string{to_string(grit::LogLevel::warning)} == "warning");
    REQUIRE(std::string{to_string(grit::LogLevel::error)} == "error");
    REQUIRE(std::string{to_string(static_cast<grit::LogLevel>(200))} == "unknown");
}

TEST_CASE("a duration in a log line stands in its largest unit") {
    using grit::detail::to_words;
    REQUIRE(to_words(0s) == "0 s");
    REQUIRE(to_words(1ns) == "1 ns");
    REQUIRE(to_words(999ns) == "999 ns");
    REQUIRE(to_words(1us) == "1 us");
    REQUIRE(to_words(1500ns) == "1.5 us");
    REQUIRE(to_words(250ms) == "250 ms");
    REQUIRE(to_words(1ms + 20us) == "1.02 ms");
    REQUIRE(to_words(1500ms) == "1.5 s");
    REQUIRE(to_words(1s + 1ms) == "1.001 s");
    REQUIRE(to_words(1s + 999us) == "1 s");
    REQUIRE(to_words(10s) == "10 s");
    REQUIRE(to_words(90min) == "5400 s");
    REQUIRE(to_words(grit::Duration::max()) == "9223372036.854 s");
}

TEST_CASE("an error that says several lines is logged in one") {
    std::runtime_error const error{"a\r\n[error] forged\x7f"};
    REQUIRE(grit::detail::describe_failure("chat", 1, grit::Failure::of_exception(error)) ==
            "chat: attempt 1 failed: a  [error] forged ");
}
