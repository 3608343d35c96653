// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/batch/pace.hpp>

#include <chrono>
#include <limits>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using grit::TimePoint;
using grit::llm::Gate;
using grit::llm::Pace;

TEST_CASE("A pace spreads what goes out over the minute", "[R-766]") {
    Pace pace{120.0};
    TimePoint const start{1h};
    CHECK(pace.take(start, 1) == start);
    CHECK(pace.take(start, 1) == start + 500ms);
    CHECK(pace.take(start, 10) == start + 1s);
    CHECK(pace.take(start, 1) == start + 6s);
    // After a pause there is no burst.
    CHECK(pace.take(start + 1h, 1) == start + 1h);
    CHECK(pace.take(start + 1h, 1) == start + 1h + 500ms);
}

TEST_CASE("A pace takes back what was too much, and what was too little", "[R-766]") {
    Pace pace{60.0};
    TimePoint const start{};
    pace.take(start, 10);
    pace.correct(-8);
    CHECK(pace.take(start, 1) == start + 2s);
    pace.correct(5);
    CHECK(pace.take(start, 1) == start + 8s);
}

TEST_CASE("A pace without a limit holds nobody back, and one that lets nothing through is refused", "[R-766]") {
    Pace none;
    CHECK(none.take(TimePoint{1s}, 1e18) == TimePoint{1s});
    none.correct(1e18);
    CHECK(none.take(TimePoint{1s}, 1) == TimePoint{1s});
    CHECK_THROWS_AS(Pace{0.0}, std::invalid_argument);
    CHECK_THROWS_AS(Pace{-1.0}, std::invalid_argument);
    CHECK_THROWS_AS(Pace{std::numeric_limits<double>::infinity()}, std::invalid_argument);
    CHECK_THROWS_AS(Pace{std::numeric_limits<double>::quiet_NaN()}, std::invalid_argument);
    Pace slow{1e-9};
    slow.take(TimePoint{}, 1e9);
    CHECK(slow.take(TimePoint{}, 1) > TimePoint{1h});
}

TEST_CASE("A gate that was closed lets a single one in, until that has an answer", "[R-761]") {
    TimePoint const start{};
    Gate gate;
    CHECK(gate.closed_for(start) == 0s);
    CHECK_FALSE(gate.enter());
    gate.close(start + 90s);
    gate.close(start + 30s);
    CHECK(gate.closed_for(start + 30s) == 60s);
    gate.open(start + 30s); // an answer to what went out before
    CHECK(gate.closed_for(start + 30s) == 60s);
    CHECK(gate.closed_for(start + 90s) == 0s);
    CHECK(gate.enter());
    CHECK(gate.closed_for(start + 90s) == Gate::look_again);
    SECTION("an answer opens it") {
        gate.open(start + 91s);
        CHECK(gate.closed_for(start + 91s) == 0s);
        CHECK_FALSE(gate.enter());
    }
    SECTION("no answer lets the next one try") {
        gate.leave();
        CHECK(gate.closed_for(start + 91s) == 0s);
        CHECK(gate.enter());
    }
    SECTION("another time to wait closes it") {
        gate.close(start + 200s);
        CHECK(gate.closed_for(start + 199s) == 1s);
    }
}
