// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/before.hpp>

#include "support/catch.hpp"

using grit::Before;

TEST_CASE("Before: a hook of its event") {
    constexpr auto nothing = [] {};
    STATIC_REQUIRE(grit::Hook<Before<nothing>>);
    STATIC_REQUIRE(Before<nothing>::event == grit::Event::before);
    STATIC_REQUIRE(decltype(Before{nothing})::event == grit::Event::before);
}
