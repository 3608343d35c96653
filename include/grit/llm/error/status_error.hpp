// SPDX-License-Identifier: BSL-1.0
#pragma once
// The errors of an answer: one type for each status, one for spent money, one for a success that is none.

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/rate_limits.hpp>

namespace grit::inline GRIT_ABI::llm {

/// What is known of an answer that reports an error. Texts are free of the key and bounded.
struct StatusDetails {
    int status = 0;
    /// What went wrong, in the provider's words.
    std::string message = {};
    /// The provider's type, such as "insufficient_quota", and code, such as "rate_limit_exceeded".
    std::string type = {};
    std::string code = {};
    /// Anthropic's finer word for it, such as "enforced_spend_limit_reached".
    std::string error_code = {};
    /// The provider's name for this exchange: what its support asks for.
    std::string request_id = {};
    /// The answer's body.
    std::string body = {};
    std::optional<std::chrono::nanoseconds> retry_after = {};
    /// What the server itself says of a retry, if it does (x-should-retry).
    std::optional<bool> should_retry = {};
    RateLimits rate_limits = {};
};

/// The provider answered, with an error.
class ApiStatusError : public ApiError {
public:
    explicit ApiStatusError(StatusDetails details) : ApiStatusError("APIStatusError", std::move(details)) {}

    int status() const noexcept { return details_->status; }
    std::string const& message() const noexcept { return details_->message; }
    std::string const& type() const noexcept { return details_->type; }
    std::string const& code() const noexcept { return details_->code; }
    std::string const& error_code() const noexcept { return details_->error_code; }
    std::string const& request_id() const noexcept { return details_->request_id; }
    std::string const& body() const noexcept { return details_->body; }
    std::optional<bool> should_retry() const noexcept { return details_->should_retry; }
    RateLimits const& rate_limits() const noexcept { return details_->rate_limits; }

protected:
    ApiStatusError(char const* type_name, StatusDetails details)
        : ApiError(type_name, sentence(details), details.retry_after),
          details_(std::make_shared<StatusDetails const>(std::move(details))) {}

private:
    static std::string sentence(StatusDetails const& details) {
        auto const& text = details.message.empty() ? details.body : details.message;
        return "Error code: " + std::to_string(details.status) + (text.empty() ? " (no body)" : " - " + text);
    }

    std::shared_ptr<StatusDetails const> details_; // shared, so that a copy cannot throw
};

/// 400: the request makes no sense to the provider.
struct BadRequestError : ApiStatusError {
    explicit BadRequestError(StatusDetails d) : ApiStatusError("BadRequestError", std::move(d)) {}
};

/// 401: no key, or a wrong one.
struct AuthenticationError : ApiStatusError {
    explicit AuthenticationError(StatusDetails d) : ApiStatusError("AuthenticationError", std::move(d)) {}
};

/// 402: the account has to pay first.
struct PaymentRequiredError : ApiStatusError {
    explicit PaymentRequiredError(StatusDetails d) : ApiStatusError("PaymentRequiredError", std::move(d)) {}
};

/// 403: the key may not do this.
struct PermissionDeniedError : ApiStatusError {
    explicit PermissionDeniedError(StatusDetails d) : ApiStatusError("PermissionDeniedError", std::move(d)) {}
};

/// 404: no such model or address.
struct NotFoundError : ApiStatusError {
    explicit NotFoundError(StatusDetails d) : ApiStatusError("NotFoundError", std::move(d)) {}
};

/// 408: the provider waited too long for the request.
struct RequestTimeoutError : ApiStatusError {
    explicit RequestTimeoutError(StatusDetails d) : ApiStatusError("RequestTimeoutError", std::move(d)) {}
};

/// 409: something else was being changed at the same time.
struct ConflictError : ApiStatusError {
    explicit ConflictError(StatusDetails d) : ApiStatusError("ConflictError", std::move(d)) {}
};

/// 412: a condition that the request set does not hold.
struct PreconditionFailedError : ApiStatusError {
    explicit PreconditionFailedError(StatusDetails d) : ApiStatusError("PreconditionFailedError", std::move(d)) {}
};

/// 413: the request is longer than allowed.
struct RequestTooLargeError : ApiStatusError {
    explicit RequestTooLargeError(StatusDetails d) : ApiStatusError("RequestTooLargeError", std::move(d)) {}
};

/// 422: well formed, and still not to be processed.
struct UnprocessableEntityError : ApiStatusError {
    explicit UnprocessableEntityError(StatusDetails d) : ApiStatusError("UnprocessableEntityError", std::move(d)) {}
};

/// 431: the header fields are longer than allowed.
struct RequestHeaderFieldsTooLargeError : ApiStatusError {
    explicit RequestHeaderFieldsTooLargeError(StatusDetails d)
        : ApiStatusError("RequestHeaderFieldsTooLargeError", std::move(d)) {}
};

/// 499: a gateway saw the connection close before it had an answer.
struct ClientClosedRequestError : ApiStatusError {
    explicit ClientClosedRequestError(StatusDetails d) : ApiStatusError("ClientClosedRequestError", std::move(d)) {}
};

/// 429: too fast; slower will do.
struct RateLimitError : ApiStatusError {
    explicit RateLimitError(StatusDetails d) : ApiStatusError("RateLimitError", std::move(d)) {}
};

/// The money is spent: a quota, a credit balance or a spend limit, whichever status says so.
///
/// Not a RateLimitError, although most providers send 429: whoever names that one for a retry does not mean this.
struct InsufficientQuotaError : ApiStatusError {
    explicit InsufficientQuotaError(StatusDetails d) : ApiStatusError("InsufficientQuotaError", std::move(d)) {}
};

/// 500 and above: the fault is the provider's.
struct InternalServerError : ApiStatusError {
    explicit InternalServerError(StatusDetails d) : InternalServerError("InternalServerError", std::move(d)) {}

protected:
    InternalServerError(char const* type_name, StatusDetails d) : ApiStatusError(type_name, std::move(d)) {}
};

/// 501: the provider cannot do this, or not yet.
struct NotImplementedError : InternalServerError {
    explicit NotImplementedError(StatusDetails d) : InternalServerError("NotImplementedError", std::move(d)) {}
};

/// 503: the provider is down or has too much to do.
struct ServiceUnavailableError : InternalServerError {
    explicit ServiceUnavailableError(StatusDetails d) : InternalServerError("ServiceUnavailableError", std::move(d)) {}
};

/// 504: something behind the provider's door took too long.
struct GatewayTimeoutError : InternalServerError {
    explicit GatewayTimeoutError(StatusDetails d) : InternalServerError("GatewayTimeoutError", std::move(d)) {}
};

/// 529: the provider has too much to do, for everybody.
struct OverloadedError : InternalServerError {
    explicit OverloadedError(StatusDetails d) : InternalServerError("OverloadedError", std::move(d)) {}
};

/// The status says success, and the body is not what it should be.
class ApiResponseValidationError : public ApiError {
public:
    ApiResponseValidationError(std::string const& message, StatusDetails details)
        : ApiError("APIResponseValidationError", message),
          details_(std::make_shared<StatusDetails const>(std::move(details))) {}

    int status() const noexcept { return details_->status; }
    std::string const& request_id() const noexcept { return details_->request_id; }
    std::string const& body() const noexcept { return details_->body; }
    /// Returns: whether it may be asked for again: the server's own word, or true for an answer that says nothing and
    /// for an event of a stream that makes no sense.
    std::optional<bool> should_retry() const noexcept { return details_->should_retry; }

private:
    std::shared_ptr<StatusDetails const> details_;
};

} // namespace grit::inline GRIT_ABI::llm
