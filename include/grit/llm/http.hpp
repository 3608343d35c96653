// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a transport carries, and what it must be.

#include <grit/llm/headers.hpp>
#include <grit/llm/timeouts.hpp>
#include <grit/llm/transport_failure.hpp>

#include <concepts>
#include <string>

namespace grit::llm {

/// One POST of a JSON body.
struct HttpRequest {
    std::string url = {};
    Headers headers = {};
    std::string body = {};
    Timeouts timeouts = {};
};

/// A whole answer, whatever its status.
struct HttpResponse {
    int status = 0;
    Headers headers = {};
    std::string body = {};
};

/// Carries one request and returns the whole answer, whatever its status; throws `ApiConnectionError` where there is
/// none. It never repeats a request unseen and never follows a redirect.
template <class T>
concept Transport = requires(T& transport, HttpRequest const& request) {
    { transport(request) } -> std::same_as<HttpResponse>;
};

} // namespace grit::llm
