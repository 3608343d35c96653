// SPDX-License-Identifier: BSL-1.0
#pragma once
// Embeddings in OpenAI's words: the request, and the vectors in both of their forms.

#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <grit/llm/chat/endpoint.hpp>
#include <grit/llm/data/embedding.hpp>
#include <grit/llm/dialect/http_head.hpp>
#include <grit/llm/dialect/json.hpp>
#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/provider.hpp>
#include <grit/llm/dialect/service_request.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/base64.hpp>
#include <grit/llm/http/request.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// Returns: the HTTP request. Throws: InvalidRequestError if there is no text, or if the provider has no embeddings.
inline HttpRequest embedding_request(Provider provider, EmbeddingRequest const& request, Endpoint const& endpoint) {
    if (provider == Provider::anthropic)
        throw InvalidRequestError{"grit: Anthropic has no embeddings; ask another provider's endpoint"};
    if (request.input.empty()) throw InvalidRequestError{"grit: EmbeddingRequest::input is empty"};
    Json body{{"model", request.model}, {"input", request.input}};
    if (request.dimensions) body["dimensions"] = *request.dimensions;
    if (request.encoding == EmbeddingRequest::Encoding::base64) body["encoding_format"] = "base64";
    if (!request.extra.empty()) body.merge_patch(given_json(request.extra, "EmbeddingRequest::extra"));
    return service_post(provider, request.options, endpoint, "/embeddings", written(body));
}

/// Returns: the numbers, sent as numbers or as base64 of little-endian floats; nothing if they are neither, or if one
/// of them is beyond every float: no distance to such a vector means anything.
inline std::optional<std::vector<float>> vector_of(Json const& value) {
    std::vector<float> numbers;
    if (value.is_array()) {
        constexpr double most = std::numeric_limits<float>::max();
        for (auto const& number : value) {
            if (!number.is_number() || std::abs(number.get<double>()) > most) return std::nullopt;
            numbers.push_back(number.get<float>());
        }
        return numbers;
    }
    if (!value.is_string()) return std::nullopt;
    auto const bytes = from_base64(value.get_ref<std::string const&>());
    if (!bytes || bytes->size() % 4 != 0) return std::nullopt;
    for (std::size_t at = 0; at < bytes->size(); at += 4) {
        std::uint32_t bits = 0;
        for (std::size_t i = 4; i-- > 0;) bits = bits << 8U | static_cast<unsigned char>((*bytes)[at + i]);
        numbers.push_back(std::bit_cast<float>(bits));
        if (!std::isfinite(numbers.back())) return std::nullopt;
    }
    return numbers;
}

/// Returns: the vectors of `count` texts, in their order.
///
/// Throws: the error of the status or the body; ApiResponseValidationError if there is not one vector for each text.
inline EmbeddingResponse read_embeddings(HttpResponse const& response, std::size_t count, ApiKey const& key,
                                         std::chrono::system_clock::time_point now) {
    auto const body = answer_body(response, key, now);
    auto const fail = [&](char const* lacks) { throw_validation_error(response, body, lacks, key, now); };
    auto const& data = member(body, "data");
    if (!data.is_array()) fail("data");
    if (data.size() != count) fail("embedding for each input");
    auto head = answer_head(response, now);
    EmbeddingResponse answer{.model = text_of(member(body, "model")),
                             .vectors = std::vector<std::vector<float>>(count),
                             .request_id = std::move(head.request_id),
                             .rate_limits = head.rate_limits};
    for (std::size_t i = 0; i < count; ++i) {
        auto const& index = member(data[i], "index");
        auto const place = index.is_number_unsigned() ? index.get<std::uint64_t>() : i;
        auto vector = vector_of(member(data[i], "embedding"));
        if (!vector || vector->empty()) fail("embedding that is a vector of finite numbers");
        if (place >= count || !answer.vectors[place].empty()) fail("embedding for each input");
        answer.vectors[place] = std::move(*vector);
    }
    add_usage(answer.usage, member(body, "usage"), "prompt_tokens", "completion_tokens");
    return answer;
}

} // namespace grit::inline GRIT_ABI::llm::detail
