// SPDX-License-Identifier: BSL-1.0
#pragma once
// A piece of an answer that is still being written.

#include <cstddef>
#include <optional>
#include <string_view>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::llm {

/// What a stream adds to the answer. The views last until the callable that gets it returns.
struct Delta {
    /// Text that comes after all text of this choice before it; empty for a piece of anything else.
    std::string_view text = {};
    /// The tool call that the rest belongs to, counted from 0.
    std::optional<std::size_t> tool_call = {};
    std::string_view tool_id = {};
    std::string_view tool_name = {};
    std::string_view tool_arguments = {};
    /// What the model thinks before it speaks; and why it will not speak.
    std::string_view reasoning = {};
    std::string_view refusal = {};
    /// The choice that all this belongs to, where the request asked for several.
    std::size_t choice = 0;
};

} // namespace grit::inline GRIT_ABI::llm
