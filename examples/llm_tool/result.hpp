// SPDX-License-Identifier: BSL-1.0
#pragma once
// What became of a request, in JSON.

#include <chrono>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include <grit/llm/client/ready_made_calls.hpp>
#include <grit/llm/error/category.hpp>

#include "text.hpp"

namespace llm_tool {

/// Returns: the JSON of --json and --jsonl, and of a line of a batch.
inline json to_json(grit::llm::CompletionResult const& result) {
    json attempts = json::array();
    for (auto const& attempt : result.history)
        attempts.push_back({{"number", attempt.number},
                            {"endpoint", shown_url(attempt.endpoint)},
                            {"model", attempt.model},
                            {"error", attempt.error.empty() ? json() : json(without_passwords(attempt.error))},
                            {"error_type", attempt.error_type.empty() ? json() : json(attempt.error_type)},
                            {"category", attempt.category ? json(to_string(*attempt.category)) : json()},
                            {"wait", std::chrono::duration<double>(attempt.wait).count()}});
    if (result.success)
        return {{"success", true},
                {"content", result.content},
                {"tokens", result.tokens},
                {"model", result.model},
                {"attempts", std::move(attempts)}};
    return {{"success", false},
            {"error", without_passwords(result.error)},
            {"error_type", result.error_type},
            {"category", to_string(result.category.value_or(grit::llm::Category::fatal))},
            {"attempts", std::move(attempts)}};
}

/// Returns: the JSON of a request that was never sent, because of what its user gave.
inline json refusal(std::string_view error, std::string_view category = "user_error") {
    return {{"success", false},
            {"error", without_passwords(std::string{error})},
            {"error_type", "UsageError"},
            {"category", category},
            {"attempts", json::array()}};
}

} // namespace llm_tool
