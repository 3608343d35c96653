// SPDX-License-Identifier: BSL-1.0
#include <grit/chaos/inject.hpp>

#include "support/catch.hpp"

using namespace grit;

TEST_CASE("a rate is the share of all draws that hit") {
    ChaosFault const quarter{0.25, 1};
    CHECK(quarter.hits(0));
    CHECK(quarter.hits((std::uint64_t{1} << 62) - 1));
    CHECK_FALSE(quarter.hits(std::uint64_t{1} << 62));
    CHECK(ChaosFault{1.0, 1}.hits(~std::uint64_t{0}));
    CHECK_FALSE(ChaosFault{0.0, 1}.hits(0));
    constexpr double smallest = 5e-324; // less than one draw of all: never
    CHECK_FALSE(ChaosFault{smallest, 1}.hits(0));
}

TEST_CASE("a fault and a result are values or are made") {
    CHECK(ChaosFault{0.5, 3}.make() == 3);
    CHECK(ChaosFault{0.5, [] { return 4L; }}.make() == 4L);
    CHECK(ChaosResult{0.5, 'r'}.make() == 'r');
    STATIC_REQUIRE(std::is_same_v<decltype(ChaosResult{0.5, [] { return 4L; }})::Result, long>);
}

TEST_CASE("draws of a seed differ from each other and from those of the next seed", "[R-511]") {
    for (std::uint64_t n = 0; n != 1'000; ++n) {
        CHECK(Seed{1}.draw(n) != Seed{1}.draw(n + 1));
        CHECK(Seed{1}.draw(n) != Seed{2}.draw(n));
    }
}
