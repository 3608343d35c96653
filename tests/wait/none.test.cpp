// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/none.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("WaitNone never waits", "[wait]") {
    STATIC_REQUIRE(value_at(WaitNone{}, 1) == 0s);
    STATIC_REQUIRE(value_at(WaitNone{}, 1'000'000'000) == 0s);
    STATIC_REQUIRE(bounds_at(WaitNone{}, 5) == Bounds{0s, 0s});
    STATIC_REQUIRE(sizeof(WaitNone) == 1);
    REQUIRE(value_at(WaitNone{}, 2) == 0s);
}
