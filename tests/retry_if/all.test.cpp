// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/all.hpp>

#include <grit/retry_if/always.hpp>
#include <grit/retry_if/any.hpp>
#include <grit/retry_if/error_type.hpp>
#include <grit/retry_if/exception.hpp>
#include <grit/retry_if/message.hpp>
#include <grit/retry_if/result.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

using namespace grit;

namespace {
constexpr bool is_even(int n) { return n % 2 == 0; }
constexpr bool is_positive(int n) { return n > 0; }
} // namespace

TEST_CASE("RetryAll: each must say so") {
    using Predicate = RetryAll<RetryIf<HttpError>, RetryIfMessage<"503">>;
    REQUIRE(Predicate{}.on_exception(HttpError{503}));
    REQUIRE_FALSE(Predicate{}.on_exception(HttpError{404}));
    REQUIRE_FALSE(Predicate{}.on_exception(std::runtime_error{"503"}));
    REQUIRE(Predicate{}.on_result(failed(HttpError{503})));
    REQUIRE_FALSE(Predicate{}.on_result(failed(HttpError{404})));

    using Numbers = RetryAll<RetryIfResult<is_even>, RetryIfResult<is_positive>>;
    STATIC_REQUIRE(Numbers{}.on_result(2));
    STATIC_REQUIRE_FALSE(Numbers{}.on_result(-2));
    STATIC_REQUIRE_FALSE(Numbers{}.on_result(1));
}

TEST_CASE("RetryAll: handles only what each of them handles") {
    STATIC_REQUIRE(std::is_same_v<RetryAll<RetryIf<HttpError>, RetryIfMessage<"503">>::Handles, Types<HttpError>>);
    STATIC_REQUIRE(
        std::is_same_v<RetryAll<RetryUnless<RateLimited>, RetryIf<HttpError>>::Handles, Types<RateLimited, HttpError>>);
    STATIC_REQUIRE(std::is_same_v<RetryAll<RetryIf<HttpError>, RetryIf<Timeout>>::Handles, Types<>>);
    STATIC_REQUIRE(std::is_same_v<RetryAll<RetryIf<CircuitOpen>, RetryIfMessage<"">>::Handles, Types<>>);
}

TEST_CASE("RetryAll: looks only at results that each of them looks at") {
    using Predicate = RetryAll<RetryAlways, RetryIfResult<is_even>>;
    STATIC_REQUIRE(Predicate::looks_at<int>);
    STATIC_REQUIRE_FALSE(Predicate::looks_at<std::string>);
    STATIC_REQUIRE_FALSE(RetryAll<RetryIf<HttpError>, RetryIfResult<is_even>>::looks_at<int>);
}

TEST_CASE("RetryAll: a RetryUnless inside says yes to the rest") {
    auto const predicate = RetryIf<HttpError>{} & RetryUnless<RateLimited>{};
    REQUIRE(predicate.on_exception(HttpError{503}));
    REQUIRE_FALSE(predicate.on_exception(RateLimited{}));
    STATIC_REQUIRE_FALSE(detail::PredicateTraits<std::remove_const_t<decltype(predicate)>>::vetoes);
}

TEST_CASE("RetryAll: no state of constants, only the state of the others") {
    STATIC_REQUIRE(std::is_empty_v<RetryAll<RetryAlways, RetryAll<RetryAlways, RetryIf<HttpError>>>>);
    STATIC_REQUIRE(sizeof(RetryAll<RetryAlways, RetryIfMessage<>>) == sizeof(RetryIfMessage<>));
}

TEST_CASE("operator&: flat, and binds tighter than operator|") {
    auto const predicate =
        RetryIf<Timeout>{} | (RetryIf<HttpError>{} & RetryIfMessage{"503"} & RetryUnless<RateLimited>{});
    STATIC_REQUIRE(
        std::is_same_v<decltype(predicate), RetryAny<RetryIf<Timeout>, RetryAll<RetryIf<HttpError>, RetryIfMessage<>,
                                                                                RetryUnless<RateLimited>>> const>);
    REQUIRE(predicate.on_exception(Timeout{}));
    REQUIRE(predicate.on_exception(HttpError{503}));
    REQUIRE_FALSE(predicate.on_exception(HttpError{404}));
}

TEST_CASE("RetryAll: asks in order and not after the first no") {
    int asked = 0;
    int* const counter = &asked;
    RetryAll const predicate{RetryIf<HttpError>{},
                             RetryIfException{[counter](std::exception const&) { return ++*counter, true; }}};
    REQUIRE_FALSE(predicate.on_exception(Timeout{}));
    REQUIRE(asked == 0);
    REQUIRE(predicate.on_exception(HttpError{}));
    REQUIRE(asked == 1);
}
