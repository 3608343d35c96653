// SPDX-License-Identifier: BSL-1.0
#include <grit/concurrency_limit/concurrency_limited.hpp>

#include <string_view>

#include "support/catch.hpp"

using namespace grit;

TEST_CASE("a refusal of a concurrency limit says who refused and why", "[R-434]") {
    ConcurrencyLimited const full{"db"};
    STATIC_REQUIRE(ConcurrencyLimited::code == errc::bulkhead_full);
    STATIC_REQUIRE(names<Rejected, ConcurrencyLimited>);
    STATIC_REQUIRE(names<ConcurrencyLimitedError, ConcurrencyLimited>);
    STATIC_REQUIRE(!names<std::runtime_error, ConcurrencyLimited>);
    REQUIRE(full.stage() == std::string_view{"db"});
    REQUIRE(full.retry_after() == Duration::zero());
    REQUIRE(ConcurrencyLimitedError{full}.what() == std::string_view{"the concurrency limit is reached"});
    REQUIRE(ConcurrencyLimitedError{full}.stage() == std::string_view{"db"});
    ConcurrencyLimitedError const closed{ConcurrencyLimited{"db", true}};
    REQUIRE(closed.closed());
    REQUIRE(closed.what() == std::string_view{"the concurrency limit is closed"});
    REQUIRE(full == ConcurrencyLimited{"other"});
    REQUIRE(full != ConcurrencyLimited{"db", true});
}
