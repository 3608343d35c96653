// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a provider says of its models, and of how many tokens a request has.

#include <cstdint>
#include <string>
#include <vector>

#include <grit/llm/error/attempt_record.hpp>

namespace grit::inline GRIT_ABI::llm {

/// A model; a text is empty where the provider sent none.
struct Model {
    /// What a request names it by.
    std::string id = {};
    /// OpenAI's "owned_by", Anthropic's "display_name".
    std::string owner = {};
    std::string display_name = {};
    /// All that the provider says: the text of a JSON object.
    std::string json = {};
};

/// Every model that the account may ask.
struct ModelList {
    std::vector<Model> models = {};
    /// Every attempt that the call took, for each page of the list.
    std::vector<AttemptRecord> attempts = {};
};

/// How many tokens the prompt of a request has, by the provider's own count.
struct TokenCount {
    std::int64_t tokens = 0;
    std::vector<AttemptRecord> attempts = {};
};

} // namespace grit::inline GRIT_ABI::llm
