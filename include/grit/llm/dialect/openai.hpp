// SPDX-License-Identifier: BSL-1.0
#pragma once
// The OpenAI dialect of chat completions, which many other servers speak too.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/http_head.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/openai_answer.hpp>
#include <grit/llm/dialect/openai_request.hpp>
#include <grit/llm/dialect/openai_stream.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Puts a request into the words of OpenAI's `/chat/completions` and reads the answer.
///
/// Thread safety: no state.
struct OpenAi {
    static constexpr Provider provider() noexcept { return Provider::openai; }
    static constexpr std::string_view base_url = default_base_url(Provider::openai);

    /// Returns: the HTTP request for `request`. Bytes of a text that are not UTF-8 become U+FFFD.
    ///
    /// Throws: InvalidRequestError if a text that must be JSON is none, and for what this provider cannot do: parts of
    /// a kind or in a form that it does not take, and `reasoning_tokens`.
    static HttpRequest encode(ChatRequest const& request, Endpoint const& endpoint, bool stream = false) {
        auto const body = detail::OpenAiRequest::body(request, endpoint, stream);
        auto http = detail::http_request(request, endpoint, base_url, "/chat/completions", stream);
        http.body = detail::written(body);
        detail::set_key(http.headers, endpoint, "Authorization", "Bearer ");
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
        bool const no_choice = choices.is_array() && choices.empty();
        if (!choices.is_array() || no_choice)
            detail::throw_validation_error(response, body, "choices[0].message.content", key, now, no_choice);
        std::vector<std::pair<std::size_t, detail::Json const*>> in_order;
        for (auto const& choice : choices) {
            detail::throw_choice_error(choice, response, key, now);
            auto const& message = member(choice, "message");
            auto const& content = member(message, "content");
            if (!message.is_object() || !(content.is_string() || content.is_null() || content.is_array()))
                detail::throw_validation_error(response, body, "choices[0].message.content", key, now);
            if (text_of(member(choice, "finish_reason")).empty() && detail::says_nothing(message))
                detail::throw_validation_error(response, body, "answer in its message", key, now, true);
            in_order.emplace_back(detail::index_of_choice(choice, in_order.size()), &choice);
        }
        std::ranges::sort(in_order); // of one number by their place, which is their address
        auto answer = detail::answer_head(response, now);
        answer.id = text_of(member(body, "id"));
        answer.model = text_of(member(body, "model"));
        answer.service_tier = text_of(member(body, "service_tier"));
        detail::add_openai_usage(answer.usage, member(body, "usage"));
        read_choice(answer, *in_order.front().second);
        detail::add_citations(answer.citations, member(body, "citations"));
        for (std::size_t i = 1; i < in_order.size(); ++i)
            read_choice(answer.alternatives.emplace_back(Choice{.index = in_order[i].first}), *in_order[i].second);
        answer.raw = response.body;
        return answer;
    }

    /// Reads the events of one streamed answer.
    using Stream = detail::OpenAiStream;

private:
    template <class Answer>
    static void read_choice(Answer& answer, detail::Json const& choice) {
        using detail::member, detail::text_of;
        auto const& message = member(choice, "message");
        auto said = detail::said_by(message);
        answer.content = std::move(said.content);
        answer.refusal = std::move(said.refusal);
        if (!said.reasoning.empty()) answer.reasoning.push_back({.text = std::move(said.reasoning)});
        answer.finish_reason = text_of(member(choice, "finish_reason"));
        if (auto const& calls = member(message, "tool_calls"); calls.is_array())
            for (auto const& call : calls) answer.tool_calls.push_back(call_of(call));
        if (auto const old = detail::old_call(message); !old.is_null() && answer.tool_calls.empty())
            answer.tool_calls.push_back(call_of(old));
        detail::add_citations(answer.citations, member(message, "annotations"));
        detail::add_logprobs(answer.logprobs, member(member(choice, "logprobs"), "content"));
    }

    static ToolCall call_of(detail::Json const& call) {
        using detail::member, detail::text_of;
        auto const& function = member(call, "function");
        return {.id = text_of(member(call, "id")),
                .name = text_of(member(function, "name")),
                .arguments = detail::object_of(detail::arguments_of(member(function, "arguments")))};
    }
};

} // namespace grit::inline GRIT_ABI::llm
