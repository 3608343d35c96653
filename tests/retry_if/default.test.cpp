// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/default.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

using grit::RetryDefault;

TEST_CASE("RetryDefault: every std::exception except rejections") {
    RetryDefault const predicate;
    STATIC_REQUIRE(std::is_same_v<RetryDefault::Handles, grit::Types<std::exception>>);
    REQUIRE(predicate.on_exception(std::runtime_error{"any"}));
    REQUIRE(predicate.on_exception(Timeout{}));
    REQUIRE_FALSE(predicate.on_exception(grit::Rejected{"any"}));
    REQUIRE_FALSE(predicate.on_exception(CircuitOpen{}));
    REQUIRE_FALSE(predicate.on_exception(42));
}

TEST_CASE("RetryDefault: every error of a result, no plain value") {
    RetryDefault const predicate;
    STATIC_REQUIRE(RetryDefault::looks_at<Expected<int, Code>>);
    STATIC_REQUIRE(RetryDefault::looks_at<std::error_code>);
    STATIC_REQUIRE_FALSE(RetryDefault::looks_at<int>);
    STATIC_REQUIRE_FALSE(RetryDefault::looks_at<void>);
    STATIC_REQUIRE_FALSE(RetryDefault::looks_at<std::variant<int, HttpError>>);

    STATIC_REQUIRE(RetryDefault{}.on_result(failed(Code::busy)));
    STATIC_REQUIRE_FALSE(RetryDefault{}.on_result(Expected<int, Code>{1}));
    REQUIRE(predicate.on_result(std::make_error_code(std::errc::timed_out)));
    REQUIRE_FALSE(predicate.on_result(std::error_code{}));
}

TEST_CASE("RetryDefault: a rejection in a result is not retried") {
    using Error = std::variant<HttpError, CircuitOpen>;
    RetryDefault const predicate;
    STATIC_REQUIRE_FALSE(RetryDefault::looks_at<Expected<int, CircuitOpen>>);
    STATIC_REQUIRE(RetryDefault::looks_at<Expected<int, Error>>);
    REQUIRE(predicate.on_result(failed(Error{HttpError{}})));
    REQUIRE_FALSE(predicate.on_result(failed(Error{CircuitOpen{}})));
}
