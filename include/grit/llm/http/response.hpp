// SPDX-License-Identifier: BSL-1.0
#pragma once
// What comes back: a whole answer.

#include <string>

#include <grit/llm/http/headers.hpp>

namespace grit::inline GRIT_ABI::llm {

/// A whole answer, whatever its status.
struct HttpResponse {
    int status = 0;
    Headers headers = {};
    std::string body = {};
    /// What was asked, such as "POST /v1/chat/completions"; a client fills it in, for an error to name it.
    std::string asked = {};
};

} // namespace grit::inline GRIT_ABI::llm
