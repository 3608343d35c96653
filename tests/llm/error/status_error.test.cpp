// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/error/status_error.hpp>

#include <chrono>
#include <string>
#include <type_traits>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("the errors of answers form the tree of the official SDKs") {
    STATIC_REQUIRE(std::is_base_of_v<ApiError, ApiStatusError>);
    STATIC_REQUIRE(std::is_base_of_v<ApiStatusError, RateLimitError>);
    STATIC_REQUIRE(std::is_base_of_v<InternalServerError, OverloadedError>);
    STATIC_REQUIRE(std::is_base_of_v<InternalServerError, ServiceUnavailableError>);
    STATIC_REQUIRE_FALSE(std::is_base_of_v<RateLimitError, InsufficientQuotaError>);
    STATIC_REQUIRE_FALSE(std::is_base_of_v<ApiStatusError, ApiResponseValidationError>);
}

TEST_CASE("copying the error of an answer cannot throw") {
    STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<RateLimitError>);
    STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<ApiResponseValidationError>);
}

TEST_CASE("the error of an answer says its name as the SDKs spell it") {
    CHECK(ApiStatusError{StatusDetails{}}.type_name() == "APIStatusError");
    CHECK(ApiResponseValidationError{"x", {}}.type_name() == "APIResponseValidationError");
}

TEST_CASE("an error type is told of a status") {
    CHECK(error_type(RateLimitError{StatusDetails{}}) == "RateLimitError");
}

TEST_CASE("a status error keeps what the provider said") {
    RateLimitError const error{StatusDetails{.status = 429,
                                             .message = "slow down",
                                             .type = "requests",
                                             .code = "rate_limit_exceeded",
                                             .request_id = "req_1",
                                             .body = "{}",
                                             .retry_after = std::chrono::seconds{2},
                                             .should_retry = true}};
    auto const copy = error;
    CHECK(copy.what() == std::string{"Error code: 429 - slow down"});
    CHECK(copy.status() == 429);
    CHECK(copy.type() == "requests");
    CHECK(copy.code() == "rate_limit_exceeded");
    CHECK(copy.request_id() == "req_1");
    CHECK(copy.body() == "{}");
    CHECK(copy.should_retry() == true);
    CHECK(static_cast<ApiError const&>(copy).retry_after() == std::chrono::seconds{2});
    CHECK(ApiStatusError{StatusDetails{.status = 418}}.what() == std::string{"Error code: 418 (no body)"});
}
