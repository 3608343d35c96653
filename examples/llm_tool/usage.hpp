// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a user gives as text: times and numbers, and what is thrown of those that make no sense.

#include <chrono>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include <grit/llm/error/retry_after.hpp>
#include <grit/llm/http/timeouts.hpp>

namespace llm_tool {

/// What was asked for makes no sense; nothing was sent.
struct UsageError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The key of an endpoint is missing, or is none.
struct KeyError : UsageError {
    using UsageError::UsageError;
};

/// Returns: "2", "2.5" (seconds), "500ms" or "1m30s" as a duration of at least a millisecond. Throws: UsageError.
inline std::chrono::milliseconds parse_duration(std::string const& text) {
    using namespace std::chrono_literals;
    auto const spelled = grit::llm::parse_spelled_duration(text);
    auto const parsed = spelled ? spelled : grit::llm::parse_delay(text, 1s);
    if (!parsed || *parsed < 1ms) throw UsageError{"'" + text + "' is no time; write 2.5, 500ms or 1m30s"};
    return std::chrono::floor<std::chrono::milliseconds>(*parsed);
}

/// Returns: a time that is given as a JSON number of seconds or as text. Throws: UsageError.
inline std::chrono::milliseconds parse_duration(nlohmann::json const& value) {
    return parse_duration(value.is_string() ? value.get<std::string>() : value.dump());
}

/// An answer that is not streamed has no first token: its first byte stands for it.
inline void limit_first_token(grit::llm::Timeouts& timeouts, std::chrono::milliseconds limit) {
    timeouts.first_token = timeouts.first_byte = limit;
}

/// Returns: a whole number that fits. Throws: UsageError.
inline int whole_number(nlohmann::json const& value) {
    if (!value.is_number_integer() || value < -1'000'000'000 || value > 1'000'000'000)
        throw UsageError{"'" + value.dump() + "' is no whole number of a sensible size"};
    return value.get<int>();
}

/// Returns: a number above zero. Throws: UsageError.
inline double positive_number(nlohmann::json const& value) {
    if (!value.is_number() || !(value.get<double>() > 0))
        throw UsageError{"'" + value.dump() + "' is no number above zero"};
    return value.get<double>();
}

} // namespace llm_tool
