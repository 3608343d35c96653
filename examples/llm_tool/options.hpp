// SPDX-License-Identifier: BSL-1.0
#pragma once
// Options that the tools read the same way, and their exit statuses.

#include <chrono>
#include <cstdio>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <CLI/CLI.hpp>

#include "text.hpp"
#include "usage.hpp"

namespace llm_tool {

/// What a tool exits with.
enum Exit { all_answered = 0, some_failed = 1, wrong_usage = 2, not_finished = 3 };

/// Returns: a reader of an option that is a time; `take` gets it.
template <class Take>
std::function<void(std::string const&)> time_option(Take take) {
    return [take](std::string const& text) {
        try {
            take(parse_duration(text));
        } catch (UsageError const& error) {
            throw CLI::ValidationError{error.what()};
        }
    };
}

/// Says on standard error what went wrong.
inline void complain(CLI::App const& app, std::string const& error) {
    std::fprintf(stderr, "%s: %s\n", app.get_name().c_str(), shown_error(error).c_str());
}

/// Runs a tool. Returns: what `body` returns; wrong_usage, or else `broken`, for what it throws, which is told.
template <class Body>
int run_tool(CLI::App& app, Exit broken, Body const& body) {
    try {
        return body();
    } catch (CLI::Success const& help) {
        return app.exit(help);
    } catch (CLI::ParseError const& error) {
        complain(app, error.what());
        return wrong_usage;
    } catch (UsageError const& error) {
        complain(app, error.what());
        return wrong_usage;
    } catch (std::exception const& error) {
        complain(app, error.what());
        return broken;
    }
}

} // namespace llm_tool
