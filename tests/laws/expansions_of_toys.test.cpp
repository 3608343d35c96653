// SPDX-License-Identifier: BSL-1.0
#include "laws/expansions.hpp"

using namespace grit::test;

TEST_CASE("Nested calls, flat calls and a coroutine do the same around a toy, for every stage inside",
          "[R-262][R-610]") {
    SECTION("a note outside") { compare_with_each<Notes>(Kinds{}); }
    SECTION("a loop outside") { compare_with_each<Loops<false>>(Kinds{}); }
    SECTION("a loop that ends late outside") { compare_with_each<Loops<true>>(Kinds{}); }
    SECTION("a gate outside") { compare_with_each<Gates>(Kinds{}); }
    SECTION("a queue outside") { compare_with_each<Queues>(Kinds{}); }
}
