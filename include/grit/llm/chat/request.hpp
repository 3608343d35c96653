// SPDX-License-Identifier: BSL-1.0
#pragma once
// A completion as it is asked for, whatever the provider. No JSON here: what is JSON is text.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/part.hpp>
#include <grit/llm/http/cancel.hpp>
#include <grit/llm/http/headers.hpp>
#include <grit/llm/http/timeouts.hpp>

namespace grit::inline GRIT_ABI::llm {

/// The shape that the answer's content must have.
struct ResponseFormat {
    enum class Kind { text, json_object, json_schema };
    Kind kind = Kind::text;
    /// For json_schema: its name, and the schema as text.
    std::string name = {};
    std::string schema = {};
    bool strict = true;
};

/// What is asked of a model; what is not given is left to the provider.
struct ChatRequest {
    std::string model = {};
    std::vector<Message> messages = {};
    /// What the model is told before all messages.
    std::string system = {};
    std::optional<int> max_tokens = {};
    std::optional<double> temperature = {};
    /// Texts before which the model stops.
    std::vector<std::string> stop = {};
    std::vector<Tool> tools = {};
    /// "auto", "none", "required", or the name of the one tool to call.
    std::string tool_choice = {};
    std::optional<ResponseFormat> response_format = {};
    std::optional<std::int64_t> seed = {};
    std::optional<double> top_p = {};
    /// How many answers; the first is the ChatResponse, the others are its `alternatives`.
    std::optional<int> n = {};
    /// Whether the probability of each token is told; and of how many other tokens that might have stood there.
    bool logprobs = false;
    std::optional<int> top_logprobs = {};
    /// How hard the model thinks, in the provider's word: "low", "medium", "high".
    std::string reasoning_effort = {};
    /// How many tokens the model may think, for Anthropic's models that take a number.
    std::optional<int> reasoning_tokens = {};
    /// Whether the model may call several tools in one turn.
    std::optional<bool> parallel_tool_calls = {};
    /// Names and values that the provider keeps beside the answer.
    std::map<std::string, std::string> metadata = {};
    /// For whom this is asked: what the provider tells abuse by. No name and no address of a person.
    std::string user = {};
    /// The provider's word for how soon and at what price: "auto", "flex", "standard_only".
    std::string service_tier = {};
    /// What is kept ends with `system`.
    Cache system_cache = Cache::none;
    /// More members for the request's body: the text of a JSON object. A member replaces what stands there, null
    /// removes it (RFC 7386).
    std::string extra = {};

    /// The time for one attempt at this request, instead of the endpoint's.
    std::optional<std::chrono::milliseconds> timeout = {};
    /// Fields of this request alone; each replaces the one of the same name.
    Headers headers = {};
    /// Every limit of an attempt, instead of the endpoint's; `timeout` still replaces its last.
    std::optional<Timeouts> timeouts = {};
    /// The time for everything: all attempts and the waits between them.
    std::optional<std::chrono::milliseconds> deadline = {};
    /// Ends the call when a stop is requested: a wait, and an exchange by closing its connection.
    CancelToken cancel = {};
};

} // namespace grit::inline GRIT_ABI::llm
