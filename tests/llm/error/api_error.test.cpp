// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/error/api_error.hpp>

#include <stdexcept>

#include <grit/core/rejected.hpp>
#include <grit/core/signal.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("an error type is told of any exception") {
    CHECK(error_type(ApiUserAbortError{}) == "APIUserAbortError");
    CHECK(error_type(InvalidRequestError{"x"}) == "InvalidRequestError");
    CHECK(error_type(grit::Rejected{"breaker"}) == "Rejected");
    CHECK(error_type(grit::TryAgain{}) == "TryAgain");
    CHECK(error_type(std::runtime_error{"x"}) == "std::runtime_error");
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

TEST_CASE("the base of all errors has a name, and no wait that nobody asked for") {
    CHECK(ApiError{"x"}.type_name() == "APIError");
    CHECK_FALSE(ApiError{"x"}.retry_after().has_value());
}
