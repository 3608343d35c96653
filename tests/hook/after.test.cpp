// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/after.hpp>

#include "support/catch.hpp"

using grit::After;

TEST_CASE("After: a hook of its event") {
    constexpr auto nothing = [] {};
    STATIC_REQUIRE(grit::Hook<After<nothing>>);
    STATIC_REQUIRE(After<nothing>::event == grit::Event::after);
    STATIC_REQUIRE(decltype(After{nothing})::event == grit::Event::after);
}
