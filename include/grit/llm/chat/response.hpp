// SPDX-License-Identifier: BSL-1.0
#pragma once
// A completion as it came back, whatever the provider.

#include <cstdint>
#include <string>
#include <vector>

#include <grit/llm/chat/message.hpp>
#include <grit/llm/error/attempt_record.hpp>
#include <grit/llm/error/rate_limits.hpp>

namespace grit::llm {

/// What a completion cost, in tokens; zero where the provider did not say.
struct Usage {
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    std::int64_t total_tokens = 0;

    Usage& operator+=(Usage const& other) noexcept {
        prompt_tokens += other.prompt_tokens;
        completion_tokens += other.completion_tokens;
        total_tokens += other.total_tokens;
        return *this;
    }
    friend bool operator==(Usage const&, Usage const&) = default;
};

/// What the model answered; a text is empty where the provider sent none.
struct ChatResponse {
    std::string id = {};
    std::string model = {};
    std::string content = {};
    std::vector<ToolCall> tool_calls = {};
    /// Why the model stopped, in the provider's word: "stop" or "length", "end_turn" or "max_tokens".
    std::string finish_reason = {};
    Usage usage = {};
    /// The provider's name for this exchange: what its support asks for.
    std::string request_id = {};
    RateLimits rate_limits = {};
    /// Every attempt that the call took, the successful one last; empty for a single exchange.
    std::vector<AttemptRecord> attempts = {};
};

/// Returns: what the assistant said, as a message to continue the conversation with.
inline Message to_message(ChatResponse const& response) {
    return {.role = Role::assistant, .content = response.content, .tool_calls = response.tool_calls};
}

} // namespace grit::llm
