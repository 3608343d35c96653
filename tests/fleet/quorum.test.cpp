// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/quorum.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
namespace fleet = grit::fleet;

TEST_CASE("how a fleet agrees is a constant or comes at run time, and is checked") {
    STATIC_REQUIRE(fleet::Quorum<3>{}.count() == 3);
    STATIC_REQUIRE(fleet::QuorumShare<25>{}.percent() == 25);
    STATIC_REQUIRE(fleet::Refresh<50ms>{}.span() == 50ms);
    STATIC_REQUIRE(fleet::Grace<2s>{}.span() == 2s);
    CHECK(fleet::Quorum{4}.count() == 4);
    CHECK(fleet::QuorumShare{100}.percent() == 100);
    CHECK(fleet::Refresh{1s}.span() == 1s);
    CHECK(fleet::Grace{3s}.span() == 3s);
    CHECK_THROWS_AS(fleet::Quorum{0}, std::invalid_argument);
    CHECK_THROWS_AS(fleet::QuorumShare{0}, std::invalid_argument);
    CHECK_THROWS_AS(fleet::QuorumShare{101}, std::invalid_argument);
    CHECK_THROWS_AS(fleet::Refresh{0ms}, std::invalid_argument);
    CHECK_THROWS_AS(fleet::Refresh{1001ms}, std::invalid_argument);
}

TEST_CASE("a lease outlasts the exchange after the next, and a grace the next one") {
    for (grit::Duration const refresh : {grit::Duration{1ms}, grit::Duration{100ms}, grit::Duration{1s}}) {
        grit::Duration const exchange = refresh * 3 / 2 + fleet::detail::two_time_limits;
        CHECK(fleet::detail::lease_of(refresh) >= 2 * exchange - fleet::detail::two_time_limits);
        CHECK(fleet::detail::outlasts(exchange, refresh));
        CHECK_FALSE(fleet::detail::outlasts(exchange - 1ns, refresh));
    }
}
