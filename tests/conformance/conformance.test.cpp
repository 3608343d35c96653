// SPDX-License-Identifier: BSL-1.0
#include "conformance/replay.hpp"

#include <fstream>

#include "support/catch.hpp"

using namespace conformance;

TEST_CASE("Retrying decides as tenacity 9.1.4 did in 5,000 recorded scenarios") {
    std::ifstream file{"conformance/tenacity-9.1.4.txt"};
    REQUIRE(file);
    int replayed = 0;
    int differences = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.front() == '#') continue;
        Recorded const recorded = parse(line);
        Outcome const decided = replay(recorded.scenario);
        ++replayed;
        if (decided == recorded.expected) continue;
        ++differences;
        UNSCOPED_INFO(line << "\n  decided: " << to_string(decided));
        if (differences == 10) break;
    }
    REQUIRE(differences == 0);
    REQUIRE(replayed == 5000);
}

TEST_CASE("a replayed scenario reads and writes itself") {
    std::string const outcome = "3 | 100 200 | b1 a1 s1 b2 a2 s2 b3 a3 | A#3 gave_up | 310";
    Recorded const recorded = parse("attempt 3 | exponential 100 2 1000 0 | if AC | 0A 10C | " + outcome);
    REQUIRE(recorded.scenario.stop.attempts == 3);
    REQUIRE(recorded.scenario.wait.numbers == std::vector{100, 2, 1000, 0});
    REQUIRE(recorded.scenario.retry.errors == "AC");
    REQUIRE(recorded.scenario.script.at(1).took == 10);
    REQUIRE(recorded.scenario.script.at(1).error == 'C');
    REQUIRE(to_string(recorded.expected) == outcome);
    REQUIRE(to_string(replay(recorded.scenario)) == "3 | 100 200 | b1 a1 s1 b2 a2 s2 b3 a3 | C#3 gave_up | 320");
    REQUIRE_THROWS_AS(parse("attempt 3 | none"), std::invalid_argument);
    REQUIRE_THROWS_AS(parse("attempt | none | if A | 0A"), std::invalid_argument);
}
