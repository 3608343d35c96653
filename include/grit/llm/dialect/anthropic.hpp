// SPDX-License-Identifier: BSL-1.0
#pragma once
// The Anthropic dialect: the messages API.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <grit/llm/chat/delta.hpp>
#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/http_head.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/text_pieces.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/throw_status_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/sse.hpp>

namespace grit::llm {

/// Puts a request into the words of Anthropic's `/v1/messages` and reads the answer.
///
/// Thread safety: no state.
struct Anthropic {
    static constexpr std::string_view base_url = "https://api.anthropic.com/v1";
    /// The provider insists on a limit; this one is sent where the request has none.
    static constexpr int default_max_tokens = 4096;

    /// Returns: the HTTP request for `request`. System and developer messages become the `system` text; bytes of a text
    /// that are not UTF-8 become U+FFFD.
    ///
    /// Throws: InvalidRequestError for what this provider cannot do (`seed`, a response format), rather than leave it
    /// out, and if a text that must be JSON is none.
    static HttpRequest encode(ChatRequest const& request, Endpoint const& endpoint, bool stream = false) {
        if (request.seed) throw InvalidRequestError{"grit: Anthropic's messages have no seed; leave it out"};
        if (request.response_format && request.response_format->kind != ResponseFormat::Kind::text)
            throw InvalidRequestError{"grit: Anthropic's messages have no response_format; use a tool, or extra"};
        std::string system = request.system;
        nlohmann::json body{{"model", request.model},
                            {"max_tokens", request.max_tokens.value_or(default_max_tokens)},
                            {"messages", messages(request, system)}};
        if (!system.empty()) body["system"] = system;
        if (request.temperature) body["temperature"] = *request.temperature;
        if (!request.stop.empty()) body["stop_sequences"] = request.stop;
        for (auto const& tool : request.tools)
            body["tools"].push_back({{"name", tool.name},
                                     {"description", tool.description},
                                     {"input_schema", detail::given_json(tool.parameters, "Tool::parameters")}});
        if (auto const& choice = request.tool_choice; choice == "auto" || choice == "none")
            body["tool_choice"] = {{"type", choice}};
        else if (choice == "required") body["tool_choice"] = {{"type", "any"}};
        else if (!choice.empty()) body["tool_choice"] = {{"type", "tool"}, {"name", choice}};
        if (stream) body["stream"] = true;
        if (!request.extra.empty()) body.merge_patch(detail::given_json(request.extra, "ChatRequest::extra"));

        auto http = detail::http_request(request, endpoint, base_url, "/messages", stream);
        http.body = detail::written(body);
        detail::set_default(http.headers, "x-api-key", "", endpoint.key);
        detail::set_default(http.headers, "anthropic-version", "2023-06-01");
        return http;
    }

    /// Returns: what the model answered: its text blocks as one content, its tool_use blocks as tool calls.
    ///
    /// Throws: as OpenAi::decode does.
    static ChatResponse decode(HttpResponse const& response, ApiKey const& key,
                               std::chrono::system_clock::time_point now) {
        using detail::member, detail::text_of;
        auto const body = detail::answer_body(response, key, now);
        auto const& content = member(body, "content");
        if (!content.is_array()) detail::throw_validation_error(response, body, "content", key, now);
        auto answer = detail::answer_head(response, now);
        answer.id = text_of(member(body, "id"));
        answer.model = text_of(member(body, "model"));
        answer.finish_reason = text_of(member(body, "stop_reason"));
        if (content.empty() && answer.finish_reason.empty())
            detail::throw_validation_error(response, body, "answer in its content", key, now, true);
        detail::add_usage(answer.usage, member(body, "usage"), "input_tokens", "output_tokens");
        for (auto const& block : content) {
            if (nlohmann::json const& text = member(block, "text"); text.is_string())
                answer.content += text.get_ref<std::string const&>();
            if (text_of(member(block, "type")) == "tool_use")
                answer.tool_calls.push_back(
                    {.id = text_of(member(block, "id")),
                     .name = text_of(member(block, "name")),
                     .arguments = detail::object_of(detail::arguments_of(member(block, "input")))});
        }
        return answer;
    }

    /// Reads the events of one streamed answer.
    class Stream {
    public:
        /// Takes one event and calls `deliver(Delta const&)` with what it adds; an event of an unknown kind is passed
        /// over.
        ///
        /// Throws: the error that an error event reports; ApiResponseValidationError for an event that is no JSON.
        template <class Deliver>
        void take(SseEvent const& event, HttpResponse const& head, ApiKey const& key,
                  std::chrono::system_clock::time_point now, Deliver&& deliver) {
            using detail::member, detail::text_of;
            told_ = false;
            if (finished_) return;
            auto const body = detail::event_body(event, head, key, now);
            auto type = text_of(member(body, "type"));
            if (type.empty()) type = event.event;
            auto const& block = member(body, "content_block"); // thinking that is not shown comes at once
            told_ = type == "content_block_delta" || member(block, "type") == "tool_use" ||
                    member(block, "type") == "redacted_thinking" ||
                    detail::says_something(member(member(body, "delta"), "stop_reason"));
            if (type == "message_start") {
                auto const& message = member(body, "message");
                answer_.id = text_of(member(message, "id"));
                answer_.model = text_of(member(message, "model"));
                detail::add_usage(answer_.usage, member(message, "usage"), "input_tokens", "output_tokens");
            } else if (type == "content_block_start") {
                start_block(body, deliver);
            } else if (type == "content_block_delta") {
                add_to_block(body, deliver);
            } else if (type == "message_delta") {
                if (auto reason = text_of(member(member(body, "delta"), "stop_reason")); !reason.empty())
                    answer_.finish_reason = std::move(reason);
                detail::add_usage(answer_.usage, member(body, "usage"), "input_tokens", "output_tokens");
            } else if (type == "message_stop") {
                end(deliver);
            }
        }

        /// The stream is at its end, whether it said so or not: what was kept is told.
        template <class Deliver>
        void end(Deliver&& deliver) {
            for (std::size_t at = 0; at < inputs_.size(); ++at) settle(at, deliver);
            if (auto const rest = text_.rest(); !rest.empty()) add_text(rest, deliver);
            finished_ = true;
        }

        /// Returns: whether the stream has said that it is at its end.
        bool finished() const noexcept { return finished_; }

        /// Returns: whether the last event told something of the answer, also what is not delivered, such as reasoning.
        bool told() const noexcept { return told_; }

        /// What has arrived so far.
        ChatResponse& answer() noexcept { return answer_; }

    private:
        template <class Deliver>
        void start_block(nlohmann::json const& event, Deliver& deliver) {
            using detail::member, detail::text_of;
            auto const& block = member(event, "content_block");
            if (nlohmann::json const& text = member(block, "text");
                text.is_string() && !text.get_ref<std::string const&>().empty())
                add_text(text.get_ref<std::string const&>(), deliver);
            auto const index = index_of(event);
            if (text_of(member(block, "type")) != "tool_use") {
                blocks_.erase(index);
                return;
            }
            blocks_[index] = answer_.tool_calls.size();
            auto const& call = answer_.tool_calls.emplace_back(
                ToolCall{.id = text_of(member(block, "id")), .name = text_of(member(block, "name"))});
            // A provider begins with an empty object and sends pieces; a compatible server may send all of it here.
            pieces_.emplace_back();
            inputs_.push_back(detail::object_of(detail::arguments_of(member(block, "input"))));
            deliver(Delta{.tool_call = answer_.tool_calls.size() - 1, .tool_id = call.id, .tool_name = call.name});
        }

        template <class Deliver>
        void add_to_block(nlohmann::json const& event, Deliver& deliver) {
            using detail::member;
            auto const& delta = member(event, "delta");
            if (nlohmann::json const& text = member(delta, "text"); text.is_string())
                add_text(text.get_ref<std::string const&>(), deliver);
            auto const piece = detail::arguments_of(member(delta, "partial_json"));
            if (piece.empty() || inputs_.empty()) return;
            // Arguments for no call, by their number: they are the newest call's, before they are nobody's.
            auto const found = blocks_.find(index_of(event));
            add_arguments(found == blocks_.end() ? inputs_.size() - 1 : found->second, piece, deliver);
        }

        /// A call without pieces has what its block began with, which may be an empty object.
        template <class Deliver>
        void settle(std::size_t at, Deliver& deliver) {
            answer_.tool_calls[at].arguments += pieces_[at].rest();
            if (!answer_.tool_calls[at].arguments.empty()) return;
            if (inputs_[at] == "{}") answer_.tool_calls[at].arguments = "{}";
            else add_arguments(at, inputs_[at], deliver);
        }

        template <class Deliver>
        void add_arguments(std::size_t at, std::string_view piece, Deliver& deliver) {
            auto const whole = pieces_[at].take(piece);
            answer_.tool_calls[at].arguments += whole;
            if (!whole.empty()) deliver(Delta{.tool_call = at, .tool_arguments = whole});
        }

        /// Returns: the number of the event's block; -1 for a server that sends none.
        static std::int64_t index_of(nlohmann::json const& event) {
            auto const& index = detail::member(event, "index");
            return index.is_number_unsigned() ? detail::count_of(index) : -1;
        }

        template <class Deliver>
        void add_text(std::string_view piece, Deliver& deliver) {
            auto const text = text_.take(piece);
            answer_.content += text;
            if (!text.empty()) deliver(Delta{.text = text});
        }

        ChatResponse answer_ = {};
        /// Where the call of an open block is; and what each call's block began with, for want of pieces.
        std::unordered_map<std::int64_t, std::size_t> blocks_ = {};
        std::vector<std::string> inputs_ = {};
        /// The halves of characters in the text, and in the input of each call.
        detail::TextPieces text_ = {};
        std::vector<detail::TextPieces> pieces_ = {};
        bool finished_ = false;
        bool told_ = false;
    };

private:
    /// Roles that the provider does not have become what it has; turns of tools that follow each other become one.
    static nlohmann::json messages(ChatRequest const& request, std::string& system) {
        auto messages = nlohmann::json::array();
        bool answering = false;
        for (auto const& message : request.messages) {
            if (message.role == Role::system || message.role == Role::developer) {
                system.append(system.empty() ? "" : "\n\n").append(message.content);
                continue;
            }
            if (message.role == Role::tool) {
                if (!answering) messages.push_back({{"role", "user"}, {"content", nlohmann::json::array()}});
                messages.back()["content"].push_back(
                    {{"type", "tool_result"}, {"tool_use_id", message.tool_call_id}, {"content", message.content}});
            } else if (message.tool_calls.empty()) {
                messages.push_back({{"role", to_string(message.role)}, {"content", message.content}});
            } else {
                auto blocks = nlohmann::json::array();
                if (!message.content.empty()) blocks.push_back({{"type", "text"}, {"text", message.content}});
                for (auto const& call : message.tool_calls)
                    blocks.push_back(
                        {{"type", "tool_use"},
                         {"id", call.id},
                         {"name", call.name},
                         {"input", detail::given_json(detail::object_of(call.arguments), "ToolCall::arguments")}});
                messages.push_back({{"role", to_string(message.role)}, {"content", std::move(blocks)}});
            }
            answering = message.role == Role::tool;
        }
        return messages;
    }
};

} // namespace grit::llm
