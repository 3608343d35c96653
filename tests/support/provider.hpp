// SPDX-License-Identifier: BSL-1.0
#pragma once
// What OpenAI and Anthropic send: answers, errors and event streams.

#include <string>
#include <string_view>
#include <vector>

#include "support/fault.hpp"

namespace fault {

/// Returns: `text` as a string of JSON.
std::string quoted(std::string_view text);

/// Returns: a chat completion as OpenAI sends it.
Respond completion(std::string_view content);

/// Returns: an error as OpenAI sends it.
Respond error(int status, std::string_view type, std::string_view code, std::string_view message,
              grit::llm::Headers headers = {});

/// Returns: the events of a chat completion as OpenAI streams it: the role, one event for each piece, the finish
/// reason, the usage, `[DONE]`.
std::vector<std::string> openai_events(std::vector<std::string> const& pieces);

/// Returns: the event by which OpenAI reports an error inside a stream.
std::string openai_error_event(std::string_view type, std::string_view code, std::string_view message);

/// Returns: a message as Anthropic sends it.
Respond anthropic_message(std::string_view content);

/// Returns: an error as Anthropic sends it.
Respond anthropic_error(int status, std::string_view type, std::string_view message, std::string_view error_code = "",
                        grit::llm::Headers headers = {});

/// Returns: the events of a message as Anthropic streams it: `message_start`, `content_block_start`, `ping`, one
/// `content_block_delta` for each piece, `content_block_stop`, `message_delta`, `message_stop`.
std::vector<std::string> anthropic_events(std::vector<std::string> const& pieces);

/// Returns: the event by which Anthropic reports an error inside a stream.
std::string anthropic_error_event(std::string_view type, std::string_view message);

/// Returns: the same events, each line ended by `end`.
std::vector<std::string> with_line_ends(std::vector<std::string> events, std::string_view end);

} // namespace fault
