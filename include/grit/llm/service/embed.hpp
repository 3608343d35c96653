// SPDX-License-Identifier: BSL-1.0
#pragma once
// Vectors of texts, under the policy and the guard of a client.

#include <chrono>

#include <grit/llm/data/embedding.hpp>
#include <grit/llm/dialect/embeddings.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/service/service_client.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Asks for a vector for each text of `request`.
///
/// Throws: as `Client::complete`; InvalidRequestError where the provider has no embeddings; ApiResponseValidationError
/// if there is not one vector for each text.
template <class C>
EmbeddingResponse embed(C& client, EmbeddingRequest request) {
    if (request.model.empty()) request.model = client.endpoint().model;
    request.options.model = request.model;
    return client.ask(
        request.options,
        [&] { return detail::embedding_request(detail::provider_of(client), request, client.endpoint()); },
        [&](HttpResponse const& response) {
            return detail::read_embeddings(response, request.input.size(), client.endpoint().key,
                                           std::chrono::system_clock::now());
        });
}

} // namespace grit::inline GRIT_ABI::llm
