// SPDX-License-Identifier: BSL-1.0
#pragma once
// A client that makes one call, and the call that production code makes: retried inside, a plain result outside.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include <grit/llm/category.hpp>
#include <grit/llm/endpoint.hpp>
#include <grit/llm/error.hpp>
#include <grit/llm/http.hpp>
#include <grit/llm/openai.hpp>
#include <grit/llm/request.hpp>
#include <grit/llm/response.hpp>
#include <grit/retry.hpp>

namespace grit::llm {

/// Asks one endpoint in one dialect over one transport; every call is one HTTP exchange.
///
/// A transport that is shared or looked at from outside is given as `std::ref(transport)`.
/// Thread safety: that of the transport; with CurlTransport one thread at a time.
template <Transport T, class Dialect = OpenAi>
class Client {
public:
    explicit Client(T transport, Endpoint endpoint = {})
        : transport_(std::move(transport)), endpoint_(std::move(endpoint)) {}

    /// Sends `request` once and returns the answer; `at_most` shortens the time-out of the attempt, never lengthens it.
    ///
    /// Throws: an ApiError that says why there is no answer; what the transport throws.
    ChatResponse complete(ChatRequest const& request,
                          std::chrono::nanoseconds at_most = std::chrono::nanoseconds::max()) {
        auto http = Dialect::encode(request, endpoint_);
        auto& attempt = http.timeouts.attempt;
        attempt = std::min(attempt, std::chrono::floor<std::chrono::milliseconds>(at_most));
        auto const response = transport_(http);
        return Dialect::decode(response, endpoint_.key, std::chrono::system_clock::now());
    }

private:
    T transport_;
    Endpoint endpoint_;
};

/// Three attempts at what may succeed later; full jitter from 1 s up to 30 s, or what the server asks for up to 60 s.
using CompletionRetrying = Retrying<
    StopAfterAttempt<3>,
    WaitHint<std::chrono::seconds{60}, WaitRandomExponential<std::chrono::seconds{1}, std::chrono::seconds{30}>>,
    RetryIfException<is_retryable>>;

/// What became of a completion: the answer, or the last error.
struct CompletionResult {
    bool success = false;
    std::string content = {};
    std::int64_t tokens = 0;
    /// The model that answered, which may be more precise than the one that was asked for.
    std::string model = {};
    /// What went wrong last, and the name of its type as the official SDKs spell it.
    std::string error = {};
    std::string error_type = {};
    int attempts = 0;
};

/// Completes `request` under `policy` and tells what became of it.
///
/// The policy sees every error with its type; only what it gives up on becomes a result. `policy` is a Retrying, or
/// anything that runs an operation which takes `Attempt const&`; under a deadline an attempt ends with it at the
/// latest. Throws: std::bad_alloc; what is not derived from std::exception, such as the cancellation of a thread.
/// Thread safety: that of the client and the policy.
template <class Client, class Policy = CompletionRetrying>
CompletionResult production_complete(Client& client, ChatRequest const& request, Policy const& policy = Policy{}) {
    int attempts = 0;
    try {
        auto answer = policy([&](Attempt const& attempt) {
            ++attempts;
            return client.complete(request, attempt.remaining());
        });
        return {.success = true,
                .content = std::move(answer.content),
                .tokens = answer.usage.total_tokens,
                .model = std::move(answer.model),
                .attempts = attempts};
    } catch (std::bad_alloc const&) {
        throw;
    } catch (std::exception const& error) {
        return {.error = error.what(), .error_type = error_type(error), .attempts = attempts};
    }
}

} // namespace grit::llm
