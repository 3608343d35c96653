// SPDX-License-Identifier: BSL-1.0
#pragma once
// How many tokens a request will be, before anybody has counted them.

#include <algorithm>
#include <cstddef>

#include <grit/llm/chat/request.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Returns: about how many tokens the prompt of a request has: one for four bytes of all its texts, the tools and the
/// schema among them, and a thousand for an image, a file or a piece of audio.
///
/// For limits of tokens a minute, where what was too much or too little is settled once the answer tells. Complexity:
/// linear in the number of parts. Thread safety: a pure function.
inline double estimated_prompt_tokens(ChatRequest const& request) noexcept {
    constexpr double of_something_else = 1000;
    std::size_t bytes = request.system.size() + request.extra.size();
    double others = 0;
    for (auto const& message : request.messages) {
        bytes += message.content.size() + message.refusal.size();
        for (auto const& call : message.tool_calls) bytes += call.name.size() + call.arguments.size();
        for (auto const& thought : message.reasoning) bytes += thought.text.size();
        for (auto const& part : message.parts) {
            if (part.kind == Part::Kind::text || part.kind == Part::Kind::json) bytes += part.text.size();
            else others += of_something_else;
        }
    }
    for (auto const& tool : request.tools) bytes += tool.name.size() + tool.description.size() + tool.parameters.size();
    if (request.response_format) bytes += request.response_format->schema.size();
    return static_cast<double>(bytes) / 4 + others;
}

/// Returns: about how many tokens the prompt and its answer have together. `answer_tokens` is how long an answer is
/// thought to be; it is no longer than what the request allows.
inline double estimated_tokens(ChatRequest const& request, double answer_tokens = 256) noexcept {
    if (request.max_tokens) answer_tokens = std::min(answer_tokens, static_cast<double>(*request.max_tokens));
    return estimated_prompt_tokens(request) + answer_tokens;
}

} // namespace grit::inline GRIT_ABI::llm
