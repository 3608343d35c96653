// SPDX-License-Identifier: BSL-1.0
#pragma once
// What became of one attempt of a call: the line of a log that a program can read.

#include <chrono>
#include <optional>
#include <string>

#include <grit/llm/error/category.hpp>

namespace grit::inline GRIT_ABI::llm {

/// One attempt at a request, in the order in which they were made.
struct AttemptRecord {
    /// Counted over the whole call, from 1.
    int number = 0;
    /// Where it went and what was asked for.
    std::string endpoint = {};
    std::string model = {};
    /// What went wrong and the name of its type; empty if the attempt succeeded. Free of the key.
    std::string error = {};
    std::string error_type = {};
    /// Nothing if the attempt succeeded.
    std::optional<Category> category = {};
    /// How many events of its stream made no sense and were passed over (`Endpoint::max_malformed_events`).
    int malformed_events = 0;
    /// The wait between this attempt and the next; zero after the last.
    std::chrono::nanoseconds wait{0};
};

} // namespace grit::inline GRIT_ABI::llm
