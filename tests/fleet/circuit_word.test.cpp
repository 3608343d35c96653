// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/circuit_word.hpp>

#include "support/catch.hpp"

using namespace grit::fleet::detail;

TEST_CASE("R-870: a word that lost something goes above what anybody has seen, and who only looks writes nothing",
          "[R-870]") {
    CircuitWord word;
    CHECK(word.hear({Verb::look, 7}, 1, 1, 100).epoch == 0);
    CHECK(word == CircuitWord{});
    CHECK(word.hear({Verb::still_open, 3, 50, 2}, 1, 1, 100).epoch == 4);
    CHECK(word.state == FleetState::open);
    CHECK(word.openings == 2);
    CHECK(word.hear({Verb::look, 7}, 2, 1, 100).epoch == 8);
    CHECK(word.hear({Verb::look, 4}, 1, 1, 100).epoch == 8);
}

TEST_CASE("R-878: a lease is granted once, renewed, handed over when wanted, taken when it is over", "[R-878]") {
    CircuitWord word;
    word.hear({Verb::vote, 0, 50}, 1, 1, 100);
    CHECK(word.hear({Verb::want_probe, 1, 10}, 1, 1, 149).mine == Mine::no); // not yet
    CHECK(word.hear({Verb::want_probe, 1, 10}, 1, 1, 150).mine == Mine::yes);
    CHECK(word.hear({Verb::want_probe, 1, 10}, 2, 1, 151).mine == Mine::no);
    CHECK(word.hear({Verb::still_probing, 2, 10}, 1, 1, 152).left == 10);
    CHECK(word.hear({Verb::still_waiting, 2, 10}, 1, 1, 153).mine == Mine::wanted);
    CHECK(word.hear({Verb::probe_ok, 2}, 2, 1, 153).state == FleetState::half_open); // not the holder
    CHECK(word.hear({Verb::give_up, 2}, 1, 1, 154).left == 0);
    CHECK(word.hear({Verb::want_probe, 3, 10}, 2, 1, 155).mine == Mine::yes);
    CHECK(word.hear({Verb::want_probe, 4, 10}, 3, 1, 165).mine == Mine::taken_over);
    CHECK(word.hear({Verb::probe_ok, 4}, 2, 1, 166).state == FleetState::half_open); // late
    CHECK(word.hear({Verb::probe_failed, 5, 80, 2}, 3, 1, 166).left == 80);
    CHECK(word.openings == 2);
}
