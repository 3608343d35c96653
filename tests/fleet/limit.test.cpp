// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/limit.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
namespace fleet = grit::fleet;

TEST_CASE("a limit is a rate in whole numbers without their common divisor, constant or at run time", "[R-847]") {
    constexpr auto rpm = fleet::PerMinute<500, "rpm">{}.pace();
    STATIC_REQUIRE((rpm.rate == 1 && rpm.period == 120'000 && rpm.burst == 500));
    auto const tuned = fleet::PerMinute{500, "rpm"}.pace();
    CHECK((tuned.rate == 1 && tuned.period == 120'000 && tuned.burst == 500));
    CHECK(fleet::PerMinute{500, "rpm"}.limit_name() == "rpm");
    STATIC_REQUIRE(fleet::PerSecond<20, "rps", 5>{}.pace().burst == 5);
    CHECK(fleet::PerSecond{20, "rps", 5}.pace().burst == 5);
    STATIC_REQUIRE(fleet::Per<3, 7s, "odd">{}.pace().period == 7'000'000);
    CHECK(fleet::Per{3, 7s, "odd", 2}.pace().burst == 2);
    STATIC_REQUIRE(fleet::PerMinute<2'000'000'000, "tpm">{}.pace().is_valid());
}

TEST_CASE("a limit that cannot be counted, and a name that cannot be a key, are refused", "[R-848]") {
    CHECK_THROWS_AS((fleet::PerSecond{0, "rps"}), std::invalid_argument);
    CHECK_THROWS_AS((fleet::PerSecond{10, "rps", 0}), std::invalid_argument);
    CHECK_THROWS_AS((fleet::Per{1, 1ns, "rps"}), std::invalid_argument);
    CHECK_THROWS_AS((fleet::PerMinute{1'999'999'973, "tpm"}), std::invalid_argument); // a prime: 2^57
    CHECK_THROWS_AS((fleet::PerSecond{1, ""}), std::invalid_argument);
    CHECK_THROWS_AS((fleet::PerSecond{1, "a}b"}), std::invalid_argument);
    CHECK_THROWS_AS((fleet::Lease{0, 200ms}), std::invalid_argument);
    CHECK_THROWS_AS((fleet::Lease{10, 3ms}), std::invalid_argument);
    CHECK_THROWS_AS((fleet::ColdStart{101}), std::invalid_argument);
    CHECK(fleet::Lease{10, 4ms}.span() == 4ms);
    CHECK(fleet::ColdStart{100}.percent() == fleet::ColdStart<100>{}.percent());
    CHECK(fleet::WhenDown::share != fleet::WhenDown::open);
    CHECK(fleet::WhenDown::open != fleet::WhenDown::closed);
}
