// SPDX-License-Identifier: BSL-1.0
#pragma once
// The OpenAI dialect of chat completions, which many other servers speak too.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
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

/// Puts a request into the words of OpenAI's `/chat/completions` and reads the answer.
///
/// Thread safety: no state.
struct OpenAi {
    static constexpr std::string_view base_url = "https://api.openai.com/v1";

    /// Returns: the HTTP request for `request`. Bytes of a text that are not UTF-8 become U+FFFD.
    ///
    /// Throws: InvalidRequestError if a text that must be JSON is none.
    static HttpRequest encode(ChatRequest const& request, Endpoint const& endpoint, bool stream = false) {
        nlohmann::json body{{"model", request.model}, {"messages", messages(request)}};
        if (request.max_tokens) body[endpoint.max_tokens_name] = *request.max_tokens;
        if (request.temperature) body["temperature"] = *request.temperature;
        if (!request.stop.empty()) body["stop"] = request.stop;
        if (request.seed) body["seed"] = *request.seed;
        for (auto const& tool : request.tools)
            body["tools"].push_back({{"type", "function"},
                                     {"function",
                                      {{"name", tool.name},
                                       {"description", tool.description},
                                       {"parameters", detail::given_json(tool.parameters, "Tool::parameters")}}}});
        if (auto const& choice = request.tool_choice; choice == "auto" || choice == "none" || choice == "required")
            body["tool_choice"] = choice;
        else if (!choice.empty()) body["tool_choice"] = {{"type", "function"}, {"function", {{"name", choice}}}};
        if (request.response_format) body["response_format"] = response_format(*request.response_format);
        if (stream) {
            body["stream"] = true;
            body["stream_options"] = {{"include_usage", true}};
        }
        if (!request.extra.empty()) body.merge_patch(detail::given_json(request.extra, "ChatRequest::extra"));

        auto http = detail::http_request(request, endpoint, base_url, "/chat/completions", stream);
        http.body = detail::written(body);
        detail::set_default(http.headers, "Authorization", "Bearer ", endpoint.key);
        detail::set_default(http.headers, "OpenAI-Organization", endpoint.organization);
        detail::set_default(http.headers, "OpenAI-Project", endpoint.project);
        return http;
    }

    /// Returns: what the model answered. A content of null, as beside a refusal or a tool call, is empty.
    ///
    /// Throws: the ApiStatusError of a status that is not 2xx, whatever its body is; ApiResponseValidationError if a
    /// body that should be an answer is none. Neither shows `key`. `now` is what a date in Retry-After is compared
    /// with.
    static ChatResponse decode(HttpResponse const& response, ApiKey const& key,
                               std::chrono::system_clock::time_point now) {
        using detail::member, detail::text_of;
        auto const body = detail::answer_body(response, key, now);
        auto const& choices = member(body, "choices");
        auto const& choice = choices.is_array() && !choices.empty() ? choices.front() : member(body, "");
        throw_choice_error(choice, response, key, now);
        auto const& message = member(choice, "message");
        auto const& content = member(message, "content");
        if (!message.is_object() || !(content.is_string() || content.is_null()))
            detail::throw_validation_error(response, body, "choices[0].message.content", key, now,
                                           choices.is_array() && choices.empty());
        auto answer = detail::answer_head(response, now);
        answer.id = text_of(member(body, "id"));
        answer.model = text_of(member(body, "model"));
        answer.content = text_of(content);
        answer.finish_reason = text_of(member(choice, "finish_reason"));
        if (answer.finish_reason.empty() && says_nothing(message))
            detail::throw_validation_error(response, body, "answer in its message", key, now, true);
        detail::add_usage(answer.usage, member(body, "usage"), "prompt_tokens", "completion_tokens");
        if (auto const& calls = member(message, "tool_calls"); calls.is_array())
            for (auto const& call : calls)
                answer.tool_calls.push_back({.id = text_of(member(call, "id")),
                                             .name = text_of(member(member(call, "function"), "name")),
                                             .arguments = detail::object_of(
                                                 detail::arguments_of(member(member(call, "function"), "arguments")))});
        return answer;
    }

    /// Reads the events of one streamed answer.
    class Stream {
    public:
        /// Takes one event and calls `deliver(Delta const&)` with what it adds.
        ///
        /// Throws: the error that an error event reports; ApiResponseValidationError for an event that is no JSON.
        template <class Deliver>
        void take(SseEvent const& event, HttpResponse const& head, ApiKey const& key,
                  std::chrono::system_clock::time_point now, Deliver&& deliver) {
            using detail::member, detail::text_of;
            told_ = false;
            if (finished_) return;
            if (event.data.starts_with("[DONE]")) {
                end(deliver);
                return;
            }
            auto const body = detail::event_body(event, head, key, now);
            if (auto id = text_of(member(body, "id")); !id.empty()) answer_.id = std::move(id);
            if (auto model = text_of(member(body, "model")); !model.empty()) answer_.model = std::move(model);
            detail::add_usage(answer_.usage, member(body, "usage"), "prompt_tokens", "completion_tokens");
            auto const& choices = member(body, "choices");
            if (!choices.is_array() || choices.empty()) return;
            auto const& choice = choices.front();
            throw_choice_error(choice, head, key, now);
            if (auto reason = text_of(member(choice, "finish_reason")); !reason.empty())
                answer_.finish_reason = std::move(reason);
            auto const& delta = member(choice, "delta");
            told_ = !says_nothing(delta) || detail::says_something(member(choice, "finish_reason"));
            if (nlohmann::json const& content = member(delta, "content"); content.is_string())
                add_text(text_.take(content.get_ref<std::string const&>()), deliver);
            if (auto const& calls = member(delta, "tool_calls"); calls.is_array())
                for (std::size_t i = 0; i < calls.size(); ++i) // the place counts where nothing else does
                    take_call(calls[i], calls.size() > 1 ? std::optional{static_cast<std::int64_t>(i)} : std::nullopt,
                              deliver);
        }

        /// The stream is at its end, whether it said so or not: what was kept is told.
        template <class Deliver>
        void end(Deliver&& deliver) {
            finished_ = true;
            add_text(text_.rest(), deliver);
            for (std::size_t at = 0; at < pieces_.size(); ++at) {
                auto& arguments = answer_.tool_calls[at].arguments;
                arguments = detail::object_of(arguments.append(pieces_[at].rest()));
            }
        }

        /// Returns: whether the stream has said that it is at its end.
        bool finished() const noexcept { return finished_; }

        /// Returns: whether the last event told something of the answer, also what is not delivered, such as reasoning.
        bool told() const noexcept { return told_; }

        /// What has arrived so far.
        ChatResponse& answer() noexcept { return answer_; }

    private:
        template <class Deliver>
        void add_text(std::string const& text, Deliver& deliver) {
            answer_.content += text;
            if (!text.empty()) deliver(Delta{.text = text});
        }

        template <class Deliver>
        void take_call(nlohmann::json const& call, std::optional<std::int64_t> place, Deliver& deliver) {
            bool const alone = !place;
            using detail::member, detail::text_of;
            if (auto const& index = member(call, "index"); index.is_number_unsigned()) place = detail::count_of(index);
            auto const& function = member(call, "function");
            auto const id = text_of(member(call, "id"));
            auto const name = text_of(member(function, "name"));
            auto arguments = detail::arguments_of(member(function, "arguments"));
            if (id.empty() && name.empty() && arguments.empty()) return;
            auto const at = call_of(place, alone, id, name, arguments);
            if (at == answer_.tool_calls.size()) {
                answer_.tool_calls.emplace_back();
                ends_.emplace_back();
                pieces_.emplace_back();
            }
            arguments = pieces_[at].take(arguments);
            last_call_ = at;
            auto& known = answer_.tool_calls[at];
            if (place) by_index_[*place] = at;
            if (known.id.empty() && !id.empty()) known.id = id;
            if (!id.empty()) by_id_[id] = at;
            // Some servers send the name with every piece, whole or as far as it is known.
            auto said = std::string_view{name};
            if (said.starts_with(known.name)) said.remove_prefix(known.name.size());
            if (!known.arguments.empty() && !known.name.empty()) said = {};
            known.name += said;
            known.arguments += arguments;
            ends_[at].feed(arguments);
            deliver(Delta{.tool_call = at, .tool_id = id, .tool_name = said, .tool_arguments = arguments});
        }

        /// Returns: the call that a piece belongs to; one more than there are for a new one.
        ///
        /// Servers send no index, null, or 0 for all, an id in the first piece or in each, a new id with each: no
        /// single member tells. The id comes first, then the index, then the order.
        std::size_t call_of(std::optional<std::int64_t> place, bool alone, std::string const& id,
                            std::string const& name, std::string const& arguments) const {
            auto const& calls = answer_.tool_calls;
            if (calls.empty()) return 0;
            auto const by_index = place ? by_index_.find(*place) : by_index_.end();
            bool const placed = by_index != by_index_.end();
            auto const at = placed ? by_index->second : last_call_;
            auto const& known = calls[at];
            bool const over = ends_[at].whole();
            if (auto const same = by_id_.find(id); !id.empty() && same != by_id_.end()) {
                // The same id at another place, begun by its name: a server that gives all calls one id.
                bool const another = place && !placed && !name.empty() && ends_[same->second].whole();
                return another ? calls.size() : placed && known.id == id ? at : same->second;
            }
            // Whatever the numbers are: a whole object is not followed by the beginning of another.
            bool const begins = arguments.empty() || arguments.front() == '{';
            bool const renamed = !name.empty() && !name.starts_with(known.name);
            if (place && !placed && (!id.empty() || !name.empty() || over)) return calls.size();
            if (!id.empty()) {
                if (known.id.empty()) return renamed || (over && begins && !name.empty()) ? calls.size() : at;
                return !name.empty() || (over && !arguments.empty() && begins) || !placed ? calls.size() : at;
            }
            // A name in pieces comes before the arguments, one piece at a time.
            if (renamed) return alone && known.arguments.empty() && arguments.empty() ? at : calls.size();
            return !name.empty() && !known.name.empty() && over && begins ? calls.size() : at;
        }

        ChatResponse answer_ = {};
        /// Of each call, whether its arguments are whole; and where the last call with an id or an index is.
        std::vector<detail::ObjectEnd> ends_ = {};
        /// The halves of characters in the content, and in the arguments of each call.
        detail::TextPieces text_ = {};
        std::vector<detail::TextPieces> pieces_ = {};
        std::unordered_map<std::string, std::size_t> by_id_ = {};
        std::unordered_map<std::int64_t, std::size_t> by_index_ = {};
        std::size_t last_call_ = 0;
        bool finished_ = false;
        bool told_ = false;
    };

private:
    /// A gateway reports what failed behind it in the choice, whose status is 200.
    static void throw_choice_error(nlohmann::json const& choice, HttpResponse const& head, ApiKey const& key,
                                   std::chrono::system_clock::time_point now) {
        using detail::member;
        if (detail::says_something(member(choice, "error")) || member(choice, "finish_reason") == "error")
            throw_event_error(head, detail::provider_error(choice, {}), key, now);
    }

    /// No content, no call, no refusal, nothing that this dialect does not know either.
    static bool says_nothing(nlohmann::json const& message) {
        for (auto const& [name, value] : message.items())
            if (name != "role" && detail::says_something(value)) return false;
        return true;
    }

    static nlohmann::json messages(ChatRequest const& request) {
        auto messages = nlohmann::json::array();
        if (!request.system.empty()) messages.push_back({{"role", "system"}, {"content", request.system}});
        for (auto const& message : request.messages) {
            nlohmann::json turn{{"role", to_string(message.role)}, {"content", message.content}};
            if (message.role == Role::tool) turn["tool_call_id"] = message.tool_call_id;
            if (!message.tool_calls.empty() && message.content.empty()) turn["content"] = nullptr;
            for (auto const& call : message.tool_calls)
                turn["tool_calls"].push_back(
                    {{"id", call.id},
                     {"type", "function"},
                     {"function", {{"name", call.name}, {"arguments", detail::object_of(call.arguments)}}}});
            messages.push_back(std::move(turn));
        }
        return messages;
    }

    static nlohmann::json response_format(ResponseFormat const& format) {
        switch (format.kind) {
        case ResponseFormat::Kind::json_object: return {{"type", "json_object"}};
        case ResponseFormat::Kind::json_schema:
            return {{"type", "json_schema"},
                    {"json_schema",
                     {{"name", format.name},
                      {"schema", detail::given_json(format.schema, "ResponseFormat::schema")},
                      {"strict", format.strict}}}};
        case ResponseFormat::Kind::text: break;
        }
        return {{"type", "text"}};
    }
};

} // namespace grit::llm
