// SPDX-License-Identifier: BSL-1.0
#pragma once
// What is sent: a request, its limits, and what breaks it off.

#include <string>

#include <grit/core/context.hpp>
#include <grit/llm/http/cancel.hpp>
#include <grit/llm/http/headers.hpp>
#include <grit/llm/http/timeouts.hpp>

namespace grit::inline GRIT_ABI::llm {

/// What a request does.
enum class Method { post, get };

/// One request: a POST of its body, or a GET, which has none.
struct HttpRequest {
    std::string url = {};
    Headers headers = {};
    std::string body = {};
    Timeouts timeouts = {};
    /// Two ways to break the exchange off: one that wakes the transport, and one that is asked now and then.
    CancelToken cancel = {};
    StopView stop = {};
    Method method = Method::post;

    bool stop_requested() const { return cancel.stop_requested() || stop.stop_requested(); }
};

} // namespace grit::inline GRIT_ABI::llm
