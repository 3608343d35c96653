// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/error/api_error.hpp>

#include <stdexcept>
#include <string_view>

#include <grit/core/rejected.hpp>
#include <grit/core/signal.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("an error type is told of any exception") {
    CHECK(error_type(ApiConnectionError{TransportFailure::reset, "x"}) == "APIConnectionError");
    CHECK(error_type(ApiUserAbortError{}) == "APIUserAbortError");
    CHECK(error_type(InvalidRequestError{"x"}) == "InvalidRequestError");
    CHECK(error_type(grit::Rejected{"breaker"}) == "Rejected");
    CHECK(error_type(grit::TryAgain{}) == "TryAgain");
    CHECK(error_type(std::runtime_error{"x"}) == "std::runtime_error");
}

TEST_CASE("an exchange that ends without an answer throws what its end was") {
    for (int i = 0; i <= static_cast<int>(TransportFailure::unknown); ++i) {
        auto const kind = static_cast<TransportFailure>(i);
        CAPTURE(to_string(kind));
        using enum TransportFailure;
        bool const timeout =
            kind == connect_timeout || kind == first_byte_timeout || kind == idle_timeout || kind == attempt_timeout;
        try {
            detail::throw_transport_failure(kind, "more");
        } catch (ApiConnectionError const& error) {
            CHECK(error.kind() == kind);
            CHECK(error.type_name() == (timeout ? "APITimeoutError" : "APIConnectionError"));
            CHECK(std::string_view{error.what()}.ends_with(std::string{to_string(kind)} + " (more)"));
        }
    }
}

TEST_CASE("an error remembers what led to it, and so do its copies") {
    ApiUserAbortError error;
    CHECK(error.attempts() == 0);
    CHECK(error.history() == nullptr);
    error.remember(3, nullptr);
    ApiError const copy = error;
    CHECK(copy.attempts() == 3);
    CHECK(copy.cause() == nullptr);
}
