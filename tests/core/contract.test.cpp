// SPDX-License-Identifier: BSL-1.0
#include <grit/core/contract.hpp>

#include "support/catch.hpp"

TEST_CASE("reject throws its sentence") {
    REQUIRE_THROWS_AS(grit::reject("grit: no"), std::invalid_argument);
    REQUIRE_THROWS_WITH(grit::reject<true>("grit: no"), "grit: no");
}

TEST_CASE("always_false is false for any types") {
    STATIC_REQUIRE_FALSE(grit::always_false<>);
    STATIC_REQUIRE_FALSE(grit::always_false<int, void>);
}
