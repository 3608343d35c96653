// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/exception.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

using grit::RetryIfException;

namespace {
bool is_transient(HttpError const& error) noexcept { return error.status >= 500; }
struct AtLeast {
    int status;
    bool operator()(HttpError const& error) const { return error.status >= status; }
};
template <class P>
inline constexpr bool handles_http = std::is_same_v<typename P::Handles, grit::Types<HttpError>>;
} // namespace

TEST_CASE("RetryIfException: the type of the error comes from the callable") {
    auto const lambda = [](HttpError const& error) { return error.status == 503; };
    STATIC_REQUIRE(handles_http<RetryIfException<is_transient>>);
    STATIC_REQUIRE(handles_http<RetryIfException<&HttpError::is_transient>>);
    STATIC_REQUIRE(handles_http<decltype(RetryIfException{lambda})>);
    STATIC_REQUIRE(handles_http<decltype(RetryIfException{AtLeast{500}})>);
    STATIC_REQUIRE(handles_http<decltype(RetryIfException{&is_transient})>);
    STATIC_REQUIRE(handles_http<decltype(RetryIfException{[](HttpError) noexcept { return true; }})>);
    STATIC_REQUIRE(std::is_same_v<decltype(RetryIfException{[](int) { return true; }})::Handles, grit::Types<int>>);
}

TEST_CASE("RetryIfException: constants are empty, values are held") {
    STATIC_REQUIRE(std::is_empty_v<RetryIfException<is_transient>>);
    STATIC_REQUIRE(std::is_empty_v<decltype(RetryIfException{[](HttpError const&) { return true; }})>);
    RetryIfException const held{AtLeast{500}}; // GCC 11 deduces nothing inside sizeof
    STATIC_REQUIRE(sizeof(held) == sizeof(AtLeast));
}

TEST_CASE("RetryIfException: asks the callable about the errors that it takes") {
    RetryIfException const predicate{AtLeast{500}};
    REQUIRE(predicate.on_exception(HttpError{503}));
    REQUIRE_FALSE(predicate.on_exception(HttpError{404}));
    REQUIRE_FALSE(predicate.on_exception(RateLimited{}));
    REQUIRE_FALSE(predicate.on_exception(Timeout{}));
    REQUIRE(RetryIfException<&HttpError::is_transient>{}.on_exception(HttpError{503}));
    REQUIRE_FALSE(RetryIfException<is_transient>{}.on_exception(RateLimited{}));
}

TEST_CASE("RetryIfException: a base does not reach a rejection") {
    RetryIfException const any{[](std::exception const&) { return true; }};
    REQUIRE(any.on_exception(Timeout{}));
    REQUIRE_FALSE(any.on_exception(CircuitOpen{}));
    RetryIfException const rejected{[](grit::Rejected const&) { return true; }};
    REQUIRE(rejected.on_exception(CircuitOpen{}));
}

TEST_CASE("RetryIfException: a rejection as a value is shown as the exception that it stands for", "[R-658]") {
    struct Refusal {
        using Thrown = CircuitOpen;
        explicit operator CircuitOpen() const { return {}; }
    };
    RetryIfException const open{[](CircuitOpen const& e) { return e.stage() == std::string_view{"circuit breaker"}; }};
    RetryIfException const rejected{[](grit::Rejected const& e) { return e.retry_after() == grit::Duration::zero(); }};
    REQUIRE(open.on_exception(Refusal{}));
    REQUIRE(rejected.on_exception(Refusal{}));
    REQUIRE(open.on_result(failed(Refusal{})));
    REQUIRE_FALSE(RetryIfException{[](CircuitOpen const&) { return false; }}.on_exception(Refusal{}));
    REQUIRE_FALSE(RetryIfException<is_transient>{}.on_exception(Refusal{}));
}

TEST_CASE("RetryIfException: the error of a result") {
    using Error = std::variant<Timeout, HttpError>;
    RetryIfException<is_transient> const predicate;
    STATIC_REQUIRE(RetryIfException<is_transient>::looks_at<Expected<int, RateLimited>>);
    STATIC_REQUIRE_FALSE(RetryIfException<is_transient>::looks_at<Expected<int, Timeout>>);
    STATIC_REQUIRE_FALSE(RetryIfException<is_transient>::looks_at<void>);
    REQUIRE(predicate.on_result(failed(HttpError{500})));
    REQUIRE_FALSE(predicate.on_result(failed(HttpError{400})));
    REQUIRE_FALSE(predicate.on_result(success<HttpError>));
    REQUIRE(predicate.on_result(failed(Error{HttpError{500}})));
    REQUIRE_FALSE(predicate.on_result(failed(Error{Timeout{}})));
    REQUIRE(predicate.on_result(std::variant<int, HttpError>{HttpError{500}}));
}
