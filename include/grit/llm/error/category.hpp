// SPDX-License-Identifier: BSL-1.0
#pragma once
// What to do about an error: try again, give up, mend the request, or pay.

#include <exception>
#include <string_view>

#include <grit/core/rejected.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/http/transport_failure.hpp>

namespace grit::inline GRIT_ABI::llm {

/// What an error asks for.
enum class Category {
    retryable,  ///< the same request may succeed later
    fatal,      ///< it will not, and somebody has to look at the set-up
    user_error, ///< it will not until the request is another one
    billing,    ///< it will not until somebody pays or raises a limit
};

/// Returns: the enumerator's name.
constexpr std::string_view to_string(Category category) noexcept {
    switch (category) {
    case Category::retryable: return "retryable";
    case Category::user_error: return "user_error";
    case Category::billing: return "billing";
    case Category::fatal: break;
    }
    return "fatal";
}

/// Returns: the category of an exchange that had no whole answer.
constexpr Category categorize(TransportFailure kind) noexcept {
    switch (kind) {
    case TransportFailure::refused:
    case TransportFailure::unreachable:
    case TransportFailure::connect_timeout:
    case TransportFailure::first_byte_timeout:
    case TransportFailure::first_token_timeout:
    case TransportFailure::idle_timeout:
    case TransportFailure::attempt_timeout:
    case TransportFailure::dns_temporary:
    case TransportFailure::tls_handshake:
    case TransportFailure::reset:
    case TransportFailure::early_end:
    case TransportFailure::partial_body:
    case TransportFailure::protocol: return Category::retryable;
    case TransportFailure::invalid_request: return Category::user_error;
    case TransportFailure::dns_permanent:
    case TransportFailure::tls_verify:
    case TransportFailure::tls_setup:
    case TransportFailure::too_large:
    case TransportFailure::unknown: break;
    }
    return Category::fatal;
}

namespace detail {

template <class... Es>
bool is_any_of(std::exception const& error) noexcept {
    return ((dynamic_cast<Es const*>(&error) != nullptr) || ...);
}

inline Category categorize_by_type(std::exception const& error) noexcept {
    if (is_any_of<RateLimitError, InternalServerError, RequestTimeoutError, ConflictError>(error))
        return Category::retryable;
    if (is_any_of<BadRequestError, NotFoundError, RequestTooLargeError, UnprocessableEntityError,
                  PreconditionFailedError, RequestHeaderFieldsTooLargeError, InvalidRequestError>(error))
        return Category::user_error;
    if (is_any_of<Rejected>(error)) return Category::retryable; // nothing was sent, and another time it may be
    return Category::fatal;
}

} // namespace detail

inline Category categorize(std::exception const& error) noexcept;

namespace detail {
inline Category categorize_cause(std::exception_ptr const& cause) noexcept {
    try {
        std::rethrow_exception(cause);
    } catch (std::exception const& error) {
        return categorize(error);
    }
}
} // namespace detail

/// Returns: the category of any exception; of one that this layer does not know, fatal.
///
/// Of an error that was made of another, it is that of its cause. Money comes first, because no wait restores it; then
/// the server's own word (x-should-retry); then the type.
inline Category categorize(std::exception const& error) noexcept {
    if (auto const* known = dynamic_cast<ApiError const*>(&error))
        if (auto const cause = known->cause()) return detail::categorize_cause(cause);
    if (auto const* connection = dynamic_cast<ApiConnectionError const*>(&error)) return categorize(connection->kind());
    if (detail::is_any_of<InsufficientQuotaError, PaymentRequiredError>(error)) return Category::billing;
    if (auto const* none = dynamic_cast<ApiResponseValidationError const*>(&error))
        return none->should_retry().value_or(false) ? Category::retryable : Category::fatal;
    auto category = detail::categorize_by_type(error);
    auto const* const answer = dynamic_cast<ApiStatusError const*>(&error);
    if (answer == nullptr) return category;
    // Too early, and (at one provider) no capacity for now: no SDK has a type for them.
    if (answer->status() == 425 || answer->status() == 498) category = Category::retryable;
    if (answer->should_retry()) {
        if (*answer->should_retry()) return Category::retryable;
        return category == Category::retryable ? Category::fatal : category;
    }
    // No other request would do: the account is closed for now.
    return answer->error_code() == "organization_on_hold" ? Category::fatal : category;
}

/// Returns: whether the same request may be sent again unseen: the predicate of the default policy. Never once a part
/// of the answer has been delivered (StreamError).
inline bool is_retryable(ApiError const& error) noexcept {
    return error.cause() == nullptr && categorize(error) == Category::retryable;
}

} // namespace grit::inline GRIT_ABI::llm
