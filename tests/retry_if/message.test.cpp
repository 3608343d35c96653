// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/message.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

using grit::RetryIfMessage;

TEST_CASE("RetryIfMessage: what() contains the text") {
    using Predicate = RetryIfMessage<"timed">;
    Predicate const predicate;
    STATIC_REQUIRE(std::is_empty_v<Predicate>);
    STATIC_REQUIRE(std::is_same_v<Predicate::Handles, grit::Types<std::exception>>);
    REQUIRE(predicate.on_exception(Timeout{}));
    REQUIRE_FALSE(predicate.on_exception(HttpError{}));
    REQUIRE_FALSE(predicate.on_exception(42));
}

TEST_CASE("RetryIfMessage: a text known at run time is copied") {
    std::string text = "503";
    RetryIfMessage const predicate{text};
    text = "404";
    STATIC_REQUIRE(std::is_same_v<decltype(predicate), RetryIfMessage<> const>);
    REQUIRE(predicate.on_exception(HttpError{503}));
    REQUIRE_FALSE(predicate.on_exception(HttpError{404}));
    REQUIRE(RetryIfMessage{"out"}.on_exception(Timeout{}));
}

TEST_CASE("RetryIfMessage: case matters, the empty text is always contained") {
    REQUIRE_FALSE(RetryIfMessage<"Timed">{}.on_exception(Timeout{}));
    REQUIRE(RetryIfMessage<"">{}.on_exception(Timeout{}));
    REQUIRE(RetryIfMessage{""}.on_exception(Timeout{}));
    REQUIRE_FALSE(RetryIfMessage<"timed out.">{}.on_exception(Timeout{}));
}

TEST_CASE("RetryIfMessage: the words of a rejection are not looked at") {
    REQUIRE_FALSE(RetryIfMessage<"circuit">{}.on_exception(CircuitOpen{}));
    STATIC_REQUIRE_FALSE(RetryIfMessage<"circuit">::looks_at<Expected<int, CircuitOpen>>);
}

TEST_CASE("RetryIfMessage: the error of a result") {
    RetryIfMessage<"timed out"> const predicate;
    using Error = std::variant<Code, Timeout>;
    REQUIRE(predicate.on_result(failed(Timeout{})));
    REQUIRE_FALSE(predicate.on_result(failed(HttpError{})));
    REQUIRE_FALSE(predicate.on_result(success<Timeout>));
    REQUIRE(predicate.on_result(failed(std::string{"it timed out"})));
    REQUIRE(predicate.on_result(failed<char const*>("it timed out")));
    REQUIRE(predicate.on_result(failed(Error{Timeout{}})));
    REQUIRE_FALSE(predicate.on_result(failed(Error{Code::busy})));
    REQUIRE_FALSE(RetryIfMessage<"x">::looks_at<Expected<int, Code>>);
    STATIC_REQUIRE_FALSE(RetryIfMessage<"x">::looks_at<std::string>); // a value, not an error
    STATIC_REQUIRE_FALSE(RetryIfMessage<"x">::looks_at<void>);
}

TEST_CASE("RetryIfMessage: the message of an error code") {
    std::error_code const error = std::make_error_code(std::errc::timed_out);
    REQUIRE(RetryIfMessage{error.message()}.on_result(error));
    REQUIRE_FALSE(RetryIfMessage<"no such message">{}.on_result(error));
    REQUIRE_FALSE(RetryIfMessage<"">{}.on_result(std::error_code{}));
}

TEST_CASE("RetryIfMessage: in a constant expression") {
    STATIC_REQUIRE(RetryIfMessage<"usy">{}.on_result(failed<std::string_view>("busy")));
    STATIC_REQUIRE_FALSE(RetryIfMessage<"usy">{}.on_result(failed<std::string_view>("gone")));
}
