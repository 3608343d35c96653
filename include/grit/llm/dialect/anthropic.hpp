// SPDX-License-Identifier: BSL-1.0
#pragma once
// The Anthropic dialect: the messages API.

#include <chrono>
#include <string>
#include <string_view>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/anthropic_request.hpp>
#include <grit/llm/dialect/anthropic_stream.hpp>
#include <grit/llm/dialect/http_head.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/openai_answer.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Puts a request into the words of Anthropic's `/v1/messages` and reads the answer.
///
/// Thread safety: no state.
struct Anthropic {
    static constexpr Provider provider() noexcept { return Provider::anthropic; }
    static constexpr std::string_view base_url = default_base_url(Provider::anthropic);
    /// The provider insists on a limit; this one is sent where the request has none.
    static constexpr int default_max_tokens = 4096;

    /// Returns: the HTTP request for `request`. System and developer messages become the `system` text; bytes of a text
    /// that are not UTF-8 become U+FFFD.
    ///
    /// Throws: InvalidRequestError for what this provider cannot do (`seed`, `n`, `logprobs`, the format json_object,
    /// audio), rather than leave it out, and if a text that must be JSON is none.
    static HttpRequest encode(ChatRequest const& request, Endpoint const& endpoint, bool stream = false) {
        auto const body = detail::AnthropicRequest::body(request, default_max_tokens, stream);
        auto http = detail::http_request(request, endpoint, base_url, "/messages", stream);
        http.body = detail::written(body);
        detail::set_key(http.headers, endpoint, "x-api-key", "");
        detail::set_default(http.headers, "anthropic-version", "2023-06-01");
        detail::AnthropicRequest::name_beta(http.headers, request);
        return http;
    }

    /// Returns: what the model answered: its text blocks as one content, its tool_use blocks as tool calls, its
    /// thinking blocks as reasoning.
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
        auto const& usage = member(body, "usage");
        detail::add_anthropic_usage(answer.usage, usage);
        answer.service_tier = text_of(member(usage, "service_tier"));
        for (auto const& block : content) read_block(answer, block);
        answer.raw = response.body;
        return answer;
    }

    /// Reads the events of one streamed answer.
    using Stream = detail::AnthropicStream;

private:
    static void read_block(ChatResponse& answer, detail::Json const& block) {
        using detail::member, detail::text_of;
        if (detail::Json const& text = member(block, "text"); text.is_string())
            answer.content += text.get_ref<std::string const&>();
        detail::add_citations(answer.citations, member(block, "citations"));
        auto const type = text_of(member(block, "type"));
        if (type == "thinking" || type == "redacted_thinking") answer.reasoning.push_back(detail::reasoning_of(block));
        if (type == "tool_use")
            answer.tool_calls.push_back({.id = text_of(member(block, "id")),
                                         .name = text_of(member(block, "name")),
                                         .arguments = detail::object_of(detail::arguments_of(member(block, "input")))});
    }
};

} // namespace grit::inline GRIT_ABI::llm
