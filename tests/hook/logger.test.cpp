// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/logger.hpp>

#include <string>
#include <utility>

#include <grit/hook/after_log.hpp>
#include <grit/hook/before_log.hpp>
#include <grit/hook/before_sleep_log.hpp>

#include "hook/sample_logger.hpp"
#include "hook/sample_query.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;

namespace {
struct WithLog {
    void log(grit::LogLevel, std::string_view) const {}
};
struct NotConst {
    void log(grit::LogLevel, std::string_view) {}
};

/// A hook that logs, by its template and the level that it has where none is named.
template <template <class, grit::LogLevel> class Hook, grit::LogLevel Usual>
struct Named {
    template <class L, grit::LogLevel Level = Usual>
    using Of = Hook<L, Level>;
    template <class L>
    static constexpr auto of(L&& logger) {
        return Hook{std::forward<L>(logger)};
    }
};
using BeforeLog = Named<grit::BeforeLog, grit::LogLevel::info>;
using AfterLog = Named<grit::AfterLog, grit::LogLevel::info>;
using BeforeSleepLog = Named<grit::BeforeSleepLog, grit::LogLevel::warning>;
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

TEMPLATE_TEST_CASE("A log hook writes to its logger", "", BeforeLog, AfterLog, BeforeSleepLog) {
    using Default = typename TestType::template Of<grit::StderrLogger>;
    Lines lines;
    auto const hook = TestType::of(lines);
    hook(SampleQuery{});
    std::string const line = lines.text; // what it says is in the test of its name
    lines.text.clear();

    SECTION("it is without state by default") {
        STATIC_REQUIRE(grit::Hook<Default>);
        STATIC_REQUIRE(std::is_empty_v<Default>);
        STATIC_REQUIRE_FALSE(Default::needs_clock);
    }
    SECTION("the level is a template argument") {
        typename TestType::template Of<Lines&, grit::LogLevel::error> const error{lines};
        error(SampleQuery{});
        REQUIRE(lines.text == "error" + line.substr(line.find(':')));
    }
    SECTION("a variable with state is held by reference, anything else by value") {
        STATIC_REQUIRE(std::is_same_v<decltype(hook), typename TestType::template Of<Lines&> const>);
        auto const function = [&lines](grit::LogLevel level, std::string_view text) { lines.log(level, text); };
        using Function = std::remove_const_t<decltype(function)>;
        auto const by_value = TestType::of(Function{function});
        STATIC_REQUIRE(std::is_same_v<decltype(by_value), typename TestType::template Of<Function> const>);
        by_value(SampleQuery{});
        REQUIRE(lines.text == line);

        grit::StderrLogger const stateless;
        STATIC_REQUIRE(std::is_same_v<decltype(TestType::of(stateless)), Default>);
        auto const copy = TestType::of(by_value);
        STATIC_REQUIRE(std::is_same_v<decltype(copy), decltype(by_value)>);
    }
}
