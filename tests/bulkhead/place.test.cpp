// SPDX-License-Identifier: BSL-1.0
#include <grit/bulkhead/place.hpp>

#include <utility>

#include <grit/bulkhead.hpp>

#include "support/catch.hpp"

using namespace grit;

TEST_CASE("a place is given up once, by whoever holds it last", "[R-425]") {
    Bulkhead<2> bulkhead;
    auto a = bulkhead.try_acquire();
    REQUIRE(a);
    {
        auto b = bulkhead.try_acquire();
        REQUIRE(b);
        auto const none = bulkhead.try_acquire();
        REQUIRE(!none);
        REQUIRE(none.rejection() == BulkheadFull{});
        REQUIRE(bulkhead.used() == 2);
        auto moved = std::move(b);
        REQUIRE(moved);
        REQUIRE(!b); // NOLINT: it is empty and says so
        REQUIRE(bulkhead.used() == 2);
        a = std::move(moved); // its own is given up, that of the other taken over
        REQUIRE(bulkhead.used() == 1);
    }
    REQUIRE(bulkhead.used() == 1);
    a.release();
    a.release();
    REQUIRE(!a);
    REQUIRE(bulkhead.idle());
    bulkhead.close();
    REQUIRE(bulkhead.try_acquire().rejection().closed());
}
