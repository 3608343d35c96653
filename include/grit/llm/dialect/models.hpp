// SPDX-License-Identifier: BSL-1.0
#pragma once
// Lists of models and counts of tokens in the words of the providers.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/data/call_options.hpp>
#include <grit/llm/data/model.hpp>
#include <grit/llm/dialect/anthropic_request.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/dialect/service_request.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// A part of a list of models, and after which model the next begins; empty after the last.
struct ModelPage : ModelList {
    std::string next = {};
};

/// Returns: the request for the models after this one.
inline HttpRequest models_request(Provider provider, CallOptions const& options, Endpoint const& endpoint,
                                  std::string_view after) {
    bool const is_anthropic = provider == Provider::anthropic;
    std::string path = is_anthropic ? "/models?limit=1000" : "/models";
    if (!after.empty()) path.append(is_anthropic ? "&after_id=" : "?after=").append(path_segment(after));
    return service_get(provider, options, endpoint, path);
}

inline ModelPage read_models(HttpResponse const& response, ApiKey const& key,
                             std::chrono::system_clock::time_point now) {
    auto const body = answer_body(response, key, now);
    auto const& data = member(body, "data");
    if (!data.is_array()) throw_validation_error(response, body, "data", key, now);
    ModelPage page;
    for (auto const& said : data)
        page.models.push_back({.id = text_of(member(said, "id")),
                               .owner = text_of(member(said, "owned_by")),
                               .display_name = text_of(member(said, "display_name")),
                               .json = written(said)});
    if (member(body, "has_more") == true) page.next = text_of(member(body, "last_id"));
    return page;
}

/// Returns: the request that counts the tokens of what `encoded` asks: the same body, but for what says nothing of the
/// prompt.
///
/// Throws: InvalidRequestError if the provider does not count.
inline HttpRequest count_request(Provider provider, HttpRequest const& encoded, ChatRequest const& request,
                                 Endpoint const& endpoint) {
    if (provider == Provider::openai)
        throw InvalidRequestError{"grit: OpenAI's chat completions count no tokens; ask by its responses"};
    auto body = Json::parse(encoded.body); // a dialect wrote it
    for (auto const* const name :
         {"max_tokens", "max_output_tokens", "temperature", "top_p", "top_k", "stop_sequences", "stream", "metadata",
          "service_tier", "store", "include", "top_logprobs", "safety_identifier", "user"})
        body.erase(name);
    bool const is_anthropic = provider == Provider::anthropic;
    auto http =
        service_post(provider,
                     {.headers = request.headers,
                      .timeout = request.timeout,
                      .timeouts = request.timeouts,
                      .cancel = request.cancel},
                     endpoint, is_anthropic ? "/messages/count_tokens" : "/responses/input_tokens", written(body));
    if (is_anthropic) AnthropicRequest::name_beta(http.headers, request);
    return http;
}

inline TokenCount read_count(HttpResponse const& response, ApiKey const& key,
                             std::chrono::system_clock::time_point now) {
    auto const body = answer_body(response, key, now);
    auto const& tokens = member(body, "input_tokens");
    if (!tokens.is_number()) throw_validation_error(response, body, "input_tokens", key, now);
    return {.tokens = count_of(tokens)};
}

} // namespace grit::inline GRIT_ABI::llm::detail
