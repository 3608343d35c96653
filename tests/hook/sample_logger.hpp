// SPDX-License-Identifier: BSL-1.0
#pragma once
// A logger that keeps what it is given, for the tests of the log hooks.

#include <string>
#include <string_view>

#include <grit/hook/logger.hpp>

struct Lines {
    void log(grit::LogLevel level, std::string_view line) {
        text.append(grit::to_string(level)).append(": ").append(line).append("\n");
    }
    std::string text;
};
