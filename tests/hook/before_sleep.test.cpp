// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/before_sleep.hpp>

#include "support/catch.hpp"

using grit::BeforeSleep;

TEST_CASE("BeforeSleep: a hook of its event") {
    constexpr auto nothing = [] {};
    STATIC_REQUIRE(grit::Hook<BeforeSleep<nothing>>);
    STATIC_REQUIRE(BeforeSleep<nothing>::event == grit::Event::before_sleep);
    STATIC_REQUIRE(decltype(BeforeSleep{nothing})::event == grit::Event::before_sleep);
}
