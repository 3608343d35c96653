// SPDX-License-Identifier: BSL-1.0
#include <grit/rate_limiter/rate_limited.hpp>

#include <string_view>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

TEST_CASE("a refusal of a limiter says who refused, for how long and why", "[R-402]") {
    RateLimited const limited{3s, "api"};
    STATIC_REQUIRE(RateLimited::code == errc::rate_limited);
    STATIC_REQUIRE(names<Rejected, RateLimited>);
    STATIC_REQUIRE(names<RateLimitedError, RateLimited>);
    STATIC_REQUIRE(!names<std::runtime_error, RateLimited>);
    REQUIRE(limited.retry_after() == 3s);
    REQUIRE(limited.stage() == std::string_view{"api"});
    REQUIRE(!limited.closed());
    RateLimitedError const error{limited};
    REQUIRE(error.retry_after() == 3s);
    REQUIRE(error.stage() == std::string_view{"api"});
    REQUIRE(error.what() == std::string_view{"the rate limit is reached"});
    RateLimitedError const closed{RateLimited{0s, "api", true}};
    REQUIRE(closed.closed());
    REQUIRE(closed.what() == std::string_view{"the rate limiter is closed"});
    REQUIRE(limited == RateLimited{3s, "another"});
    REQUIRE(limited != RateLimited{4s, "api"});
    REQUIRE(RateLimited{} != RateLimited{0s, "api", true});
}
