// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/always.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

using grit::RetryAlways;

TEST_CASE("RetryAlways: every exception and every result, rejections excepted") {
    RetryAlways const predicate;
    STATIC_REQUIRE(std::is_empty_v<RetryAlways>);
    STATIC_REQUIRE(std::is_same_v<RetryAlways::Handles, grit::Types<std::exception>>);
    REQUIRE(predicate.on_exception(Timeout{}));
    REQUIRE(predicate.on_exception(42));
    REQUIRE_FALSE(predicate.on_exception(CircuitOpen{}));

    STATIC_REQUIRE(RetryAlways::looks_at<int>);
    STATIC_REQUIRE(RetryAlways::looks_at<std::monostate>); // what void is judged as
    STATIC_REQUIRE(RetryAlways{}.on_result(0));
    REQUIRE(predicate.on_result(success<Timeout>));
    REQUIRE(predicate.on_result(failed(Timeout{})));
    REQUIRE_FALSE(predicate.on_result(failed(CircuitOpen{})));
}
