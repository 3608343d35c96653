// SPDX-License-Identifier: BSL-1.0
#pragma once
// Ready-made calls, from the plainest to the one for production; each is a policy around `Client::complete`.

#include <chrono>
#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/llm/chat/completeness.hpp>
#include <grit/llm/chat/message.hpp>
#include <grit/llm/chat/request.hpp>
#include <grit/llm/chat/response.hpp>
#include <grit/llm/client/call_log.hpp>
#include <grit/llm/client/client.hpp>
#include <grit/llm/client/policies.hpp>
#include <grit/llm/client/run_under.hpp>
#include <grit/llm/client/stream_error.hpp>
#include <grit/llm/error/attempt_record.hpp>
#include <grit/llm/error/category.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/http/cancel.hpp>
#include <grit/retry.hpp>

namespace grit::inline GRIT_ABI::llm {

/// What `complete_with_retry` does, as a type: max_attempts attempts, base * 2^n and up to a second more between two.
using LoopRetrying = Retrying<StopAfterAttempt<>, WaitExponentialJitter<>,
                              RetryIf<RateLimitError, ApiConnectionError, InternalServerError>, Time<CallTime>>;

/// Three attempts, 1 s and 2 s apart, at what a rate limit or the network spoiled.
using TenacityRetrying =
    Retrying<StopAfterAttempt<3>, WaitExponential<std::chrono::seconds{1}, std::chrono::seconds{10}>,
             RetryIf<RateLimitError, ApiConnectionError>, Time<CallTime>>;

/// Five attempts, up to a minute apart, told of in a log: before each wait at warning, after each failure at info.
template <class Logger = StderrLogger>
using LoggedRetrying =
    Retrying<StopAfterAttempt<5>, WaitExponential<std::chrono::seconds{1}, std::chrono::seconds{60}>,
             RetryIf<RateLimitError, ApiConnectionError>, Name<"robust_complete">,
             BeforeSleepLog<Logger, LogLevel::warning>, AfterLog<Logger, LogLevel::info>, Time<CallTime>>;

/// Returns: the answer, or a sentence that a person can read. Throws: std::bad_alloc.
template <class C>
std::string safe_complete(C& client, ChatRequest const& request) {
    try {
        return client.complete(request).content;
    } catch (std::bad_alloc const&) {
        throw;
    } catch (RateLimitError const&) {
        return "Rate limited. Please try again later.";
    } catch (ApiError const& error) {
        return std::string{"API error: "} + error.what();
    } catch (std::exception const& error) {
        return std::string{"Unexpected error: "} + error.what();
    }
}

/// Returns: the answer, after at most `max_attempts` attempts with exponential waits and jitter between them.
///
/// Throws: the last error, as it was; std::invalid_argument if the numbers contradict each other.
template <class C, class T = CallTime>
std::string complete_with_retry(C& client, ChatRequest const& request, int max_attempts = 3,
                                std::chrono::nanoseconds base_delay = std::chrono::seconds{1}, Time<T> time = {}) {
    LoopRetrying const policy{StopAfterAttempt{max_attempts},
                              WaitExponentialJitter{base_delay, std::chrono::hours{1}, std::chrono::seconds{1}}};
    return client.complete(request, policy.with(time)).content;
}

/// Returns: the answer, after three attempts at most. Throws: the last error, as it was.
template <class C, class Policy = TenacityRetrying>
std::string complete_with_tenacity(C& client, ChatRequest const& request, Policy const& policy = Policy{}) {
    return client.complete(request, policy).content;
}

namespace detail {

/// A logger that lives elsewhere.
template <class L>
struct LoggerReference {
    L const* logger;
    void log(LogLevel level, std::string_view text) const {
        if constexpr (requires { logger->log(level, text); }) logger->log(level, text);
        else (*logger)(level, text);
    }
};

} // namespace detail

/// Returns: the answer, after five attempts at most; `logger` is told of every failure and every wait.
///
/// Throws: the last error, as it was.
template <class C, class Logger = StderrLogger, class T = CallTime>
std::string robust_complete(C& client, ChatRequest const& request, Logger const& logger = Logger{}, Time<T> time = {}) {
    using Held = detail::LoggerReference<Logger>;
    LoggedRetrying<Held> const policy{BeforeSleepLog<Held, LogLevel::warning>{Held{&logger}},
                                      AfterLog<Held, LogLevel::info>{Held{&logger}}};
    return client.complete(request, policy.with(time)).content;
}

/// Returns: the answer within `timeout`, all attempts included, or a sentence that says that it took too long.
///
/// Throws: every error that is not a timeout.
template <class C>
std::string complete_with_timeout(C& client, ChatRequest request,
                                  std::chrono::milliseconds timeout = std::chrono::seconds{30}) {
    request.deadline = timeout;
    try {
        return client.complete(request).content;
    } catch (ApiTimeoutError const&) {
        return "Request timed out. Please try again.";
    }
}

/// Returns: the answer to one attempt, made through `breaker`: a CircuitBreaker, or any stage.
///
/// Throws: what the breaker refuses with; the error of the attempt.
template <class C, class Breaker>
ChatResponse make_api_call(C& client, ChatRequest const& request, Breaker& breaker) {
    auto const once = [&](Attempt const& attempt) { return client.attempt(request, attempt.context()); };
    return detail::run_under(breaker, once, Attempt{});
}

/// Returns: what to do about an error: `categorize` under the name that it has elsewhere.
inline Category categorize_error(std::exception const& error) noexcept { return categorize(error); }

/// Returns: the answer, or what the person who asked can do about its lack: what may succeed later is retried, a
/// request that makes no sense and an account that has to pay become a sentence.
///
/// Throws: the last error where nobody but the operator can do anything: fatal ones, and those that outlasted the
/// retries.
template <class C, class Policy = UsePolicy>
std::string handle_llm_call(C& client, ChatRequest const& request, Policy const& policy = Policy{}) {
    CallLog log;
    try {
        return client.complete(request, policy, no_context, log).content;
    } catch (std::exception const& error) {
        switch (categorize(error)) {
        case Category::user_error: return std::string{"Invalid request: "} + error.what();
        case Category::billing: return "Please check your billing settings.";
        case Category::retryable:
        case Category::fatal: break;
        }
        throw;
    }
}

/// What became of a completion: the answer, or the last error.
struct CompletionResult {
    /// Whether there is an answer, and nothing of it is missing: one that was cut or filtered is none, although its
    /// members are filled as far as it came.
    bool success = false;
    std::string content = {};
    std::int64_t tokens = 0;
    /// The model that answered, which may be more precise than the one that was asked for.
    std::string model = {};
    /// What went wrong last, the name of its type as the official SDKs spell it, and what to do about it.
    std::string error = {};
    std::string error_type = {};
    std::optional<Category> category = {};
    /// How many requests were sent, and what became of each attempt.
    int attempts = 0;
    std::vector<AttemptRecord> history = {};
    /// Why the model stopped, in the provider's word, and what the answer is worth therefore.
    std::string finish_reason = {};
    Completeness completeness = Completeness::unknown;
    std::vector<ToolCall> tool_calls = {};
    /// Why the model will not answer, in its own words.
    std::string refusal = {};
    Usage usage = {};
    /// The provider's name for the exchange, of an answer and of an error.
    std::string request_id = {};

    /// Returns: whether the provider said that the answer is whole.
    bool is_whole() const noexcept {
        return success && (completeness == Completeness::whole || completeness == Completeness::tool_calls);
    }
};

namespace detail {

/// Returns: what is missing of an answer that is worth this, in words; empty if nothing is.
inline std::string what_is_missing(Completeness completeness, std::string const& finish_reason,
                                   std::string const& refusal) {
    if (completeness == Completeness::cut)
        return "The answer was cut at a limit of tokens (finish reason \"" + finish_reason + "\")";
    if (completeness != Completeness::filtered) return {};
    return refusal.empty() ? "The answer was filtered (finish reason \"" + finish_reason + "\")"
                           : "The model refused: " + one_line(refusal);
}

inline std::string request_id_of(std::exception const& error) {
    if (auto const* status = dynamic_cast<ApiStatusError const*>(&error)) return status->request_id();
    if (auto const* none = dynamic_cast<ApiResponseValidationError const*>(&error)) return none->request_id();
    if (auto const* broken = dynamic_cast<StreamError const*>(&error)) return broken->partial().request_id;
    return {};
}

/// Runs `call(log)`, which returns a ChatResponse, and turns whatever becomes of it into a result.
template <class Call>
CompletionResult to_result(Call const& call) {
    CallLog log;
    CompletionResult result;
    try {
        ChatResponse answer = call(log);
        result.completeness = completeness(answer);
        result.error = what_is_missing(result.completeness, answer.finish_reason, answer.refusal);
        result.success = result.error.empty();
        if (!result.success) {
            result.error_type = "IncompleteAnswer";
            result.category = Category::user_error;
        }
        result.content = std::move(answer.content);
        result.tokens = answer.usage.total_tokens;
        result.model = std::move(answer.model);
        result.finish_reason = std::move(answer.finish_reason);
        result.tool_calls = std::move(answer.tool_calls);
        result.refusal = std::move(answer.refusal);
        result.usage = answer.usage;
        result.request_id = std::move(answer.request_id);
    } catch (std::bad_alloc const&) {
        throw;
    } catch (std::exception const& error) {
        result.error = error.what();
        result.error_type = error_type(error);
        result.category = categorize(error);
        result.request_id = request_id_of(error);
    }
    result.attempts = log.attempts();
    result.history = log.records();
    return result;
}

} // namespace detail

/// Completes `request` under `policy`, by default the client's own, and tells what became of it.
///
/// The policy sees every error with its type; only what it gives up on becomes a result. Throws: std::bad_alloc; what
/// is not derived from std::exception, such as the cancellation of a thread. Thread safety: that of the client.
template <class C, class Policy = UsePolicy>
CompletionResult production_complete(C& client, ChatRequest const& request, Policy const& policy = Policy{}) {
    return detail::to_result([&](CallLog& log) { return client.complete(request, policy, no_context, log); });
}

/// The same, piece by piece: `on_delta` gets each piece of the answer as it comes.
template <class C, DeltaCallback F, class Policy = UsePolicy>
CompletionResult production_stream(C& client, ChatRequest const& request, F&& on_delta,
                                   Policy const& policy = Policy{}) {
    return detail::to_result([&](CallLog& log) { return client.stream(request, on_delta, policy, no_context, log); });
}

} // namespace grit::inline GRIT_ABI::llm
