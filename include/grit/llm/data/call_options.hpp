// SPDX-License-Identifier: BSL-1.0
#pragma once
// How a call that is no completion is made: its limits, its fields, and what ends it.

#include <chrono>
#include <optional>
#include <string>

#include <grit/llm/http/cancel.hpp>
#include <grit/llm/http/headers.hpp>
#include <grit/llm/http/timeouts.hpp>

namespace grit::inline GRIT_ABI::llm {

/// What a call may have of its own; the members mean what those of ChatRequest mean.
struct CallOptions {
    /// Fields of this call alone; each replaces the one of the same name.
    Headers headers = {};
    /// The time for one attempt, instead of the endpoint's.
    std::optional<std::chrono::milliseconds> timeout = {};
    /// Every limit of an attempt, instead of the endpoint's; `timeout` still replaces its last.
    std::optional<Timeouts> timeouts = {};
    /// The time for everything: all attempts and the waits between them.
    std::optional<std::chrono::milliseconds> deadline = {};
    /// Ends the call when a stop is requested.
    CancelToken cancel = {};
    /// The model that the attempts are written down with; whoever makes the call fills it in.
    std::string model = {};
};

} // namespace grit::inline GRIT_ABI::llm
