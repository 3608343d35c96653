// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the HTTP messages of all dialects have in common: everything but the body.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/rate_limits.hpp>
#include <grit/llm/http/address.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/base64.hpp>
#include <grit/llm/http/headers.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// Sets a field that neither the endpoint nor the request set by hand, unless the value is empty.
inline void set_default(Headers& headers, std::string name, std::string value) {
    if (!value.empty() && !headers.find(name)) headers.set(std::move(name), std::move(value));
}
inline void set_default(Headers& headers, std::string name, std::string const& before, ApiKey const& key) {
    if (!key.empty()) set_default(headers, std::move(name), before + std::string{key.reveal()});
}

/// Returns: the address of `path` at the endpoint, or at `base_url` if it names none. The query of a base comes after
/// the path, the path of a whole endpoint is replaced, and user information is left out.
inline std::string url_of(Endpoint const& endpoint, std::string_view base_url, std::string_view path) {
    auto const base = parse_address(endpoint.base_url.empty() ? base_url : std::string_view{endpoint.base_url});
    auto before = base.path;
    auto const trim = [&] {
        while (before.ends_with('/')) before.remove_suffix(1);
    };
    trim();
    for (std::string_view const end : {"/chat/completions", "/responses", "/messages", "/embeddings"})
        if (before.ends_with(end)) before.remove_suffix(end.size());
    trim();
    std::string url;
    url.append(base.scheme).append(base.authority).append(before).append(path);
    if (!base.query.empty()) url.append(path.find('?') == path.npos ? "?" : "&").append(base.query);
    return url;
}

/// Shows who asks: the key, in `field` behind `before` or in the endpoint's own field; and the user information of the
/// address, by basic authentication.
///
/// Throws: InvalidRequestError if both need the same field.
inline void set_key(Headers& headers, Endpoint const& endpoint, std::string field, std::string const& before) {
    auto const user = parse_address(endpoint.base_url).user_info;
    bool const by_hand = headers.find("Authorization").has_value();
    bool const own_field = !endpoint.key_header.empty();
    if (own_field) field = endpoint.key_header;
    set_default(headers, std::move(field), own_field ? "" : before, endpoint.key);
    if (user.empty() || by_hand) return;
    if (headers.find("Authorization"))
        throw InvalidRequestError{"grit: the address has user information and there is a key, and both would need the "
                                  "field Authorization; leave one of them out, or name Endpoint::key_header"};
    headers.set("Authorization", "Basic " + base64(unescaped(user)));
}

/// Returns: everything of a request but its body and the fields of one provider. A request is a ChatRequest, or
/// anything else that says the same of fields, time and stop.
template <class Request>
HttpRequest http_request(Request const& request, Endpoint const& endpoint, std::string_view base_url,
                         std::string_view path, bool stream) {
    HttpRequest http{.url = url_of(endpoint, base_url, path),
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

} // namespace grit::inline GRIT_ABI::llm::detail
