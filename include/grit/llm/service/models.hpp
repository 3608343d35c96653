// SPDX-License-Identifier: BSL-1.0
#pragma once
// The list of models and the count of tokens, under the policy and the guard of a client.

#include <algorithm>
#include <chrono>
#include <iterator>
#include <string>

#include <grit/llm/chat/request.hpp>
#include <grit/llm/data/call_options.hpp>
#include <grit/llm/data/model.hpp>
#include <grit/llm/dialect/models.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/service/service_client.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Asks for every model that the account may use, page after page.
///
/// Each page is a call of its own, with the limits of `options`. Throws: as `Client::complete`.
template <class C>
ModelList list_models(C& client, CallOptions const& options = {}) {
    ModelList all;
    std::string after;
    do {
        auto page = client.ask(
            options,
            [&] { return detail::models_request(detail::provider_of(client), options, client.endpoint(), after); },
            [&](HttpResponse const& response) {
                return detail::read_models(response, client.endpoint().key, std::chrono::system_clock::now());
            });
        if (page.next == after || page.models.empty()) page.next.clear(); // a server that turns in a circle
        after = page.next;
        std::ranges::move(page.models, std::back_inserter(all.models));
        std::ranges::move(page.attempts, std::back_inserter(all.attempts));
    } while (!after.empty());
    return all;
}

/// Asks how many tokens the prompt of `request` has; nothing is generated.
///
/// Throws: as `Client::complete`; InvalidRequestError for OpenAI's chat completions, which do not count.
template <class C>
TokenCount count_tokens(C& client, ChatRequest request) {
    if (request.model.empty()) request.model = client.endpoint().model;
    return client.ask(
        request,
        [&] {
            return detail::count_request(detail::provider_of(client),
                                         client.dialect().encode(request, client.endpoint()), request,
                                         client.endpoint());
        },
        [&](HttpResponse const& response) {
            return detail::read_count(response, client.endpoint().key, std::chrono::system_clock::now());
        });
}

} // namespace grit::inline GRIT_ABI::llm
