// SPDX-License-Identifier: BSL-1.0
#include <grit/retry_if/never.hpp>

#include <grit/retry_if/traits.hpp>

#include "retry_if/errors.hpp"
#include "support/catch.hpp"

using grit::RetryNever;

TEST_CASE("RetryNever: nothing is retried and nothing is caught") {
    STATIC_REQUIRE(std::is_empty_v<RetryNever>);
    using Traits = grit::detail::PredicateTraits<RetryNever>;
    STATIC_REQUIRE(std::is_same_v<Traits::Handles, grit::Types<>>);
    STATIC_REQUIRE_FALSE(Traits::names_errors);
    STATIC_REQUIRE_FALSE(Traits::names_results);
    STATIC_REQUIRE_FALSE(Traits::vetoes);
    STATIC_REQUIRE_FALSE(Traits::looks_at<int>);
    STATIC_REQUIRE_FALSE(Traits::looks_at<void>);
    STATIC_REQUIRE_FALSE(Traits::retries_result(RetryNever{}, 0));
    REQUIRE_FALSE(Traits::retries(RetryNever{}, Timeout{}));
}
