// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/error_type.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

using grit::RetryIf;
using grit::RetryUnless;

TEST_CASE("RetryIf: the errors named and what derives from them") {
    using Predicate = RetryIf<HttpError, Timeout>;
    Predicate const predicate;
    STATIC_REQUIRE(std::is_empty_v<Predicate>);
    STATIC_REQUIRE(std::is_same_v<Predicate::Handles, grit::Types<HttpError, Timeout>>);
    REQUIRE(predicate.on_exception(HttpError{}));
    REQUIRE(predicate.on_exception(RateLimited{}));
    REQUIRE(predicate.on_exception(Timeout{}));
    REQUIRE_FALSE(predicate.on_exception(std::runtime_error{"other"}));
}

TEST_CASE("RetryIf: a type that is no std::exception can be named") {
    REQUIRE(RetryIf<int>{}.on_exception(42));
    REQUIRE_FALSE(RetryIf<int>{}.on_exception(42L));
}

TEST_CASE("RetryIf: a base does not name a rejection") {
    REQUIRE_FALSE(RetryIf<std::exception>{}.on_exception(CircuitOpen{}));
    REQUIRE(RetryIf<grit::Rejected>{}.on_exception(CircuitOpen{}));
    REQUIRE(RetryIf<CircuitOpen>{}.on_exception(CircuitOpen{}));
    REQUIRE_FALSE(RetryIf<CircuitOpen>{}.on_exception(grit::Rejected{"other"}));
    REQUIRE_FALSE(RetryIf<std::exception>{}.on_result(failed(CircuitOpen{})));
    STATIC_REQUIRE_FALSE(RetryIf<std::exception>::looks_at<Expected<int, CircuitOpen>>);
}

TEST_CASE("RetryIf: the error of a result") {
    RetryIf<HttpError> const predicate;
    STATIC_REQUIRE(RetryIf<HttpError>::looks_at<Expected<int, RateLimited>>);
    STATIC_REQUIRE_FALSE(RetryIf<HttpError>::looks_at<Expected<int, Timeout>>);
    STATIC_REQUIRE_FALSE(RetryIf<HttpError>::looks_at<HttpError>); // a value, not an error
    STATIC_REQUIRE_FALSE(RetryIf<HttpError>::looks_at<void>);
    REQUIRE(predicate.on_result(failed(HttpError{})));
    REQUIRE(predicate.on_result(failed(RateLimited{})));
    REQUIRE_FALSE(predicate.on_result(success<HttpError>));
    STATIC_REQUIRE(RetryIf<Code>{}.on_result(failed(Code::gone)));
}

TEST_CASE("RetryIf: std::error_code") {
    RetryIf<std::error_code> const predicate;
    REQUIRE(predicate.on_result(std::make_error_code(std::errc::timed_out)));
    REQUIRE_FALSE(predicate.on_result(std::error_code{}));
    STATIC_REQUIRE_FALSE(RetryIf<HttpError>::looks_at<std::error_code>);
}

TEST_CASE("RetryIf: the alternative that a variant holds") {
    using Error = std::variant<HttpError, Timeout>;
    using Reply = std::variant<int, HttpError, Timeout>;
    RetryIf<Timeout> const predicate;
    REQUIRE(predicate.on_result(failed(Error{Timeout{}})));
    REQUIRE_FALSE(predicate.on_result(failed(Error{HttpError{}})));
    REQUIRE_FALSE(predicate.on_result(success<Error>));
    REQUIRE(predicate.on_result(Reply{Timeout{}}));
    REQUIRE_FALSE(predicate.on_result(Reply{HttpError{}}));
    REQUIRE_FALSE(predicate.on_result(Reply{1}));
}

TEST_CASE("RetryUnless: what would be retried by default but these") {
    using Predicate = RetryUnless<HttpError>;
    STATIC_REQUIRE(Predicate::always_vetoes<HttpError>);
    STATIC_REQUIRE(Predicate::always_vetoes<RateLimited>);
    STATIC_REQUIRE_FALSE(Predicate::always_vetoes<std::runtime_error>); // which may be another
    Predicate const predicate;
    STATIC_REQUIRE(std::is_empty_v<Predicate>);
    STATIC_REQUIRE(std::is_same_v<Predicate::Handles, grit::Types<HttpError, std::exception>>);
    STATIC_REQUIRE(std::is_same_v<Predicate::Vetoes, grit::Types<HttpError>>);
    REQUIRE(predicate.on_exception(Timeout{}));
    REQUIRE_FALSE(predicate.on_exception(HttpError{}));
    REQUIRE_FALSE(predicate.on_exception(RateLimited{}));
    REQUIRE_FALSE(predicate.on_exception(CircuitOpen{}));
    REQUIRE_FALSE(predicate.on_exception(42));

    REQUIRE(predicate.on_result(failed(Timeout{})));
    REQUIRE_FALSE(predicate.on_result(success<Timeout>));
    REQUIRE_FALSE(predicate.on_result(failed(std::variant<HttpError, Timeout>{RateLimited{}})));
    STATIC_REQUIRE_FALSE(Predicate::looks_at<Expected<int, HttpError>>);
    STATIC_REQUIRE_FALSE(Predicate::looks_at<int>);
    STATIC_REQUIRE_FALSE(Predicate::looks_at<std::variant<int, Timeout>>);
}

TEST_CASE("RetryUnless: vetoes exactly what it names") {
    RetryUnless<HttpError> const predicate;
    REQUIRE(predicate.vetoes_exception(RateLimited{}));
    REQUIRE_FALSE(predicate.vetoes_exception(Timeout{}));
    REQUIRE_FALSE(predicate.vetoes_exception(CircuitOpen{}));
    REQUIRE(predicate.vetoes_result(failed(HttpError{})));
    REQUIRE(predicate.vetoes_result(std::variant<int, HttpError>{HttpError{}}));
    REQUIRE_FALSE(predicate.vetoes_result(std::variant<int, HttpError>{1}));
    REQUIRE_FALSE(predicate.vetoes_result(success<HttpError>));
    REQUIRE_FALSE(predicate.vetoes_result(1));
}
