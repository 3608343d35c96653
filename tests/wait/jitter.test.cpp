// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/jitter.hpp>

#include <grit/wait/exponential.hpp>
#include <grit/wait/fixed.hpp>
#include <grit/wait/random.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {
using Growing = WaitExponential<1s, 60s>;
}

TEST_CASE("WaitJitter takes up to its percentage off a wait", "[wait]") {
    STATIC_REQUIRE(walk<3>(WaitJitter<Growing>{}, highest) == std::array<Duration, 3>{1s, 2s, 4s});
    STATIC_REQUIRE(walk<3>(WaitJitter<Growing>{}, lowest) == std::array<Duration, 3>{0s, 0s, 0s});
    STATIC_REQUIRE(walk<3>(WaitJitter<Growing, 50>{}, lowest) == std::array<Duration, 3>{500ms, 1s, 2s});
    STATIC_REQUIRE(walk<3>(WaitJitter<Growing, 0>{}, lowest) == std::array<Duration, 3>{1s, 2s, 4s});
    STATIC_REQUIRE(bounds_at(WaitJitter<Growing, 50>{}, 2) == Bounds{1s, 2s});
    STATIC_REQUIRE(bounds_at(WaitJitter<Growing>{}, 1'000'000'000) == Bounds{0s, 60s});
    STATIC_REQUIRE(value_at(WaitJitter<Growing, 25>{}, 1'000'000'000) == 45s);
    STATIC_REQUIRE(sizeof(WaitJitter<WaitFixed<1s>>) == 1);

    REQUIRE(walk<3>(WaitJitter{Growing{}, 50}, lowest) == std::array<Duration, 3>{500ms, 1s, 2s});
    REQUIRE(walk<3>(WaitJitter{WaitFixed{2s}}, highest / 2) == std::array<Duration, 3>{1s, 1s, 1s});
}

TEST_CASE("WaitJitter stays within its bounds in 100 000 draws", "[wait]") {
    auto const check = [](auto const& wait, Duration least, Duration most) {
        Drawn const drawn = draw_many(wait);
        REQUIRE(drawn.outside == 0);
        REQUIRE(drawn.seen.least < least + 5ms);
        REQUIRE(drawn.seen.most > most - 50ms);
    };
    check(WaitJitter<Growing>{}, 0s, 60s);
    check(WaitJitter<Growing, 50>{}, 500ms, 60s);
    check(WaitJitter{WaitRandom<2s, 3s>{}, 10}, 1800ms, 3s);
}

TEST_CASE("WaitJitter does not overflow", "[wait]") {
    constexpr auto huge = Duration::max();
    STATIC_REQUIRE(value_at(WaitJitter<WaitFixed<huge>>{}, 1, highest) == huge);
    STATIC_REQUIRE(value_at(WaitJitter<WaitFixed<huge>, 50>{}, 1, lowest) == huge / 2 + 1ns);
    STATIC_REQUIRE(value_at(WaitJitter<WaitFixed<1ns>, 50>{}, 1, lowest) == 1ns);
    STATIC_REQUIRE(value_at(WaitJitter<WaitFixed<150ns>, 50>{}, 1, lowest) == 75ns);
    // Quotient and remainder each give their part.
    STATIC_REQUIRE(value_at(WaitJitter<WaitFixed<3ns>, 75>{}, 1, lowest) == 1ns);
    STATIC_REQUIRE(value_at(WaitJitter<WaitFixed<7ns>, 60>{}, 1, lowest) == 3ns);
    STATIC_REQUIRE(value_at(WaitJitter<WaitFixed<199ns>, 33>{}, 1, lowest) == 134ns);
    REQUIRE(value_at(WaitJitter{WaitFixed<150ns>{}, 50}, 1, lowest) == 75ns);
    REQUIRE(value_at(WaitJitter{WaitFixed<199ns>{}, 33}, 1, lowest) == 134ns);
}

TEST_CASE("WaitJitter rejects an impossible percentage", "[wait]") {
    REQUIRE_THROWS_WITH((WaitJitter{Growing{}, 101}), Catch::Matchers::ContainsSubstring("grit: 'WaitJitter'"));
    REQUIRE_THROWS_AS((WaitJitter{Growing{}, -1}), std::invalid_argument);
    REQUIRE(value_at(WaitJitter{Growing{}, 100}, 1, lowest) == 0s);
    REQUIRE(value_at(WaitJitter{Growing{}, 0}, 1, lowest) == 1s);
}
