// SPDX-License-Identifier: BSL-1.0
#pragma once
// Where requests go, with which key, and how long one attempt may take.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/headers.hpp>
#include <grit/llm/http/timeouts.hpp>

namespace grit::inline GRIT_ABI::llm {

/// One account at one provider.
struct Endpoint {
    /// What precedes the dialect's own path; empty: the dialect's own provider. A slash at its end is ignored, a query
    /// comes behind the path, the address of a whole endpoint is understood. A name and a password in it are sent by
    /// basic authentication and shown nowhere.
    std::string base_url = {};
    ApiKey key = {};
    /// The limits of every attempt; `ChatRequest::timeout` replaces one of them.
    Timeouts timeouts = {};
    /// Fields of every request; each replaces the one of the same name.
    Headers headers = {};
    /// OpenAI-Organization and OpenAI-Project, where the account has more than one.
    std::string organization = {};
    std::string project = {};
    /// The time for everything, all attempts and the waits between them; `ChatRequest::deadline` replaces it.
    std::optional<std::chrono::milliseconds> deadline = {};
    /// The model that is asked where a request names none.
    std::string model = {};
    /// What the server calls the limit of an answer's tokens. Empty: "max_completion_tokens" for OpenAI's own servers
    /// and models, which refuse the old name, and "max_tokens" for all others, some of which pass over the new one.
    std::string max_tokens_name = {};
    /// The longest event of a stream that is read. Units: bytes.
    std::size_t max_event_bytes = std::size_t{1} << 20U;
    /// How many events of one stream may make no sense; they are passed over, and `AttemptRecord::malformed_events`
    /// counts them. One more is an error of the attempt.
    int max_malformed_events = 0;
    /// The field that carries the key alone, such as Azure's "api-key"; empty: the dialect's own.
    std::string key_header = {};
};

} // namespace grit::inline GRIT_ABI::llm
