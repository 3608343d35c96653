// SPDX-License-Identifier: BSL-1.0
#pragma once
// Where requests go, with which key, and how long one attempt may take.

#include <string>

#include <grit/llm/api_key.hpp>
#include <grit/llm/headers.hpp>
#include <grit/llm/timeouts.hpp>

namespace grit::llm {

/// One account at one provider.
struct Endpoint {
    /// What precedes the dialect's own path; a slash at its end is ignored.
    std::string base_url = "https://api.openai.com/v1";
    ApiKey key = {};
    /// The limits of every attempt; `ChatRequest::timeout` replaces one of them.
    Timeouts timeouts = {};
    /// Fields of every request, such as OpenAI-Organization.
    Headers headers = {};
};

} // namespace grit::llm
