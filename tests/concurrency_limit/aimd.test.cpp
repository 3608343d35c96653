// SPDX-License-Identifier: BSL-1.0
#include <grit/concurrency_limit/aimd.hpp>

#include <stdexcept>

#include <grit/core/describe.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

detail::LimitSample call(Duration from, Duration took, int used = 1000, bool overload = false) {
    return {TimePoint{from}, TimePoint{from + took}, used, overload};
}

} // namespace

TEST_CASE("a round of good calls raises the limit by one, and a slow one cuts it", "[R-431]") {
    constexpr Aimd<1s> aimd;
    Aimd<1s>::State state;
    for (int i = 0; i < 9; ++i) REQUIRE(aimd.next(state, 10, call(0s, 1s)) == 10);
    REQUIRE(aimd.next(state, 10, call(0s, 1s)) == 11);
    for (int i = 0; i < 10; ++i) REQUIRE(aimd.next(state, 11, call(0s, 1s)) == 11);
    REQUIRE(aimd.next(state, 11, call(0s, 1s + 1ns)) == 9);
    for (int i = 0; i < 8; ++i) REQUIRE(aimd.next(state, 9, call(2s, 1s)) == 9); // the round begins anew
    REQUIRE(aimd.next(state, 9, call(2s, 1s)) == 10);
}

TEST_CASE("calls that began before a cut do not cut again, and an overload cuts however fast it is", "[R-431]") {
    constexpr Aimd<1s, 50> aimd;
    Aimd<1s, 50>::State state;
    REQUIRE(aimd.next(state, 100, call(0s, 5s)) == 50);
    REQUIRE(aimd.next(state, 50, call(1s, 5s)) == 50);
    REQUIRE(aimd.next(state, 50, call(5s, 1ms, 50, true)) == 25);
    REQUIRE(aimd.next(state, 25, call(5s, 1ms, 25, true)) == 25);
    REQUIRE(aimd.next(state, 1, call(6s, 2s)) == 0); // and LimitBetween bounds it
}

TEST_CASE("a limit that nobody needs is not raised", "[R-431]") {
    constexpr Aimd<1s> aimd;
    Aimd<1s>::State state;
    for (int i = 0; i < 100; ++i) REQUIRE(aimd.next(state, 10, call(0s, 1ms, 4)) == 10);
    for (int i = 0; i < 9; ++i) REQUIRE(aimd.next(state, 10, call(0s, 1ms, 5)) == 10);
    REQUIRE(aimd.next(state, 10, call(0s, 1ms, 5)) == 11);
}

TEST_CASE("Aimd at run time is checked when it is made", "[R-437]") {
    Aimd tuned{200ms, 80};
    Aimd<>::State state;
    REQUIRE(tuned.next(state, 100, call(0s, 201ms)) == 80);
    REQUIRE(Aimd{1s}.next(state, 100, call(9s, 2s)) == 90);
    REQUIRE(Aimd{1s, 1}.next(state, 100, call(99s, 2s)) == 1);
    REQUIRE(Aimd{1s, 99}.next(state, 100, call(199s, 2s)) == 99);
    REQUIRE_THROWS_AS(Aimd{0s}, std::invalid_argument);
    REQUIRE_THROWS_AS((Aimd{1s, 0}), std::invalid_argument);
    REQUIRE_THROWS_AS((Aimd{1s, 100}), std::invalid_argument);
    REQUIRE(describe<Aimd<1s>>() == "Aimd<1s>");
    REQUIRE(describe<Aimd<1s, 50>>() == "Aimd<1s, 50>");
}
