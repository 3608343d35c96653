// SPDX-License-Identifier: BSL-1.0
#pragma once
// The OpenAI dialect of chat completions, which many other servers speak too; the one place that knows its JSON.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <grit/llm/endpoint.hpp>
#include <grit/llm/error.hpp>
#include <grit/llm/http.hpp>
#include <grit/llm/request.hpp>
#include <grit/llm/response.hpp>
#include <grit/llm/status_error.hpp>

namespace grit::llm {

namespace detail {

/// Returns: what `text` says, or a discarded value if it is not JSON or nested deeper than any answer is.
inline nlohmann::json parse_json(std::string_view text) {
    // Destroying a value is iterative, printing it is not: the depth is what a hostile body could do harm with.
    constexpr int max_depth = 64;
    bool too_deep = false;
    auto const keep = [&](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
        too_deep = too_deep || depth > max_depth;
        return !too_deep;
    };
    auto value = nlohmann::json::parse(text, keep, false);
    return too_deep ? nlohmann::json(nlohmann::json::value_t::discarded) : value;
}

/// Returns: the member, or null if there is none or `value` is no object.
inline nlohmann::json const& member(nlohmann::json const& value, char const* name) {
    static nlohmann::json const null;
    auto const found = value.is_object() ? value.find(name) : value.end();
    return found == value.end() ? null : *found;
}

inline std::string text_of(nlohmann::json const& value) {
    if (value.is_string()) return value.get<std::string>();
    // Compatible servers number their codes.
    return value.is_number_integer() ? value.dump() : std::string{};
}

inline std::int64_t count_of(nlohmann::json const& value) {
    return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

} // namespace detail

/// Puts a request into the words of OpenAI's `/chat/completions` and reads the answer.
///
/// Thread safety: no state.
struct OpenAi {
    /// Returns: the HTTP request for `request`. Bytes of a message that are not UTF-8 become U+FFFD.
    static HttpRequest encode(ChatRequest const& request, Endpoint const& endpoint) {
        nlohmann::json body{{"model", request.model}, {"messages", nlohmann::json::array()}};
        for (auto const& message : request.messages)
            body["messages"].push_back({{"role", to_string(message.role)}, {"content", message.content}});
        if (request.max_tokens) body["max_tokens"] = *request.max_tokens;
        if (request.temperature) body["temperature"] = *request.temperature;

        std::string_view base = endpoint.base_url;
        while (base.ends_with('/')) base.remove_suffix(1);
        HttpRequest http{.url = std::string{base} + "/chat/completions",
                         .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
                         .body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                         .timeouts = endpoint.timeouts};
        if (!endpoint.key.empty()) http.headers.set("Authorization", "Bearer " + std::string{endpoint.key.reveal()});
        http.headers.merge(endpoint.headers);
        http.headers.merge(request.headers);
        if (request.timeout) http.timeouts.attempt = *request.timeout;
        return http;
    }

    /// Returns: what the model answered. A content of null, as beside a refusal or a tool call, is empty.
    ///
    /// Throws: the ApiStatusError of a status that is not 2xx, whatever its body is; ApiResponseValidationError if a
    /// body that should be an answer is none. Neither shows `key`. `now` is what a date in Retry-After is compared
    /// with.
    static ChatResponse decode(HttpResponse const& response, ApiKey const& key,
                               std::chrono::system_clock::time_point now) {
        using detail::count_of, detail::member, detail::text_of;
        auto const body = detail::parse_json(response.body);
        if (response.status < 200 || response.status >= 300)
            throw_status_error(response, provider_error(body, response.body), key, now);

        auto const& choices = member(body, "choices");
        auto const& choice = choices.is_array() && !choices.empty() ? choices.front() : member(body, "");
        auto const& message = member(choice, "message");
        auto const& content = member(message, "content");
        if (!message.is_object() || !(content.is_string() || content.is_null()))
            throw_validation_error(response, body, key, now);
        auto const& usage = member(body, "usage");
        return {.id = text_of(member(body, "id")),
                .model = text_of(member(body, "model")),
                .content = text_of(content),
                .finish_reason = text_of(member(choice, "finish_reason")),
                .usage = {.prompt_tokens = count_of(member(usage, "prompt_tokens")),
                          .completion_tokens = count_of(member(usage, "completion_tokens")),
                          .total_tokens = count_of(member(usage, "total_tokens"))},
                .request_id = std::string{response.headers.find("x-request-id").value_or("")}};
    }

private:
    static ProviderError provider_error(nlohmann::json const& body, std::string const& text) {
        using detail::member, detail::text_of;
        if (body.is_discarded()) return {.body = text};
        auto const& error = member(body, "error");
        auto message = text_of(member(error, "message"));
        // Some compatible servers send {"error": "text"} or {"message": "text"}.
        if (message.empty()) message = text_of(error);
        if (message.empty()) message = text_of(member(body, "message"));
        return {.message = std::move(message),
                .type = text_of(member(error, "type")),
                .code = text_of(member(error, "code")),
                .body = body.dump()};
    }

    [[noreturn]] static void throw_validation_error(HttpResponse const& response, nlohmann::json const& body,
                                                    ApiKey const& key, std::chrono::system_clock::time_point now) {
        auto details = status_details(response, provider_error(body, response.body), key, now);
        auto const* const cause = response.body.empty() ? "it is empty"
                                  : body.is_discarded() ? "it is not JSON"
                                                        : "it has no choices[0].message.content";
        throw ApiResponseValidationError{"The answer has status " + std::to_string(response.status) +
                                             " and is no chat completion, because " + cause +
                                             (details.message.empty() ? "" : ": " + details.message),
                                         std::move(details)};
    }
};

} // namespace grit::llm
