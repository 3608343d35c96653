// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/error.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

using grit::RetryIfError;
using grit::RetryUnlessError;

namespace {
std::error_code const timed_out = std::make_error_code(std::errc::timed_out);
std::error_code const refused = std::make_error_code(std::errc::connection_refused);
} // namespace

TEST_CASE("RetryIfError: an error code that was returned") {
    using Predicate = RetryIfError<std::errc::timed_out, std::errc::host_unreachable>;
    Predicate const predicate;
    STATIC_REQUIRE(std::is_empty_v<Predicate>);
    STATIC_REQUIRE(Predicate::looks_at<std::error_code>);
    REQUIRE(predicate.on_result(timed_out));
    REQUIRE_FALSE(predicate.on_result(refused));
    REQUIRE_FALSE(predicate.on_result(std::error_code{}));
}

TEST_CASE("RetryIfError: the code of a std::system_error") {
    using Predicate = RetryIfError<std::errc::timed_out>;
    Predicate const predicate;
    STATIC_REQUIRE(std::is_same_v<Predicate::Handles, grit::Types<std::system_error>>);
    REQUIRE(predicate.on_exception(std::system_error{timed_out}));
    REQUIRE_FALSE(predicate.on_exception(std::system_error{refused}));
    REQUIRE_FALSE(predicate.on_exception(Timeout{}));
    REQUIRE(predicate.on_result(failed(std::system_error{timed_out})));
}

TEST_CASE("RetryIfError: the error of a result, an enumeration of one's own") {
    using Predicate = RetryIfError<Code::busy>;
    STATIC_REQUIRE(std::is_same_v<Predicate::Handles, grit::Types<>>);
    STATIC_REQUIRE(Predicate{}.on_result(failed(Code::busy)));
    STATIC_REQUIRE_FALSE(Predicate{}.on_result(failed(Code::gone)));
    STATIC_REQUIRE_FALSE(Predicate{}.on_result(Expected<int, Code>{1}));
    STATIC_REQUIRE_FALSE(Predicate::looks_at<std::error_code>);
    STATIC_REQUIRE_FALSE(Predicate::looks_at<Code>); // a value, not an error
    STATIC_REQUIRE_FALSE(Predicate::looks_at<void>);

    using Error = std::variant<Code, std::error_code>;
    RetryIfError<Code::busy, std::errc::timed_out> const mixed;
    REQUIRE(mixed.on_result(failed(Error{Code::busy})));
    REQUIRE(mixed.on_result(failed(Error{timed_out})));
    REQUIRE_FALSE(mixed.on_result(failed(Error{refused})));
}

TEST_CASE("RetryIfError: codes known at run time") {
    RetryIfError const predicate{timed_out, std::errc::host_unreachable, Code::busy};
    using Predicate = std::remove_const_t<decltype(predicate)>;
    STATIC_REQUIRE(std::is_same_v<Predicate, RetryIfError<grit::Types<std::error_code, std::errc, Code>{}>>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<Predicate>);
    REQUIRE(predicate.on_result(timed_out));
    REQUIRE(predicate.on_result(std::make_error_code(std::errc::host_unreachable)));
    REQUIRE_FALSE(predicate.on_result(refused));
    REQUIRE(predicate.on_exception(std::system_error{timed_out}));
    REQUIRE(predicate.on_result(failed(Code::busy)));
    STATIC_REQUIRE(RetryIfError{Code::busy}.on_result(failed(Code::busy)));
}

TEST_CASE("RetryUnlessError: what would be retried by default but these codes") {
    using Predicate = RetryUnlessError<std::errc::timed_out>;
    Predicate const predicate;
    STATIC_REQUIRE(std::is_empty_v<Predicate>);
    STATIC_REQUIRE(std::is_same_v<Predicate::Handles, grit::Types<std::system_error, std::exception>>);
    REQUIRE(predicate.on_exception(Timeout{}));
    REQUIRE(predicate.on_exception(std::system_error{refused}));
    REQUIRE_FALSE(predicate.on_exception(std::system_error{timed_out}));
    REQUIRE_FALSE(predicate.on_exception(CircuitOpen{}));
    REQUIRE(predicate.on_result(refused));
    REQUIRE_FALSE(predicate.on_result(timed_out));
    REQUIRE_FALSE(predicate.on_result(std::error_code{}));
    REQUIRE(predicate.on_result(failed(Code::busy)));
    REQUIRE_FALSE(predicate.on_result(failed(CircuitOpen{})));
    STATIC_REQUIRE_FALSE(Predicate::looks_at<int>);
}

TEST_CASE("RetryUnlessError: vetoes exactly the codes") {
    RetryUnlessError const predicate{timed_out, Code::gone};
    STATIC_REQUIRE(std::is_same_v<decltype(predicate)::Vetoes, grit::Types<std::system_error>>);
    STATIC_REQUIRE(std::is_same_v<RetryUnlessError<Code::gone>::Vetoes, grit::Types<>>);
    REQUIRE(predicate.vetoes_exception(std::system_error{timed_out}));
    REQUIRE_FALSE(predicate.vetoes_exception(std::system_error{refused}));
    REQUIRE_FALSE(predicate.vetoes_exception(Timeout{}));
    REQUIRE(predicate.vetoes_result(timed_out));
    REQUIRE(predicate.vetoes_result(failed(Code::gone)));
    REQUIRE_FALSE(predicate.vetoes_result(failed(Code::busy)));
    REQUIRE_FALSE(predicate.vetoes_result(failed(Timeout{})));
    REQUIRE_FALSE(predicate.vetoes_result(1));
}
