// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/fixed.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("WaitFixed waits the same after every attempt", "[wait]") {
    STATIC_REQUIRE(walk<3>(WaitFixed<250ms>{}) == std::array<Duration, 3>{250ms, 250ms, 250ms});
    STATIC_REQUIRE(value_at(WaitFixed<250ms>{}, 1'000'000'000) == 250ms);
    STATIC_REQUIRE(bounds_at(WaitFixed<250ms>{}, 7) == Bounds{250ms, 250ms});
    STATIC_REQUIRE(value_at(WaitFixed<0s>{}, 1) == 0s);
    STATIC_REQUIRE(std::is_empty_v<WaitFixed<250ms>>);

    WaitFixed const wait{250ms};
    STATIC_REQUIRE(std::is_same_v<decltype(wait), WaitFixed<> const>);
    REQUIRE(walk<3>(wait) == std::array<Duration, 3>{250ms, 250ms, 250ms});
    REQUIRE(wait.wait() == 250ms);
}

TEST_CASE("WaitFixed takes any unit and saturates", "[wait]") {
    STATIC_REQUIRE(std::is_same_v<WaitFixed<1s>, WaitFixed<1000ms>>);
    STATIC_REQUIRE(WaitFixed<1000h * 1000 * 1000>{}.wait() == Duration::max());
    REQUIRE(WaitFixed{std::chrono::duration<double>{0.5}}.wait() == 500ms);
    REQUIRE(WaitFixed{std::chrono::hours::max()}.wait() == Duration::max());
}

TEST_CASE("WaitFixed rejects a negative wait at construction", "[wait]") {
    REQUIRE_THROWS_WITH(WaitFixed{-1ns}, Catch::Matchers::ContainsSubstring("grit: 'WaitFixed'"));
    REQUIRE_NOTHROW(WaitFixed{0s});
}
