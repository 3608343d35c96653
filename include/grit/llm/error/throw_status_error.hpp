// SPDX-License-Identifier: BSL-1.0
#pragma once
// From an answer that reports an error to the exception that says which: statuses, money, bounds, and no key.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <grit/core/text.hpp>
#include <grit/llm/error/rate_limits.hpp>
#include <grit/llm/error/retry_after.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/response.hpp>

namespace grit::inline GRIT_ABI::llm {

/// How much an error keeps of a text that a server sent. Units: bytes.
inline constexpr std::size_t max_message_bytes = 500;
inline constexpr std::size_t max_body_bytes = 4096;
inline constexpr std::size_t max_field_bytes = 100;

/// What a provider's body says of an error, as it came; empty where it says nothing.
struct ProviderError {
    std::string message = {};
    std::string type = {};
    std::string code = {};
    /// Anthropic's `details.error_code`.
    std::string error_code = {};
    /// The provider's name for the exchange, where the body has one.
    std::string request_id = {};
    /// The body with nothing of it spelled in escapes, so that an echoed key is found in it.
    std::string body = {};
    /// How long to wait, in one of the forms of Retry-After, where the body says it in a member of its own.
    std::string wait = {};
};

namespace detail {

/// Cuts at a character's start, so that what is kept of UTF-8 stays UTF-8; says so by three points.
inline std::string bounded(std::string text, std::size_t bytes) {
    if (text.size() <= bytes) return text;
    while (bytes > 0 && grit::detail::goes_on(text[bytes])) --bytes;
    return text.erase(bytes).append("...");
}

/// A message is printed to logs and terminals: nothing in it may end a line or start an escape sequence. U+0080 to
/// U+009F do that too, of which U+009B is an escape sequence's whole beginning, and U+2028 and U+2029.
inline std::string one_line(std::string text) {
    grit::detail::put_in_one_line(text);
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
        std::string_view const rest = std::string_view{text}.substr(at);
        bool const control = rest[0] == '\xC2' && (static_cast<unsigned char>(rest[1]) & 0xE0U) == 0x80U;
        bool const end = rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9");
        if (control || end) text.replace(at, control ? 2 : 3, " ");
    }
    return text;
}

/// The key goes before the cut: half a key is not found any more.
inline std::string shown(std::string_view text, ApiKey const& key, std::size_t bytes) {
    return bounded(key.redact(text), bytes);
}

} // namespace detail

/// Returns: whether the provider wants money, not patience. Most say so by 429, some by 400 or 403.
///
/// The message is looked at only where nothing else tells: two texts of Anthropic's that come as 400.
/// Source: the error codes that OpenAI and Anthropic document for quotas, balances and spend limits.
inline bool is_about_money(ProviderError const& error, int status) noexcept {
    constexpr std::array<std::string_view, 14> codes{"insufficient_quota",
                                                     "credit_balance_exhausted",
                                                     "organization_spend_limit_exceeded",
                                                     "project_spend_limit_exceeded",
                                                     "organization_usage_limit_exceeded",
                                                     "enforced_spend_limit_reached",
                                                     "contract_spend_limit_reached",
                                                     "billing_hard_limit_reached",
                                                     "billing_not_active",
                                                     "billing_error",
                                                     "linked_organization_billing_unavailable",
                                                     "linked_organization_spend_limit_reached",
                                                     "user_profile_billing_not_authorized",
                                                     "user_profile_not_billable"};
    constexpr std::array<std::string_view, 2> openings{"Your credit balance is too low",
                                                       "You have reached your specified"};
    auto const named = [&](std::string_view code) {
        return error.type == code || error.code == code || error.error_code == code;
    };
    auto const opened = [&](std::string_view opening) { return error.message.starts_with(opening); };
    return std::ranges::any_of(codes, named) || (status == 400 && std::ranges::any_of(openings, opened));
}

/// Returns: what an error keeps of an answer. `now` is what a date in Retry-After is compared with.
inline StatusDetails status_details(HttpResponse const& response, ProviderError const& error, ApiKey const& key,
                                    std::chrono::system_clock::time_point now) {
    StatusDetails details{.status = response.status,
                          .message = detail::one_line(detail::shown(error.message, key, max_message_bytes)),
                          .type = detail::shown(error.type, key, max_field_bytes),
                          .code = detail::shown(error.code, key, max_field_bytes),
                          .error_code = detail::shown(error.error_code, key, max_field_bytes),
                          .body = detail::shown(error.body, key, max_body_bytes),
                          .retry_after = find_retry_after(response.headers, now),
                          .rate_limits = find_rate_limits(response.headers, now)};
    // The header first, then the members of the body, then its sentence; for a 429 at last the limits that are used up.
    if (!details.retry_after) details.retry_after = parse_retry_after(error.wait, now);
    if (!details.retry_after) details.retry_after = find_told_wait(error.message);
    if (!details.retry_after && response.status == 429)
        details.retry_after = find_reset_wait(details.rate_limits, response.headers, now);
    for (auto const* name : {"x-request-id", "request-id"})
        if (auto const id = response.headers.find(name); id && details.request_id.empty())
            details.request_id = detail::shown(*id, key, max_field_bytes);
    if (details.request_id.empty()) details.request_id = detail::shown(error.request_id, key, max_field_bytes);
    if (auto const advice = response.headers.find("x-should-retry"); advice == "true" || advice == "false")
        details.should_retry = advice == "true";
    // A body without a message, such as a gateway's page, speaks for itself, but not at its full length.
    if (details.message.empty()) details.message = detail::one_line(detail::bounded(details.body, max_message_bytes));
    // Nothing is there, or something else: most often the path is wrong.
    if (int const status = response.status; status == 404 || status == 405 || (status >= 200 && status < 300))
        if (!response.asked.empty())
            details.message += (details.message.empty() ? "(asked: " : " (asked: ") + response.asked + ")";
    return details;
}

/// Throws the error that belongs to an answer's status, or InsufficientQuotaError where the provider wants money.
///
/// Requires: the status is not 2xx. A status without a type of its own is a plain ApiStatusError.
[[noreturn]] inline void throw_status_error(HttpResponse const& response, ProviderError const& error, ApiKey const& key,
                                            std::chrono::system_clock::time_point now) {
    auto details = status_details(response, error, key, now);
    auto const status = response.status;
    if (status == 402) throw PaymentRequiredError{std::move(details)};
    if (status >= 400 && status < 500 && is_about_money(error, status))
        throw InsufficientQuotaError{std::move(details)};
    // The one 400 that is a timeout: the body took too long to arrive.
    if (status == 400 && error.error_code == "request_body_timeout") throw RequestTimeoutError{std::move(details)};
    switch (status) {
    case 400: throw BadRequestError{std::move(details)};
    case 401: throw AuthenticationError{std::move(details)};
    case 403: throw PermissionDeniedError{std::move(details)};
    case 404: throw NotFoundError{std::move(details)};
    case 408: throw RequestTimeoutError{std::move(details)};
    case 409: throw ConflictError{std::move(details)};
    case 412: throw PreconditionFailedError{std::move(details)};
    case 413: throw RequestTooLargeError{std::move(details)};
    case 422: throw UnprocessableEntityError{std::move(details)};
    case 429: throw RateLimitError{std::move(details)};
    case 431: throw RequestHeaderFieldsTooLargeError{std::move(details)};
    case 499: throw ClientClosedRequestError{std::move(details)};
    case 501: throw NotImplementedError{std::move(details)};
    case 503: throw ServiceUnavailableError{std::move(details)};
    case 504: throw GatewayTimeoutError{std::move(details)};
    case 529: throw OverloadedError{std::move(details)};
    default: break;
    }
    if (status >= 500) throw InternalServerError{std::move(details)};
    throw ApiStatusError{std::move(details)};
}

/// Returns: the status that an answer with this error would have had; 0 if neither its type nor its code tells.
///
/// A stream has status 200 before anything goes wrong, so that only the words of its error event are left.
inline int status_by_name(ProviderError const& error) noexcept {
    struct Named {
        std::string_view name;
        int status;
    };
    constexpr std::array<Named, 70> names{{{"insufficient_quota", 429},
                                           {"rate_limit_error", 429},
                                           {"rate_limit_exceeded", 429},
                                           {"slow_down", 429},
                                           {"requests", 429},
                                           {"tokens", 429},
                                           {"overloaded_error", 529},
                                           {"server_is_overloaded", 503},
                                           {"service_unavailable_error", 503},
                                           {"timeout_error", 504},
                                           {"api_error", 500},
                                           {"server_error", 500},
                                           {"internal_server_error", 500},
                                           {"billing_error", 402},
                                           {"authentication_error", 401},
                                           {"permission_error", 403},
                                           {"not_found_error", 404},
                                           {"request_too_large", 413},
                                           {"invalid_request_error", 400},
                                           {"too_many_requests", 429},
                                           {"rate_limited", 429},
                                           {"throttling_error", 429},
                                           {"overloaded", 503},
                                           {"service_unavailable", 503},
                                           {"gateway_timeout", 504},
                                           {"timeout", 504},
                                           {"invalid_api_key", 401},
                                           {"model_not_found", 404},
                                           {"context_length_exceeded", 400},
                                           {"RESOURCE_EXHAUSTED", 429},
                                           {"UNAVAILABLE", 503},
                                           {"INTERNAL", 500},
                                           {"UNKNOWN", 500},
                                           {"ABORTED", 409},
                                           {"DEADLINE_EXCEEDED", 504},
                                           {"UNAUTHENTICATED", 401},
                                           {"PERMISSION_DENIED", 403},
                                           {"NOT_FOUND", 404},
                                           {"INVALID_ARGUMENT", 400},
                                           {"FAILED_PRECONDITION", 400},
                                           {"REQUEST_LIMIT_EXCEEDED", 429},
                                           {"TEMPORARILY_UNAVAILABLE", 503},
                                           {"INTERNAL_ERROR", 500},
                                           {"INVALID_PARAMETER_VALUE", 400},
                                           {"BAD_REQUEST", 400},
                                           {"BadRequestError", 400},
                                           {"AuthenticationError", 401},
                                           {"PermissionDeniedError", 403},
                                           {"NotFoundError", 404},
                                           {"UnprocessableEntityError", 422},
                                           {"RateLimitError", 429},
                                           {"InternalServerError", 500},
                                           {"ServiceUnavailableError", 503},
                                           {"vector_store_timeout", 504},
                                           {"invalid_prompt", 400},
                                           {"invalid_image", 400},
                                           {"invalid_image_format", 400},
                                           {"invalid_base64_image", 400},
                                           {"invalid_image_url", 400},
                                           {"invalid_image_mode", 400},
                                           {"image_too_large", 400},
                                           {"image_too_small", 400},
                                           {"image_parse_error", 400},
                                           {"image_content_policy_violation", 400},
                                           {"image_file_too_large", 400},
                                           {"image_file_not_found", 400},
                                           {"unsupported_image_media_type", 400},
                                           {"empty_image_file", 400},
                                           {"failed_to_download_image", 400},
                                           {"previous_response_not_found", 400}}};
    for (auto const& text : {error.code, error.type})
        for (auto const& known : names)
            if (text == known.name) return known.status;
    // Some compatible servers put the status there.
    auto const& code = error.code;
    if (code.size() == 3 && (code[0] == '4' || code[0] == '5') && detail::is_digit(code[1]) &&
        detail::is_digit(code[2]))
        return (code[0] - '0') * 100 + (code[1] - '0') * 10 + (code[2] - '0');
    return 0;
}

/// Throws the error that an event inside a stream reports, as the class that its name stands for; a plain
/// ApiStatusError with the status of the stream where the name is not known.
[[noreturn]] inline void throw_event_error(HttpResponse response, ProviderError const& error, ApiKey const& key,
                                           std::chrono::system_clock::time_point now) {
    int const named = status_by_name(error);
    if (named != 0) response.status = named;
    // No status of the server's speaks against it here: what is about money is not a failure of its own.
    if ((named == 0 || named >= 500) && is_about_money(error, 429)) response.status = 429;
    throw_status_error(response, error, key, now);
}

} // namespace grit::inline GRIT_ABI::llm
