// SPDX-License-Identifier: BSL-1.0
#include <grit/adapter/spdlog.hpp>

#include <sstream>
#include <stdexcept>

#include <spdlog/sinks/ostream_sink.h>

#include <grit/retry.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

/// A logger of spdlog that writes to a string.
struct Captured {
    std::ostringstream text{};
    std::shared_ptr<spdlog::logger> logger = make();

    std::shared_ptr<spdlog::logger> make() {
        auto made = std::make_shared<spdlog::logger>("net", std::make_shared<spdlog::sinks::ostream_sink_st>(text));
        made->set_pattern("%n %l: %v");
        made->set_level(spdlog::level::trace);
        return made;
    }
};

template <class R>
void fail_twice(R const& retrying) {
    int calls = 0;
    retrying([&] {
        if (++calls < 3) throw std::runtime_error("100 % of {} is \"{0}\"");
    });
}

} // namespace

TEST_CASE("the lines of a log hook reach the logger, with their level and as they are") {
    Captured captured;
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<5>{}, WaitFixed<1s>{}, Name<"chat">{},
                            BeforeSleepLog{SpdlogLogger{captured.logger}}, Time{time}};
    fail_twice(retrying);
    REQUIRE(captured.text.str() ==
            "net warning: chat: attempt 1 failed: 100 % of {} is \"{0}\"; next attempt in 1 s\n"
            "net warning: chat: attempt 2 failed: 100 % of {} is \"{0}\"; next attempt in 1 s\n");
}

TEST_CASE("every level is spdlog's own") {
    Captured captured;
    SpdlogLogger const logger{captured.logger};
    for (LogLevel const level : {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error})
        logger.log(level, to_string(level));
    REQUIRE(captured.text.str() == "net debug: debug\nnet info: info\nnet warning: warning\nnet error: error\n");
    captured.logger->set_level(spdlog::level::warn);
    captured.text.str("");
    logger.log(LogLevel::info, "too quiet");
    logger.log(LogLevel::error, std::string_view{"cut off here", 7});
    REQUIRE(captured.text.str() == "net error: cut off\n");
}

TEST_CASE("without a logger the default one of spdlog is used, whichever it is then") {
    Captured captured;
    auto const before = spdlog::default_logger();
    SpdlogLogger const logger;
    spdlog::set_default_logger(captured.logger);
    logger.log(LogLevel::info, "hello");
    ManualTime time;
    fail_twice(Retrying{StopAfterAttempt<5>{}, BeforeSleepLog<SpdlogLogger, LogLevel::info>{}, Time{time}});
    spdlog::set_default_logger(nullptr);
    logger.log(LogLevel::info, "nobody listens");
    spdlog::set_default_logger(before);
    REQUIRE(captured.text.str() == "net info: hello\n"
                                   "net info: call: attempt 1 failed: 100 % of {} is \"{0}\"; next attempt in 0 s\n"
                                   "net info: call: attempt 2 failed: 100 % of {} is \"{0}\"; next attempt in 0 s\n");
}

TEST_CASE("it is a logger") { STATIC_REQUIRE(Logger<SpdlogLogger const&>); }
