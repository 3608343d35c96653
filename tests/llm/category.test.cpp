// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/category.hpp>

#include <new>
#include <optional>
#include <stdexcept>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {

template <class E>
Category of(std::optional<bool> should_retry = {}) {
    return categorize(E{StatusDetails{.should_retry = should_retry}});
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
    CHECK(categorize(ApiError{"x"}) == Category::fatal);
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
    for (auto const kind : {refused, unreachable, connect_timeout, first_byte_timeout, idle_timeout, attempt_timeout,
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
