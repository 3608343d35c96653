// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/error/connection_error.hpp>

#include <string>
#include <string_view>
#include <type_traits>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("the errors of a call without an answer stand where the official SDKs have them") {
    STATIC_REQUIRE(std::is_base_of_v<ApiError, ApiConnectionError>);
    STATIC_REQUIRE(std::is_base_of_v<ApiConnectionError, ApiTimeoutError>);
}

TEST_CASE("copying the error of a call without an answer cannot throw") {
    STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<ApiConnectionError>);
}

TEST_CASE("an error says its name as the SDKs spell it, also through its base") {
    CHECK(ApiConnectionError{TransportFailure::reset, "x"}.type_name() == "APIConnectionError");
    ApiTimeoutError const timeout{TransportFailure::idle_timeout, "x"};
    CHECK(static_cast<ApiError const&>(timeout).type_name() == "APITimeoutError");
    CHECK(timeout.kind() == TransportFailure::idle_timeout);
    CHECK(error_type(timeout) == "APITimeoutError");
    CHECK(error_type(ApiConnectionError{TransportFailure::reset, "x"}) == "APIConnectionError");
}

TEST_CASE("an exchange that ends without an answer throws what its end was") {
    for (int i = 0; i <= static_cast<int>(TransportFailure::unknown); ++i) {
        auto const kind = static_cast<TransportFailure>(i);
        CAPTURE(to_string(kind));
        using enum TransportFailure;
        bool const timeout = kind == connect_timeout || kind == first_byte_timeout || kind == first_token_timeout ||
                             kind == idle_timeout || kind == attempt_timeout;
        try {
            detail::throw_transport_failure(kind, "more");
        } catch (ApiConnectionError const& error) {
            CHECK(error.kind() == kind);
            CHECK(error.type_name() == (timeout ? "APITimeoutError" : "APIConnectionError"));
            CHECK(std::string_view{error.what()}.ends_with(std::string{to_string(kind)} + " (more)"));
        }
    }
}
