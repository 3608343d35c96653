// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the HTTP messages of all dialects have in common: everything but the body.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/error/rate_limits.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/headers.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::llm::detail {

/// Sets a field that neither the endpoint nor the request set by hand, unless the value is empty.
inline void set_default(Headers& headers, std::string name, std::string value) {
    if (!value.empty() && !headers.find(name)) headers.set(std::move(name), std::move(value));
}
inline void set_default(Headers& headers, std::string name, std::string const& before, ApiKey const& key) {
    if (!key.empty()) set_default(headers, std::move(name), before + std::string{key.reveal()});
}

/// Returns: everything of a request but its body and the fields of one provider.
inline HttpRequest http_request(ChatRequest const& request, Endpoint const& endpoint, std::string_view base_url,
                                std::string_view path, bool stream) {
    std::string_view base = endpoint.base_url.empty() ? base_url : std::string_view{endpoint.base_url};
    while (base.ends_with('/')) base.remove_suffix(1);
    HttpRequest http{.url = std::string{base}.append(path),
                     .headers = {{"Content-Type", "application/json"},
                                 {"Accept", stream ? "text/event-stream" : "application/json"}},
                     .timeouts = request.timeouts.value_or(endpoint.timeouts),
                     .cancel = request.cancel};
    http.headers.merge(endpoint.headers);
    http.headers.merge(request.headers);
    if (request.timeout) http.timeouts.attempt = *request.timeout;
    return http;
}

/// Returns: what the header fields of an answer tell, whatever its body.
inline ChatResponse answer_head(HttpResponse const& response, std::chrono::system_clock::time_point now) {
    ChatResponse answer;
    for (auto const* name : {"x-request-id", "request-id"})
        if (auto const id = response.headers.find(name); id && answer.request_id.empty()) answer.request_id = *id;
    answer.rate_limits = find_rate_limits(response.headers, now);
    return answer;
}

} // namespace grit::llm::detail
