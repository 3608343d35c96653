// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/any.hpp>

#include <grit/retry_if/error_type.hpp>
#include <grit/retry_if/message.hpp>
#include <grit/retry_if/never.hpp>
#include <grit/retry_if/result.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

using namespace grit;

namespace {
constexpr bool is_busy(int status) { return status == 503; }
constexpr bool is_gone(int status) { return status == 410; }
} // namespace

TEST_CASE("RetryAny: one that says so is enough") {
    RetryAny<RetryIf<HttpError>, RetryIf<Timeout>> const predicate;
    REQUIRE(predicate.on_exception(RateLimited{}));
    REQUIRE(predicate.on_exception(Timeout{}));
    REQUIRE_FALSE(predicate.on_exception(std::logic_error{"other"}));
}

TEST_CASE("RetryAny: each is asked about the results that it looks at") {
    using Predicate = RetryAny<RetryIf<Timeout>, RetryIfResult<is_busy>, RetryIfResult<is_gone>>;
    STATIC_REQUIRE(Predicate{}.on_result(503));
    STATIC_REQUIRE(Predicate{}.on_result(410));
    STATIC_REQUIRE_FALSE(Predicate{}.on_result(200));
    REQUIRE(Predicate{}.on_result(failed(Timeout{})));
    STATIC_REQUIRE(Predicate::looks_at<int>);
    STATIC_REQUIRE_FALSE(Predicate::looks_at<std::string>);
}

TEST_CASE("RetryAny: handles what any of them handles, each type once") {
    using Predicate = RetryAny<RetryIf<HttpError>, RetryIfResult<is_busy>, RetryUnless<HttpError>>;
    STATIC_REQUIRE(std::is_same_v<Predicate::Handles, Types<HttpError, std::exception>>);
    STATIC_REQUIRE(Predicate::names_errors);
    STATIC_REQUIRE(Predicate::names_results);
    STATIC_REQUIRE_FALSE(detail::PredicateTraits<Predicate>::vetoes);
    REQUIRE(Predicate{}.on_exception(HttpError{})); // inside, RetryUnless vetoes nothing
}

TEST_CASE("RetryAny: no state of constants, only the state of the others") {
    STATIC_REQUIRE(std::is_empty_v<RetryAny<RetryIf<HttpError>, RetryIf<HttpError>>>);
    STATIC_REQUIRE(std::is_empty_v<RetryAny<RetryIf<HttpError>, RetryAny<RetryIf<HttpError>, RetryNever>>>);
    RetryAny const mixed{RetryIf<Timeout>{}, RetryIfMessage{"503"}, RetryNever{}};
    STATIC_REQUIRE(sizeof(mixed) == sizeof(RetryIfMessage<>));
    REQUIRE(mixed.on_exception(HttpError{503}));
    REQUIRE_FALSE(mixed.on_exception(HttpError{404}));
}

TEST_CASE("RetryAny: asks in order and not after the first yes") {
    int asked = 0;
    int* const counter = &asked;
    RetryAny const predicate{RetryIfResult{[](int status) { return status == 1; }},
                             RetryIfResult{[counter](int status) { return ++*counter, status == 2; }}};
    REQUIRE(predicate.on_result(1));
    REQUIRE(asked == 0);
    REQUIRE(predicate.on_result(2));
    REQUIRE(asked == 1);
}

TEST_CASE("operator|: flat, in order, with the values") {
    auto const predicate = RetryIf<Timeout>{} | RetryIfMessage{"404"} | (RetryNever{} | RetryIfMessage{"503"});
    STATIC_REQUIRE(std::is_same_v<decltype(predicate),
                                  RetryAny<RetryIf<Timeout>, RetryIfMessage<>, RetryNever, RetryIfMessage<>> const>);
    REQUIRE(predicate.on_exception(HttpError{404}));
    REQUIRE(predicate.on_exception(HttpError{503}));
    REQUIRE_FALSE(predicate.on_exception(HttpError{500}));
}
