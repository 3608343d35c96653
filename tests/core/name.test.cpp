// SPDX-License-Identifier: BSL-1.0
#include <grit/core/name.hpp>

#include "support/catch.hpp"

using grit::Name;

TEST_CASE("Name is a policy without state") {
    STATIC_REQUIRE(Name<"chat">::value == "chat");
    STATIC_REQUIRE(grit::Policy<Name<"chat">>);
    STATIC_REQUIRE(Name<"chat">::family == grit::Family::name);
    STATIC_REQUIRE(std::is_empty_v<Name<"chat">>);
    STATIC_REQUIRE(std::is_same_v<Name<"chat">::Kind, Name<"search">::Kind>);
    STATIC_REQUIRE(std::is_same_v<Name<"chat">, Name<"chat">>);
}
