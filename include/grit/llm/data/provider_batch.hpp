// SPDX-License-Identifier: BSL-1.0
#pragma once
// A batch that the provider works off: many requests at once, answered within a day, at a lower price.

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/error/attempt_record.hpp>

namespace grit::inline GRIT_ABI::llm {

/// A request of a batch, and the name by which its answer is found.
struct BatchEntry {
    /// Up to 64 letters, digits, `-` and `_`, each name once in a batch.
    std::string custom_id = {};
    ChatRequest request = {};
};

/// What is known of a batch.
struct ProviderBatch {
    /// `ended`: there are results, though not always for all; `failed`: there are none.
    enum class State { running, ended, failed };

    std::string id = {};
    State state = State::running;
    /// The provider's own word for the state, such as "in_progress" or "expired".
    std::string status = {};
    /// How many requests there are, and what became of them so far.
    std::int64_t total = 0;
    std::int64_t succeeded = 0;
    std::int64_t failed = 0;
    /// Why it failed, in the provider's words.
    std::string error = {};
    /// OpenAI's files of answers and of errors.
    std::string output_file = {};
    std::string error_file = {};
    /// All that the provider says: the text of a JSON object.
    std::string json = {};
    /// Every attempt that the call took.
    std::vector<AttemptRecord> attempts = {};
};

/// What became of one request of a batch: the answer, or the error that a completion would have thrown.
struct BatchResult {
    std::optional<ChatResponse> answer = {};
    /// An ApiStatusError; ApiTimeoutError where the batch expired first; ApiUserAbortError where it was cancelled.
    std::exception_ptr error = {};
};

/// What became of the requests of a batch.
struct BatchResults {
    /// By `BatchEntry::custom_id`; a request that the provider says nothing of has none.
    std::map<std::string, BatchResult, std::less<>> results = {};
    /// How many lines could not be read.
    std::int64_t unreadable = 0;
    std::vector<AttemptRecord> attempts = {};
};

} // namespace grit::inline GRIT_ABI::llm
