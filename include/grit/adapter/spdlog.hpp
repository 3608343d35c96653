// SPDX-License-Identifier: BSL-1.0
#pragma once
// spdlog: a logger for the log hooks.

#include <memory>
#include <string_view>

#include <spdlog/spdlog.h>

#include <grit/hook/logger.hpp>

namespace grit::inline GRIT_ABI {

/// Writes the lines of the log hooks to an spdlog logger: `BeforeSleepLog{SpdlogLogger{logger}}`, or
/// `BeforeSleepLog<SpdlogLogger>` for the one that is spdlog's default when the line is written.
///
/// A line is text, never a format. Thread safety: that of the logger; spdlog's `_mt` sinks are safe.
class SpdlogLogger {
public:
    SpdlogLogger() = default;
    explicit SpdlogLogger(std::shared_ptr<spdlog::logger> logger) noexcept : logger_(std::move(logger)) {}

    void log(LogLevel level, std::string_view text) const {
        spdlog::logger* const logger = logger_ ? logger_.get() : spdlog::default_logger_raw();
        if (logger != nullptr) logger->log(level_of(level), spdlog::string_view_t{text.data(), text.size()});
    }

private:
    static constexpr spdlog::level::level_enum level_of(LogLevel level) noexcept {
        switch (level) {
        case LogLevel::debug: return spdlog::level::debug;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::warning: return spdlog::level::warn;
        case LogLevel::error: break;
        }
        return spdlog::level::err;
    }

    std::shared_ptr<spdlog::logger> logger_;
};

} // namespace grit::inline GRIT_ABI
