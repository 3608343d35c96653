// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the requests beside completions have in common: the provider's address and its fields.

#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/data/call_options.hpp>
#include <grit/llm/dialect/http_head.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// Returns: a GET of `path` at the provider.
inline HttpRequest service_get(Provider provider, CallOptions const& options, Endpoint const& endpoint,
                               std::string_view path) {
    auto http = http_request(options, endpoint, default_base_url(provider), path, false);
    http.method = Method::get;
    if (provider == Provider::anthropic) {
        set_key(http.headers, endpoint, "x-api-key", "");
        set_default(http.headers, "anthropic-version", "2023-06-01");
    } else {
        set_key(http.headers, endpoint, "Authorization", "Bearer ");
        set_default(http.headers, "OpenAI-Organization", endpoint.organization);
        set_default(http.headers, "OpenAI-Project", endpoint.project);
    }
    return http;
}

/// Returns: a POST of `body` to `path` at the provider.
inline HttpRequest service_post(Provider provider, CallOptions const& options, Endpoint const& endpoint,
                                std::string_view path, std::string body) {
    auto http = service_get(provider, options, endpoint, path);
    http.method = Method::post;
    http.body = std::move(body);
    return http;
}

/// Returns: `text` as one segment of a path, whatever is in it. Source: RFC 3986, 2.3.
inline std::string path_segment(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain = "-._~";
    std::string segment;
    for (char const c : text) {
        bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || plain.find(c) != plain.npos) {
            segment.push_back(c);
            continue;
        }
        auto const byte = static_cast<unsigned char>(c);
        segment.append({'%', digits[byte >> 4U], digits[byte & 0xFU]});
    }
    // A segment of points alone would lead elsewhere.
    return text == "." || text == ".." ? "%2E" + segment.substr(1) : segment;
}

} // namespace grit::inline GRIT_ABI::llm::detail
