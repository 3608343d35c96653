// SPDX-License-Identifier: BSL-1.0
#pragma once
// A chat completion as it came back, whatever the provider.

#include <cstdint>
#include <string>

namespace grit::llm {

/// What a completion cost, in tokens; zero where the provider did not say.
struct Usage {
    std::int64_t prompt_tokens = 0;
    std::int64_t completion_tokens = 0;
    std::int64_t total_tokens = 0;
};

/// What the model answered; a text is empty where the provider sent none.
struct ChatResponse {
    std::string id = {};
    std::string model = {};
    std::string content = {};
    /// Why the model stopped, such as "stop" or "length".
    std::string finish_reason = {};
    Usage usage = {};
    /// The provider's name for this exchange: what its support asks for.
    std::string request_id = {};
};

} // namespace grit::llm
