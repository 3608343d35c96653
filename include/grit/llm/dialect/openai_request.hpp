// SPDX-License-Identifier: BSL-1.0
#pragma once
// The body of a request for a chat completion, as OpenAI and compatible servers take it.

#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/part.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/refused_part.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/http/address.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// The body of a request in OpenAI's words.
struct OpenAiRequest {
    static constexpr char const* provider = "OpenAI's chat completions";

    static Json body(ChatRequest const& request, Endpoint const& endpoint, bool stream) {
        if (request.reasoning_tokens)
            throw InvalidRequestError{"grit: OpenAI's chat completions have no reasoning_tokens; use reasoning_effort"};
        bool const own = is_own_server(endpoint.base_url);
        Json body{{"model", request.model}, {"messages", messages(request, own)}};
        auto const set = [&](char const* name, auto const& value) {
            if (value) body[name] = *value;
        };
        if (request.max_tokens) body[limit_name(request, endpoint, own)] = *request.max_tokens;
        if (request.temperature) body["temperature"] = given_number(*request.temperature, "ChatRequest::temperature");
        if (request.top_p) body["top_p"] = given_number(*request.top_p, "ChatRequest::top_p");
        set("n", request.n);
        set("seed", request.seed);
        set("top_logprobs", request.top_logprobs);
        set("parallel_tool_calls", request.parallel_tool_calls);
        if (request.logprobs || request.top_logprobs) body["logprobs"] = true;
        if (!request.stop.empty()) body["stop"] = request.stop;
        if (!request.reasoning_effort.empty()) body["reasoning_effort"] = request.reasoning_effort;
        if (!request.metadata.empty()) body["metadata"] = request.metadata;
        if (!request.user.empty()) body["user"] = request.user;
        if (!request.service_tier.empty()) body["service_tier"] = request.service_tier;
        for (auto const& tool : request.tools) body["tools"].push_back(tool_of(tool));
        if (auto const& choice = request.tool_choice; choice == "auto" || choice == "none" || choice == "required")
            body["tool_choice"] = choice;
        else if (!choice.empty()) body["tool_choice"] = {{"type", "function"}, {"function", {{"name", choice}}}};
        if (request.response_format) body["response_format"] = response_format(*request.response_format);
        if (stream) {
            body["stream"] = true;
            body["stream_options"] = {{"include_usage", true}};
        }
        if (!request.extra.empty()) body.merge_patch(given_json(request.extra, "ChatRequest::extra"));
        return body;
    }

    /// Returns: whether requests go to OpenAI itself, there or at Azure.
    static bool is_own_server(std::string_view base_url) noexcept {
        auto const host = parse_address(base_url).host();
        return base_url.empty() || host == "openai.com" || host.ends_with(".openai.com") ||
               host.ends_with(".azure.com");
    }

    /// Returns: whether OpenAI made the model, as far as its name tells; a gateway's "openai/gpt-5" is one, too.
    static bool is_own_model(std::string_view model) noexcept {
        if (auto const slash = model.rfind('/'); slash != model.npos) model.remove_prefix(slash + 1);
        if (model.starts_with("gpt-oss")) return false; // which anybody may serve
        bool const numbered = model.size() > 1 && model[0] == 'o' && model[1] >= '1' && model[1] <= '9';
        return numbered || model.starts_with("gpt-") || model.starts_with("chatgpt-") || model.starts_with("codex-");
    }

private:
    /// OpenAI's models refuse the old name since the o-series; many compatible servers do not know the new one, and
    /// some of them pass over what they do not know.
    static std::string limit_name(ChatRequest const& request, Endpoint const& endpoint, bool own) {
        if (!endpoint.max_tokens_name.empty()) return endpoint.max_tokens_name;
        return own || is_own_model(request.model) ? "max_completion_tokens" : "max_tokens";
    }

    static Json tool_of(Tool const& tool) {
        Json function{{"name", tool.name},
                      {"description", tool.description},
                      {"parameters", given_json(tool.parameters, "Tool::parameters")}};
        if (tool.strict) function["strict"] = *tool.strict;
        return {{"type", "function"}, {"function", std::move(function)}};
    }

    static Json response_format(ResponseFormat const& format) {
        switch (format.kind) {
        case ResponseFormat::Kind::json_object: return {{"type", "json_object"}};
        case ResponseFormat::Kind::json_schema:
            return {{"type", "json_schema"},
                    {"json_schema",
                     {{"name", format.name},
                      {"schema", given_json(format.schema, "ResponseFormat::schema")},
                      {"strict", format.strict}}}};
        case ResponseFormat::Kind::text: break;
        }
        return {{"type", "text"}};
    }

    static Json messages(ChatRequest const& request, bool own) {
        auto messages = Json::array();
        if (!request.system.empty()) messages.push_back({{"role", "system"}, {"content", request.system}});
        for (auto const& message : request.messages) {
            Json turn{{"role", to_string(message.role)}, {"content", content(message)}};
            if (message.role == Role::tool) turn["tool_call_id"] = message.tool_call_id;
            bool const silent = !message.tool_calls.empty() || !message.refusal.empty();
            if (silent && message.content.empty() && message.parts.empty()) turn["content"] = nullptr;
            if (!message.refusal.empty()) turn["refusal"] = message.refusal;
            if (auto thoughts = reasoning(message); !thoughts.empty() && !own)
                turn["reasoning_content"] = std::move(thoughts);
            for (auto const& call : message.tool_calls)
                turn["tool_calls"].push_back(
                    {{"id", call.id},
                     {"type", "function"},
                     {"function", {{"name", call.name}, {"arguments", object_of(call.arguments)}}}});
            messages.push_back(std::move(turn));
        }
        return messages;
    }

    /// Compatible servers want it back that sent it. What is signed belongs to another provider.
    static std::string reasoning(Message const& message) {
        std::string text;
        for (auto const& thought : message.reasoning)
            if (thought.signature.empty() && thought.encrypted.empty()) text += thought.text;
        return text;
    }

    static Json content(Message const& message) {
        if (message.parts.empty()) return message.content;
        auto parts = Json::array();
        if (!message.content.empty()) parts.push_back({{"type", "text"}, {"text", message.content}});
        for (auto const& part : message.parts) parts.push_back(part_of(part, message.role));
        return parts;
    }

    static Json part_of(Part const& part, Role role) {
        if (part.kind == Part::Kind::text) return {{"type", "text"}, {"text", part.text}};
        if (part.kind == Part::Kind::json) return given_json(part.text, "Part::text of the kind json");
        if (role != Role::user) throw_refused_part(provider, part, role);
        auto const data_url = [&] { return "data:" + part.media_type + ";base64," + part.data; };
        bool const has_data = !part.data.empty() && !part.media_type.empty();
        if (part.kind == Part::Kind::image && (has_data || !part.url.empty())) {
            Json image{{"url", has_data ? data_url() : part.url}};
            if (!part.detail.empty()) image["detail"] = part.detail;
            return {{"type", "image_url"}, {"image_url", std::move(image)}};
        }
        if (part.kind == Part::Kind::file && (has_data || !part.file_id.empty())) {
            if (!part.file_id.empty()) return {{"type", "file"}, {"file", {{"file_id", part.file_id}}}};
            return {{"type", "file"},
                    {"file", {{"file_data", data_url()}, {"filename", part.name.empty() ? "file" : part.name}}}};
        }
        auto const format = audio_format(part.media_type);
        if (part.kind == Part::Kind::audio && has_data && !format.empty())
            return {{"type", "input_audio"}, {"input_audio", {{"data", part.data}, {"format", format}}}};
        throw_refused_part(provider, part, role);
    }

    static std::string_view audio_format(std::string_view media_type) noexcept {
        if (media_type == "audio/mpeg" || media_type == "audio/mp3") return "mp3";
        return media_type == "audio/wav" || media_type == "audio/x-wav" || media_type == "audio/wave" ? "wav" : "";
    }
};

} // namespace grit::inline GRIT_ABI::llm::detail
