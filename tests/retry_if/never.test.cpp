// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/never.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

using grit::RetryNever;

TEST_CASE("RetryNever: nothing is retried and nothing is caught") {
    STATIC_REQUIRE(std::is_empty_v<RetryNever>);
    STATIC_REQUIRE(std::is_same_v<RetryNever::Handles, grit::Types<>>);
    STATIC_REQUIRE_FALSE(RetryNever::looks_at<int>);
    STATIC_REQUIRE_FALSE(RetryNever::looks_at<void>);
    STATIC_REQUIRE_FALSE(RetryNever{}.on_result(0));
    REQUIRE_FALSE(RetryNever{}.on_exception(Timeout{}));
}
