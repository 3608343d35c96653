// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/error/category.hpp>

#include <new>
#include <optional>
#include <stdexcept>
#include <vector>

#include <grit/llm/client/stream_error.hpp>
#include <grit/llm/error/throw_status_error.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {

template <class E>
Category of(std::optional<bool> should_retry = {}) {
    return categorize(E{StatusDetails{.should_retry = should_retry}});
}

Category of_validation(bool should_retry) {
    return categorize(ApiResponseValidationError{"x", {.should_retry = should_retry}});
}

} // namespace

TEST_CASE("every class of answer has its category") {
    CHECK(of<RateLimitError>() == Category::retryable);
    CHECK(of<InternalServerError>() == Category::retryable);
    CHECK(of<ServiceUnavailableError>() == Category::retryable);
    CHECK(of<GatewayTimeoutError>() == Category::retryable);
    CHECK(of<OverloadedError>() == Category::retryable);
    CHECK(of<RequestTimeoutError>() == Category::retryable);
    CHECK(of<ConflictError>() == Category::retryable);
    CHECK(of<AuthenticationError>() == Category::fatal);
    CHECK(of<PermissionDeniedError>() == Category::fatal);
    CHECK(of<ApiStatusError>() == Category::fatal);
    CHECK(of<BadRequestError>() == Category::user_error);
    CHECK(of<NotFoundError>() == Category::user_error);
    CHECK(of<RequestTooLargeError>() == Category::user_error);
    CHECK(of<UnprocessableEntityError>() == Category::user_error);
    CHECK(of<InsufficientQuotaError>() == Category::billing);
    CHECK(of<PaymentRequiredError>() == Category::billing);
    CHECK(categorize(ApiResponseValidationError{"x", {}}) == Category::fatal);
    CHECK(of_validation(true) == Category::retryable);
    CHECK(of_validation(false) == Category::fatal);
    CHECK(categorize(ApiError{"x"}) == Category::fatal);
}

TEST_CASE("the errors that providers document, from status and body to category") {
    struct Row {
        int status;
        ProviderError error;
        Category category;
    };
    using enum Category;
    std::vector<Row> const rows{
        // OpenAI
        {400, {.type = "invalid_request_error"}, user_error},
        {400, {.type = "invalid_request_error", .code = "context_length_exceeded"}, user_error},
        {400, {.type = "invalid_request_error", .code = "content_policy_violation"}, user_error},
        {401, {.type = "invalid_request_error", .code = "invalid_api_key"}, fatal},
        {403, {.code = "unsupported_country_region_territory"}, fatal},
        {404, {.type = "invalid_request_error", .code = "model_not_found"}, user_error},
        {429, {.type = "requests", .code = "rate_limit_exceeded"}, retryable},
        {429, {.type = "tokens", .code = "rate_limit_exceeded"}, retryable},
        {429, {.type = "rate_limit_error", .code = "slow_down"}, retryable},
        {429, {.type = "insufficient_quota", .code = "insufficient_quota"}, billing},
        {429, {.type = "insufficient_quota", .code = "credit_balance_exhausted"}, billing},
        {429, {.code = "organization_spend_limit_exceeded"}, billing},
        {429, {.code = "project_spend_limit_exceeded"}, billing},
        {429, {.code = "organization_usage_limit_exceeded"}, billing},
        {500, {.type = "server_error"}, retryable},
        {503, {.type = "service_unavailable_error", .code = "server_is_overloaded"}, retryable},
        // Anthropic
        {400,
         {.message = "Your credit balance is too low to access the Anthropic API.", .type = "invalid_request_error"},
         billing},
        {400,
         {.message = "You have reached your specified API usage limits.", .type = "invalid_request_error"},
         billing},
        {400, {.type = "invalid_request_error", .error_code = "organization_on_hold"}, fatal},
        {400, {.type = "invalid_request_error", .error_code = "storage_quota_exceeded"}, user_error},
        {400, {.type = "invalid_request_error", .error_code = "image_dimensions_too_large"}, user_error},
        {400, {.type = "timeout_error", .error_code = "request_body_timeout"}, retryable},
        {401, {.type = "authentication_error"}, fatal},
        {402, {.type = "billing_error"}, billing},
        {402, {.type = "billing_error", .error_code = "linked_organization_spend_limit_reached"}, billing},
        {403, {.type = "permission_error"}, fatal},
        {403, {.type = "permission_error", .error_code = "user_profile_billing_not_authorized"}, billing},
        {403, {.type = "permission_error", .error_code = "user_profile_not_billable"}, billing},
        {404, {.type = "not_found_error"}, user_error},
        {408, {}, retryable},
        {409, {.type = "conflict_error"}, retryable},
        {412, {}, user_error},
        {413, {.type = "request_too_large"}, user_error},
        {413, {.error_code = "request_body_too_large_after_decoding"}, user_error},
        {422, {}, user_error},
        {429, {.type = "rate_limit_error"}, retryable},
        {429, {.type = "rate_limit_error", .error_code = "ramp_limit_exceeded"}, retryable},
        {429, {.type = "rate_limit_error", .error_code = "enforced_spend_limit_reached"}, billing},
        {429, {.type = "rate_limit_error", .error_code = "contract_spend_limit_reached"}, billing},
        {425, {}, retryable},
        {431, {}, user_error},
        {498, {}, retryable},
        {499, {}, fatal},
        {500, {.type = "api_error"}, retryable},
        {501, {}, retryable},
        {502, {}, retryable},
        {503, {.error_code = "cmek_key_unreachable"}, retryable},
        {504, {.type = "timeout_error"}, retryable},
        {529, {.type = "overloaded_error"}, retryable},
        {529, {.type = "overloaded_error", .error_code = "compaction_unavailable"}, retryable},
        // Neither
        {302, {}, fatal},
        {405, {}, fatal},
        {418, {}, fatal},
        {599, {}, retryable}};
    for (auto const& row : rows) {
        CAPTURE(row.status, row.error.type, row.error.code, row.error.error_code);
        try {
            throw_status_error({.status = row.status}, row.error, {}, {});
        } catch (ApiStatusError const& error) {
            CHECK(to_string(categorize(error)) == to_string(row.category));
        }
    }
}

TEST_CASE("the server's own word counts for a status without a type too") {
    CHECK(categorize(ApiStatusError{{.status = 425, .should_retry = false}}) == Category::fatal);
    CHECK(categorize(ApiStatusError{{.status = 418, .should_retry = true}}) == Category::retryable);
}

TEST_CASE("what never left, what was broken off and what was refused") {
    CHECK(categorize(InvalidRequestError{"x"}) == Category::user_error);
    CHECK(categorize(ApiUserAbortError{}) == Category::fatal);
    CHECK(categorize(grit::Rejected{"breaker"}) == Category::retryable);
    CHECK_FALSE(is_retryable(ApiUserAbortError{}));
}

TEST_CASE("a stream that broke has the category of its cause and is not retried") {
    auto const of_cause = [](auto const& cause) {
        StreamError const error{cause, std::make_exception_ptr(cause), {.content = "Hel"}};
        CHECK_FALSE(is_retryable(error));
        return categorize(error);
    };
    CHECK(of_cause(OverloadedError{{.status = 529}}) == Category::retryable);
    CHECK(of_cause(ApiConnectionError{TransportFailure::reset, "x"}) == Category::retryable);
    CHECK(of_cause(InsufficientQuotaError{{.status = 429}}) == Category::billing);
}

TEST_CASE("what is not known is fatal") {
    CHECK(categorize(std::runtime_error{"x"}) == Category::fatal);
    CHECK(categorize(std::bad_alloc{}) == Category::fatal);
    CHECK(categorize(std::exception{}) == Category::fatal);
}

TEST_CASE("the server's own word beats the status, and money beats the server's word") {
    CHECK(of<BadRequestError>(true) == Category::retryable);
    CHECK(of<InternalServerError>(false) == Category::fatal);
    CHECK(of<RateLimitError>(false) == Category::fatal);
    CHECK(of<BadRequestError>(false) == Category::user_error);
    CHECK(of<RateLimitError>(true) == Category::retryable);
    CHECK(of<InsufficientQuotaError>(true) == Category::billing);
    CHECK(of<PaymentRequiredError>(true) == Category::billing);
}

TEST_CASE("every way to have no answer has its category") {
    using enum TransportFailure;
    for (auto const kind :
         {refused, unreachable, connect_timeout, first_byte_timeout, first_token_timeout, idle_timeout, attempt_timeout,
          dns_temporary, tls_handshake, reset, early_end, partial_body, protocol}) {
        STATIC_REQUIRE(categorize(refused) == Category::retryable);
        CHECK(categorize(ApiConnectionError{kind, "x"}) == Category::retryable);
        CHECK(is_retryable(ApiTimeoutError{kind, "x"}));
    }
    for (auto const kind :
         {dns_permanent, tls_verify, tls_setup, too_large, unknown, static_cast<TransportFailure>(99)}) {
        CHECK(categorize(ApiConnectionError{kind, "x"}) == Category::fatal);
        CHECK_FALSE(is_retryable(ApiConnectionError{kind, "x"}));
    }
    CHECK(categorize(ApiConnectionError{invalid_request, "x"}) == Category::user_error);
}

TEST_CASE("a category has a name") {
    STATIC_REQUIRE(to_string(Category::retryable) == "retryable");
    STATIC_REQUIRE(to_string(Category::fatal) == "fatal");
    STATIC_REQUIRE(to_string(Category::user_error) == "user_error");
    STATIC_REQUIRE(to_string(Category::billing) == "billing");
}
