// SPDX-License-Identifier: BSL-1.0
#pragma once
// A chat completion as it is asked for, whatever the provider.

#include <grit/llm/headers.hpp>
#include <grit/llm/message.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace grit::llm {

/// What is asked of a model; what is not given is left to the provider.
struct ChatRequest {
    std::string model = {};
    std::vector<Message> messages = {};
    std::optional<int> max_tokens = {};
    std::optional<double> temperature = {};
    /// The time for one attempt at this request, instead of the endpoint's.
    std::optional<std::chrono::milliseconds> timeout = {};
    /// Fields of this request alone; each replaces the one of the same name.
    Headers headers = {};
};

} // namespace grit::llm
