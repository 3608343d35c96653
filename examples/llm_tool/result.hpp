// SPDX-License-Identifier: BSL-1.0
#pragma once
// What became of a request, in JSON.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <grit/llm/chat/response.hpp>
#include <grit/llm/client/ready_made_calls.hpp>
#include <grit/llm/error/category.hpp>

#include "text.hpp"

namespace llm_tool {

namespace detail {

inline json usage_of(grit::llm::Usage const& usage) {
    return {{"prompt_tokens", usage.prompt_tokens},
            {"completion_tokens", usage.completion_tokens},
            {"total_tokens", usage.total_tokens},
            {"cached_tokens", usage.cached_tokens},
            {"cache_write_tokens", usage.cache_write_tokens},
            {"reasoning_tokens", usage.reasoning_tokens}};
}

/// What a result says of its answer, also of one that was cut or filtered.
inline void tell_answer(grit::llm::CompletionResult const& result, json& told) {
    if (result.success || !result.content.empty()) told["content"] = result.content;
    if (result.success || !result.model.empty()) told["model"] = result.model;
    if (result.success || result.tokens > 0) {
        told["tokens"] = result.tokens;
        told["usage"] = usage_of(result.usage);
    }
    for (auto const& call : result.tool_calls)
        told["tool_calls"].push_back({{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}});
    if (!result.finish_reason.empty()) told["finish_reason"] = result.finish_reason;
    if (!result.refusal.empty()) told["refusal"] = result.refusal;
    if (!result.request_id.empty()) told["request_id"] = result.request_id;
}

} // namespace detail

/// Returns: the JSON of --json and --jsonl, and of a line of a batch.
inline json to_json(grit::llm::CompletionResult const& result) {
    json attempts = json::array();
    for (auto const& attempt : result.history)
        attempts.push_back({{"number", attempt.number},
                            {"endpoint", attempt.endpoint},
                            {"model", attempt.model},
                            {"error", attempt.error.empty() ? json() : json(without_passwords(attempt.error))},
                            {"error_type", attempt.error_type.empty() ? json() : json(attempt.error_type)},
                            {"category", attempt.category ? json(to_string(*attempt.category)) : json()},
                            {"wait", std::chrono::duration<double>(attempt.wait).count()}});
    json told{{"success", result.success}, {"attempts", std::move(attempts)}};
    if (!result.success) {
        told["error"] = without_passwords(result.error);
        told["error_type"] = result.error_type;
        told["category"] = to_string(result.category.value_or(grit::llm::Category::fatal));
    }
    detail::tell_answer(result, told);
    return told;
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
