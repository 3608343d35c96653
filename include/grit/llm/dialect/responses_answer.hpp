// SPDX-License-Identifier: BSL-1.0
#pragma once
// What stands in the output of an answer of OpenAI's responses, whole or at the end of an item of a stream.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/openai_answer.hpp>
#include <grit/llm/dialect/text_pieces.hpp>
#include <grit/llm/error/throw_status_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// Returns: the texts of a list of parts, one after the other, those of a type if one is named.
inline std::string joined_texts(Json const& parts, char const* name, std::string_view between = {}) {
    std::string text;
    if (!parts.is_array()) return text;
    for (auto const& part : parts) {
        auto const piece = whole_text(text_of(member(part, name)));
        if (!text.empty() && !piece.empty()) text += between;
        text += piece;
    }
    return text;
}

/// Returns: what a model thought, of an item of reasoning: the summary, or from an open model all of it.
inline Reasoning reasoning_of_item(Json const& item) {
    auto text = joined_texts(member(item, "summary"), "text", "\n\n");
    if (text.empty()) text = joined_texts(member(item, "content"), "text", "\n\n");
    return {.text = std::move(text),
            .encrypted = text_of(member(item, "encrypted_content")),
            .id = text_of(member(item, "id"))};
}

/// Adds what the parts of a message say beside their text.
inline void add_annotations(ChatResponse& answer, Json const& parts) {
    if (!parts.is_array()) return;
    for (auto const& part : parts) {
        add_citations(answer.citations, member(part, "annotations"));
        add_logprobs(answer.logprobs, member(part, "logprobs"));
    }
}

/// Returns: a call of a tool without its arguments.
inline ToolCall call_of_item(Json const& item) {
    auto id = text_of(member(item, "call_id"));
    if (id.empty()) id = text_of(member(item, "id"));
    return {.id = std::move(id), .name = text_of(member(item, "name"))};
}

/// Adds one item of the output of a whole answer; one of an unknown kind stays in `raw` alone.
inline void add_response_item(ChatResponse& answer, Json const& item) {
    auto const type = text_of(member(item, "type"));
    if (type == "message") {
        auto const& parts = member(item, "content");
        answer.content += joined_texts(parts, "text");
        answer.refusal += joined_texts(parts, "refusal");
        add_annotations(answer, parts);
    } else if (type == "function_call") {
        auto call = call_of_item(item);
        call.arguments = object_of(arguments_of(member(item, "arguments")));
        answer.tool_calls.push_back(std::move(call));
    } else if (type == "reasoning") {
        answer.reasoning.push_back(reasoning_of_item(item));
    }
}

/// Returns: the status of a response; where it says none, that of the event that brought it.
inline std::string status_of(Json const& body, std::string_view event) {
    auto status = text_of(member(body, "status"));
    return status.empty() ? std::string{event} : status;
}

/// Throws the error that a response names, if it has failed.
inline void throw_if_failed(Json const& body, HttpResponse const& head, ApiKey const& key,
                            std::chrono::system_clock::time_point now, std::string_view event = {}) {
    auto const status = status_of(body, event);
    if (status != "failed" && status != "cancelled") return;
    auto error = provider_error(member(body, "error"), {});
    if (error.message.empty()) error.message = "the response has the status " + status;
    if (error.type.empty() && error.code.empty()) error.type = "server_error";
    throw_event_error(head, error, key, now);
}

/// Adds what a response says of itself, once its items are known.
inline void end_response(ChatResponse& answer, Json const& body, std::string_view event = {}) {
    auto const status = status_of(body, event);
    if (auto id = text_of(member(body, "id")); !id.empty()) answer.id = std::move(id);
    if (auto model = text_of(member(body, "model")); !model.empty()) answer.model = std::move(model);
    answer.service_tier = text_of(member(body, "service_tier"));
    auto const& usage = member(body, "usage");
    add_usage(answer.usage, usage, "input_tokens", "output_tokens");
    answer.usage.cached_tokens = count_of(member(member(usage, "input_tokens_details"), "cached_tokens"));
    answer.usage.reasoning_tokens = count_of(member(member(usage, "output_tokens_details"), "reasoning_tokens"));
    answer.finish_reason = text_of(member(member(body, "incomplete_details"), "reason"));
    if (answer.finish_reason.empty() && status != "incomplete" && !answer.tool_calls.empty())
        answer.finish_reason = "tool_calls";
    if (answer.finish_reason.empty()) answer.finish_reason = status.empty() ? "completed" : status;
}

} // namespace grit::inline GRIT_ABI::llm::detail
