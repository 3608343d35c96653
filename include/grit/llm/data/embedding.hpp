// SPDX-License-Identifier: BSL-1.0
#pragma once
// Texts as vectors: what is asked, and what comes back.

#include <optional>
#include <string>
#include <vector>

#include <grit/llm/chat/response.hpp>
#include <grit/llm/data/call_options.hpp>
#include <grit/llm/error/attempt_record.hpp>
#include <grit/llm/error/rate_limits.hpp>

namespace grit::inline GRIT_ABI::llm {

/// What is asked of a model of embeddings.
struct EmbeddingRequest {
    std::string model = {};
    std::vector<std::string> input = {};
    /// How long the vectors are to be, where the model has the choice.
    std::optional<int> dimensions = {};
    /// How the numbers are sent. Base64 has a third of the bytes, and not every compatible server knows it.
    enum class Encoding { floats, base64 };
    Encoding encoding = Encoding::floats;
    /// More members for the request's body: the text of a JSON object, as `ChatRequest::extra`.
    std::string extra = {};
    CallOptions options = {};
};

/// What came back.
struct EmbeddingResponse {
    std::string model = {};
    /// One for each text, in the order of the texts, whatever the order of the answer.
    std::vector<std::vector<float>> vectors = {};
    Usage usage = {};
    /// The provider's name for this exchange.
    std::string request_id = {};
    RateLimits rate_limits = {};
    /// Every attempt that the call took, the successful one last.
    std::vector<AttemptRecord> attempts = {};
};

} // namespace grit::inline GRIT_ABI::llm
