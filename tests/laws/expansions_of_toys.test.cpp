// SPDX-License-Identifier: BSL-1.0
#include "laws/expansions.hpp"

using namespace grit::test;

TEST_CASE("Nested and flat calls do the same around a toy, for every stage inside", "[R-262]") {
    SECTION("a note outside") { compare_with_each<Flat, Notes>(Kinds{}); }
    SECTION("a loop outside") { compare_with_each<Flat, Loops<false>>(Kinds{}); }
    SECTION("a loop that ends late outside") { compare_with_each<Flat, Loops<true>>(Kinds{}); }
    SECTION("a gate outside") { compare_with_each<Flat, Gates>(Kinds{}); }
    SECTION("a queue outside") { compare_with_each<Flat, Queues>(Kinds{}); }
}
