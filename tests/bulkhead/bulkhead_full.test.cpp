// SPDX-License-Identifier: BSL-1.0
#include <grit/bulkhead/bulkhead_full.hpp>

#include <string_view>

#include "support/catch.hpp"

using namespace grit;

TEST_CASE("a refusal of a bulkhead says who refused and why", "[R-424]") {
    BulkheadFull const full{"db"};
    STATIC_REQUIRE(BulkheadFull::code == errc::bulkhead_full);
    STATIC_REQUIRE(names<Rejected, BulkheadFull>);
    STATIC_REQUIRE(names<BulkheadFullError, BulkheadFull>);
    STATIC_REQUIRE(!names<std::runtime_error, BulkheadFull>);
    REQUIRE(full.stage() == std::string_view{"db"});
    REQUIRE(full.retry_after() == Duration::zero());
    REQUIRE(BulkheadFullError{full}.what() == std::string_view{"the bulkhead is full"});
    REQUIRE(BulkheadFullError{full}.stage() == std::string_view{"db"});
    BulkheadFullError const closed{BulkheadFull{"db", true}};
    REQUIRE(closed.closed());
    REQUIRE(closed.what() == std::string_view{"the bulkhead is closed"});
    REQUIRE(full == BulkheadFull{"other"});
    REQUIRE(full != BulkheadFull{"db", true});
}
