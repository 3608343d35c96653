// SPDX-License-Identifier: BSL-1.0
#pragma once
// The OpenAI dialect of responses: conversations as items, with reasoning that the next turn carries.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/part.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/http_head.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/dialect/refused_part.hpp>
#include <grit/llm/dialect/responses_answer.hpp>
#include <grit/llm/dialect/responses_stream.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Puts a request into the words of OpenAI's `/responses` and reads the answer.
///
/// Nothing is kept at the provider; what a model thought comes back in `ChatResponse::reasoning`, and the next turn
/// carries it. Thread safety: no state.
struct OpenAiResponses {
    static constexpr Provider provider() noexcept { return Provider::openai_responses; }
    static constexpr std::string_view base_url = default_base_url(Provider::openai_responses);

    /// Returns: the HTTP request for `request`. Bytes of a text that are not UTF-8 become U+FFFD.
    ///
    /// Throws: InvalidRequestError for what this protocol cannot say (`stop`, `seed`, `n`, `reasoning_tokens`, audio),
    /// rather than leave it out, and if a text that must be JSON is none.
    static HttpRequest encode(ChatRequest const& request, Endpoint const& endpoint, bool stream = false) {
        if (!request.stop.empty()) refuse("stop");
        if (request.seed) refuse("seed");
        if (request.n.value_or(1) != 1) refuse("n");
        if (request.reasoning_tokens) refuse("reasoning_tokens");
        detail::Json body{{"model", request.model}, {"input", items(request)}, {"store", false}};
        if (!request.system.empty()) body["instructions"] = request.system;
        if (request.max_tokens) body["max_output_tokens"] = *request.max_tokens;
        if (request.temperature)
            body["temperature"] = detail::given_number(*request.temperature, "ChatRequest::temperature");
        if (request.top_p) body["top_p"] = detail::given_number(*request.top_p, "ChatRequest::top_p");
        if (!request.reasoning_effort.empty()) body["reasoning"] = {{"effort", request.reasoning_effort}};
        if (request.parallel_tool_calls) body["parallel_tool_calls"] = *request.parallel_tool_calls;
        if (!request.metadata.empty()) body["metadata"] = request.metadata;
        if (!request.user.empty()) body["user"] = request.user;
        if (!request.service_tier.empty()) body["service_tier"] = request.service_tier;
        if (carries_reasoning(request)) body["include"].push_back("reasoning.encrypted_content");
        if (request.logprobs || request.top_logprobs) body["include"].push_back("message.output_text.logprobs");
        if (request.top_logprobs) body["top_logprobs"] = *request.top_logprobs;
        for (auto const& tool : request.tools)
            body["tools"].push_back({{"type", "function"},
                                     {"name", tool.name},
                                     {"description", tool.description},
                                     {"parameters", detail::given_json(tool.parameters, "Tool::parameters")},
                                     {"strict", tool.strict.value_or(false)}}); // left out, it would be true here
        if (auto const& choice = request.tool_choice; choice == "auto" || choice == "none" || choice == "required")
            body["tool_choice"] = choice;
        else if (!choice.empty()) body["tool_choice"] = {{"type", "function"}, {"name", choice}};
        if (request.response_format) body["text"] = {{"format", format(*request.response_format)}};
        if (stream) body["stream"] = true;
        if (!request.extra.empty()) body.merge_patch(detail::given_json(request.extra, "ChatRequest::extra"));

        auto http = detail::http_request(request, endpoint, base_url, "/responses", stream);
        http.body = detail::written(body);
        detail::set_key(http.headers, endpoint, "Authorization", "Bearer ");
        detail::set_default(http.headers, "OpenAI-Organization", endpoint.organization);
        detail::set_default(http.headers, "OpenAI-Project", endpoint.project);
        return http;
    }

    /// Returns: what the model answered; its finish reason is "tool_calls" where it waits for tools, else why the
    /// answer is incomplete, else its status.
    ///
    /// Throws: as OpenAi::decode does, and the error that a response of status "failed" names; InvalidRequestError for
    /// one that goes on in the background.
    static ChatResponse decode(HttpResponse const& response, ApiKey const& key,
                               std::chrono::system_clock::time_point now) {
        auto const body = detail::answer_body(response, key, now);
        detail::throw_if_failed(body, response, key, now);
        auto const& output = detail::member(body, "output");
        if (!output.is_array()) detail::throw_validation_error(response, body, "output", key, now);
        auto answer = detail::answer_head(response, now);
        for (auto const& item : output) detail::add_response_item(answer, item);
        detail::end_response(answer, body);
        auto const status = detail::text_of(detail::member(body, "status"));
        // Nobody is asked again, here or elsewhere: that would begin, and cost, another one.
        if (status == "queued" || status == "in_progress")
            throw InvalidRequestError{"grit: the response " + key.redact(answer.id) +
                                      " goes on in the background, where nobody waits for it; leave \"background\" out "
                                      "of ChatRequest::extra"};
        if (output.empty() && status != "incomplete")
            detail::throw_validation_error(response, body, "answer in its output", key, now, true);
        answer.raw = response.body;
        return answer;
    }

    /// Reads the events of one streamed answer.
    using Stream = detail::ResponsesStream;

private:
    [[noreturn]] static void refuse(std::string const& member) {
        throw InvalidRequestError{"grit: OpenAI's responses have no " + member +
                                  "; leave it out, or use the chat completions"};
    }

    /// A model that does not reason refuses to encrypt its reasoning.
    static bool carries_reasoning(ChatRequest const& request) {
        if (!request.reasoning_effort.empty()) return true;
        for (auto const& message : request.messages)
            if (!message.reasoning.empty() && !message.reasoning.front().encrypted.empty()) return true;
        std::string_view model = request.model;
        if (auto const slash = model.rfind('/'); slash != model.npos) model.remove_prefix(slash + 1);
        bool const numbered = model.size() > 1 && model[0] == 'o' && model[1] >= '1' && model[1] <= '9';
        return numbered || (model.starts_with("gpt-5") && model.find("chat") == model.npos);
    }

    static detail::Json items(ChatRequest const& request) {
        auto items = detail::Json::array();
        for (auto const& message : request.messages) {
            if (message.role == Role::tool) {
                items.push_back({{"type", "function_call_output"},
                                 {"call_id", message.tool_call_id},
                                 {"output", content(message)}});
                continue;
            }
            for (auto const& thought : message.reasoning)
                if (!thought.encrypted.empty()) items.push_back(reasoning(thought)); // another provider's means nothing
            if (!message.content.empty() || !message.parts.empty() ||
                (message.tool_calls.empty() && message.refusal.empty()))
                items.push_back({{"role", to_string(message.role)}, {"content", content(message)}});
            if (!message.refusal.empty())
                items.push_back({{"role", to_string(message.role)},
                                 {"content", {{{"type", "refusal"}, {"refusal", message.refusal}}}}});
            for (auto const& call : message.tool_calls)
                items.push_back({{"type", "function_call"},
                                 {"call_id", call.id},
                                 {"name", call.name},
                                 {"arguments", detail::object_of(call.arguments)}});
        }
        return items;
    }

    static detail::Json reasoning(Reasoning const& thought) {
        detail::Json item{
            {"type", "reasoning"}, {"summary", detail::Json::array()}, {"encrypted_content", thought.encrypted}};
        if (!thought.id.empty()) item["id"] = thought.id;
        if (!thought.text.empty()) item["summary"].push_back({{"type", "summary_text"}, {"text", thought.text}});
        return item;
    }

    static detail::Json content(Message const& message) {
        if (message.parts.empty()) return message.content;
        auto parts = detail::Json::array();
        if (!message.content.empty()) parts.push_back(part(text_part(message.content), message.role));
        for (auto const& given : message.parts) parts.push_back(part(given, message.role));
        return parts;
    }

    static detail::Json part(Part const& given, Role role) {
        if (given.kind == Part::Kind::json) return detail::given_json(given.text, "Part::text of the kind json");
        if (given.kind == Part::Kind::text)
            return {{"type", role == Role::assistant ? "output_text" : "input_text"}, {"text", given.text}};
        bool const has_data = !given.data.empty() && !given.media_type.empty();
        if (given.kind == Part::Kind::audio || role == Role::assistant ||
            (!has_data && given.url.empty() && given.file_id.empty()))
            detail::throw_refused_part("OpenAI's responses", given, role);
        auto const address = has_data ? "data:" + given.media_type + ";base64," + given.data : given.url;
        bool const image = given.kind == Part::Kind::image;
        detail::Json said{{"type", image ? "input_image" : "input_file"}};
        if (!given.file_id.empty()) said["file_id"] = given.file_id;
        else said[image ? "image_url" : has_data ? "file_data" : "file_url"] = address;
        if (image && !given.detail.empty()) said["detail"] = given.detail;
        if (!image && has_data) said["filename"] = given.name.empty() ? "file" : given.name;
        return said;
    }

    static detail::Json format(ResponseFormat const& format) {
        switch (format.kind) {
        case ResponseFormat::Kind::json_object: return {{"type", "json_object"}};
        case ResponseFormat::Kind::json_schema:
            return {{"type", "json_schema"},
                    {"name", format.name},
                    {"schema", detail::given_json(format.schema, "ResponseFormat::schema")},
                    {"strict", format.strict}};
        case ResponseFormat::Kind::text: break;
        }
        return {{"type", "text"}};
    }
};

} // namespace grit::inline GRIT_ABI::llm
