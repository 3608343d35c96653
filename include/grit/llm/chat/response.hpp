// SPDX-License-Identifier: BSL-1.0
#pragma once
// A completion as it came back, whatever the provider.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <grit/llm/chat/completeness.hpp>
#include <grit/llm/chat/message.hpp>
#include <grit/llm/error/attempt_record.hpp>
#include <grit/llm/error/rate_limits.hpp>

namespace grit::inline GRIT_ABI::llm {

/// What a completion cost, in tokens; zero where the provider did not say.
struct Usage {
    /// All of the prompt, with what was read from a cache and written to it.
    std::int64_t prompt_tokens = 0;
    /// All that the model wrote, with its reasoning.
    std::int64_t completion_tokens = 0;
    std::int64_t total_tokens = 0;
    /// Parts of the prompt: what was read from a cache, and what was written to it.
    std::int64_t cached_tokens = 0;
    std::int64_t cache_write_tokens = 0;
    /// A part of the completion.
    std::int64_t reasoning_tokens = 0;

    Usage& operator+=(Usage const& other) noexcept {
        prompt_tokens += other.prompt_tokens;
        completion_tokens += other.completion_tokens;
        total_tokens += other.total_tokens;
        cached_tokens += other.cached_tokens;
        cache_write_tokens += other.cache_write_tokens;
        reasoning_tokens += other.reasoning_tokens;
        return *this;
    }
    friend bool operator==(Usage const&, Usage const&) = default;
};

/// Where something in the answer comes from; a text is empty where the provider sent none.
struct Citation {
    /// The provider's word for the kind, such as "url_citation" or "char_location".
    std::string type = {};
    std::string url = {};
    std::string title = {};
    std::string cited_text = {};
    /// All of it, places and numbers too: the text of a JSON value.
    std::string json = {};

    friend bool operator==(Citation const&, Citation const&) = default;
};

/// How probable a token was, as a natural logarithm.
struct Logprob {
    std::string token = {};
    double logprob = 0;
    /// The tokens that might have stood there.
    std::vector<Logprob> top = {};

    friend bool operator==(Logprob const&, Logprob const&) = default;
};

/// One more answer to a request with `n` above 1. The members are those of ChatResponse.
struct Choice {
    /// Its number; that of the ChatResponse is the lowest.
    std::size_t index = 0;
    std::string content = {};
    std::vector<ToolCall> tool_calls = {};
    std::string finish_reason = {};
    std::string refusal = {};
    std::vector<Reasoning> reasoning = {};
    std::vector<Citation> citations = {};
    std::vector<Logprob> logprobs = {};
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
    /// Why the model will not answer, in its own words.
    std::string refusal = {};
    /// What the model thought, in order.
    std::vector<Reasoning> reasoning = {};
    std::vector<Citation> citations = {};
    std::vector<Logprob> logprobs = {};
    /// The other choices, by their number, where the request asked for several.
    std::vector<Choice> alternatives = {};
    /// At what service tier it was answered, in the provider's word.
    std::string service_tier = {};
    /// The answer as it came: the body, or the data of all events of a stream, one a line.
    std::string raw = {};
};

/// Returns: what the answer, a ChatResponse or a Choice, is worth. A refusal makes it `filtered`, whatever the finish
/// reason says.
template <class Answer>
    requires std::same_as<Answer, ChatResponse> || std::same_as<Answer, Choice>
Completeness completeness(Answer const& answer) noexcept {
    return answer.refusal.empty() ? completeness(answer.finish_reason) : Completeness::filtered;
}

/// Returns: what the assistant said, as a message to continue the conversation with.
inline Message to_message(ChatResponse const& response) {
    return {.role = Role::assistant,
            .content = response.content,
            .tool_calls = response.tool_calls,
            .reasoning = response.reasoning,
            .refusal = response.refusal};
}

/// The same of one of the alternatives. A template, so that `to_message({...})` is a ChatResponse.
template <std::same_as<Choice> C>
Message to_message(C const& choice) {
    return {.role = Role::assistant,
            .content = choice.content,
            .tool_calls = choice.tool_calls,
            .reasoning = choice.reasoning,
            .refusal = choice.refusal};
}

} // namespace grit::inline GRIT_ABI::llm
