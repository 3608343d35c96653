// SPDX-License-Identifier: BSL-1.0
#pragma once
// The body of a request for a message, as Anthropic takes it.

#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/part.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/dialect/http_head.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/refused_part.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/http/headers.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// The body of a request in Anthropic's words.
class AnthropicRequest {
public:
    static constexpr char const* provider = "Anthropic's messages";

    static Json body(ChatRequest const& request, int default_max_tokens, bool stream) {
        refuse(request);
        std::string system = request.system;
        Cache system_cache = request.system_cache;
        auto turns = messages(request, system, system_cache);
        Json body{{"model", request.model}, {"messages", std::move(turns)}};
        // What the model thinks counts, too.
        body["max_tokens"] = request.max_tokens.value_or(default_max_tokens + request.reasoning_tokens.value_or(0));
        if (system_cache != Cache::none) body["system"] = Json::array({marked(text_block(system), system_cache)});
        else if (!system.empty()) body["system"] = system;
        if (request.temperature) body["temperature"] = given_number(*request.temperature, "ChatRequest::temperature");
        if (request.top_p) body["top_p"] = given_number(*request.top_p, "ChatRequest::top_p");
        if (!request.stop.empty()) body["stop_sequences"] = request.stop;
        for (auto const& tool : request.tools) body["tools"].push_back(tool_of(tool));
        if (auto choice = tool_choice(request); !choice.is_null()) body["tool_choice"] = std::move(choice);
        if (request.reasoning_tokens)
            body["thinking"] = {{"type", "enabled"}, {"budget_tokens", *request.reasoning_tokens}};
        if (!request.reasoning_effort.empty()) body["output_config"]["effort"] = request.reasoning_effort;
        if (request.response_format && request.response_format->kind == ResponseFormat::Kind::json_schema)
            body["output_config"]["format"] = {
                {"type", "json_schema"},
                {"schema", given_json(request.response_format->schema, "ResponseFormat::schema")}};
        if (!request.metadata.empty()) body["metadata"] = request.metadata;
        if (!request.user.empty()) body["metadata"]["user_id"] = request.user;
        if (!request.service_tier.empty()) body["service_tier"] = request.service_tier;
        if (stream) body["stream"] = true;
        if (!request.extra.empty()) body.merge_patch(given_json(request.extra, "ChatRequest::extra"));
        return body;
    }

    /// Names the beta of uploaded files where a part of `request` is one: the provider takes it from nobody else.
    static void name_beta(Headers& headers, ChatRequest const& request) {
        for (auto const& message : request.messages)
            for (auto const& part : message.parts)
                if (!part.file_id.empty()) return set_default(headers, "anthropic-beta", "files-api-2025-04-14");
    }

private:
    /// What this provider cannot do is refused, rather than left out.
    static void refuse(ChatRequest const& request) {
        auto const refuse_if = [](bool given, char const* what) {
            if (given) throw InvalidRequestError{std::string{"grit: Anthropic's messages have no "} + what};
        };
        refuse_if(request.seed.has_value(), "seed; leave it out");
        refuse_if(request.n.value_or(1) != 1, "n above 1; ask several times");
        refuse_if(request.logprobs || request.top_logprobs, "logprobs; leave them out");
        refuse_if(request.response_format && request.response_format->kind == ResponseFormat::Kind::json_object,
                  "format json_object; use json_schema");
        auto const& metadata = request.metadata;
        refuse_if(metadata.size() > 1 || (metadata.size() == 1 && metadata.begin()->first != "user_id"),
                  "metadata but user_id; leave it out");
    }

    static Json marked(Json block, Cache cache) {
        if (cache == Cache::none) return block;
        block["cache_control"] = {{"type", "ephemeral"}};
        if (cache == Cache::one_hour) block["cache_control"]["ttl"] = "1h";
        return block;
    }

    static Json text_block(std::string const& text) { return {{"type", "text"}, {"text", text}}; }

    static Json tool_of(Tool const& tool) {
        Json made{{"name", tool.name},
                  {"description", tool.description},
                  {"input_schema", given_json(tool.parameters, "Tool::parameters")}};
        if (tool.strict) made["strict"] = *tool.strict;
        return marked(std::move(made), tool.cache);
    }

    static Json tool_choice(ChatRequest const& request) {
        auto const& name = request.tool_choice;
        Json choice;
        if (name == "auto" || name == "none") choice = {{"type", name}};
        else if (name == "required") choice = {{"type", "any"}};
        else if (!name.empty()) choice = {{"type", "tool"}, {"name", name}};
        else if (request.parallel_tool_calls && !request.tools.empty()) choice = {{"type", "auto"}};
        if (request.parallel_tool_calls && !choice.is_null() && name != "none")
            choice["disable_parallel_tool_use"] = !*request.parallel_tool_calls;
        return choice;
    }

    /// Roles that the provider does not have become what it has; turns of tools that follow each other become one.
    static Json messages(ChatRequest const& request, std::string& system, Cache& system_cache) {
        auto messages = Json::array();
        bool answering = false;
        for (auto const& message : request.messages) {
            if (message.role == Role::system || message.role == Role::developer) {
                add_system(system, message);
                if (message.cache != Cache::none) system_cache = message.cache;
                continue;
            }
            if (message.role == Role::tool) {
                if (!answering) messages.push_back({{"role", "user"}, {"content", Json::array()}});
                messages.back()["content"].push_back(tool_result(message));
            } else {
                messages.push_back({{"role", to_string(message.role)}, {"content", content(message)}});
            }
            answering = message.role == Role::tool;
        }
        return messages;
    }

    static void add_system(std::string& system, Message const& message) {
        auto const add = [&](std::string const& text) { system.append(system.empty() ? "" : "\n\n").append(text); };
        if (!message.content.empty() || message.parts.empty()) add(message.content);
        for (auto const& part : message.parts) {
            if (part.kind != Part::Kind::text) throw_refused_part(provider, part, message.role);
            add(part.text);
        }
    }

    static Json tool_result(Message const& message) {
        Json result{{"type", "tool_result"}, {"tool_use_id", message.tool_call_id}, {"content", message.content}};
        if (!message.parts.empty()) {
            auto blocks = Json::array();
            add_said(blocks, message, message.content);
            result["content"] = std::move(blocks);
        }
        if (message.is_error) result["is_error"] = true;
        return marked(std::move(result), message.cache);
    }

    /// What the model thought comes first, then what was said, then the calls: in the order in which it was.
    static Json content(Message const& message) {
        auto const& text = message.content.empty() ? message.refusal : message.content;
        auto blocks = Json::array();
        for (auto const& thought : message.reasoning) {
            // What no signature proves is another provider's, and refused.
            if (!thought.redacted.empty())
                blocks.push_back({{"type", "redacted_thinking"}, {"data", thought.redacted}});
            else if (!thought.signature.empty())
                blocks.push_back({{"type", "thinking"}, {"thinking", thought.text}, {"signature", thought.signature}});
        }
        bool const plain = blocks.empty() && message.parts.empty() && message.tool_calls.empty();
        if (plain && message.cache == Cache::none) return text;
        add_said(blocks, message, text);
        for (auto const& call : message.tool_calls)
            blocks.push_back({{"type", "tool_use"},
                              {"id", call.id},
                              {"name", call.name},
                              {"input", given_json(object_of(call.arguments), "ToolCall::arguments")}});
        if (!blocks.empty()) blocks.back() = marked(std::move(blocks.back()), message.cache);
        return blocks;
    }

    static void add_said(Json& blocks, Message const& message, std::string const& text) {
        if (!text.empty()) blocks.push_back(text_block(text));
        for (auto const& part : message.parts) blocks.push_back(marked(block_of(part, message.role), part.cache));
    }

    static Json block_of(Part const& part, Role role) {
        using Kind = Part::Kind;
        if (part.kind == Kind::text) return text_block(part.text);
        if (part.kind == Kind::json) return given_json(part.text, "Part::text of the kind json");
        bool const has_data = !part.data.empty() && !part.media_type.empty();
        bool const known = part.kind == Kind::image || part.media_type == "application/pdf";
        Json source;
        if (!part.file_id.empty()) source = {{"type", "file"}, {"file_id", part.file_id}};
        else if (!part.url.empty()) source = {{"type", "url"}, {"url", part.url}};
        else if (has_data && known) source = {{"type", "base64"}, {"media_type", part.media_type}, {"data", part.data}};
        if (part.kind == Kind::audio || role == Role::assistant || source.is_null())
            throw_refused_part(provider, part, role);
        Json block{{"type", part.kind == Kind::image ? "image" : "document"}, {"source", std::move(source)}};
        if (part.kind == Kind::file && !part.name.empty()) block["title"] = part.name;
        return block;
    }
};

} // namespace grit::inline GRIT_ABI::llm::detail
