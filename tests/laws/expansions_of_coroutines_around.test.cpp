// SPDX-License-Identifier: BSL-1.0
#include "laws/coroutine.hpp"

using namespace grit::test;

TEST_CASE("A coroutine does the same as a thread around a gate, for every stage inside", "[R-610]") {
    SECTION("a note outside") { compare_with_each<InCoroutine, Notes>(Kinds{}); }
    SECTION("a loop outside") { compare_with_each<InCoroutine, Loops<false>>(Kinds{}); }
    SECTION("a loop that ends late outside") { compare_with_each<InCoroutine, Loops<true>>(Kinds{}); }
    SECTION("a gate outside") { compare_with_each<InCoroutine, Gates>(Kinds{}); }
    SECTION("a queue outside") { compare_with_each<InCoroutine, Queues>(Kinds{}); }
    SECTION("chaos outside") { compare_with_each<InCoroutine, Harm>(Kinds{}); }
    SECTION("a deadline outside") { compare_with_each<InCoroutine, Deadlines>(Kinds{}); }
    SECTION("a breaker outside") {
        compare_with_each<InCoroutine, Breakers>(
            grit::Types<Notes, Loops<false>, Loops<true>, Gates, Queues, Fallbacks, FallbacksForAny, Deadlines,
                        Breakers, Limiters, Bulkheads, Limits>{});
    }
    SECTION("a limiter outside") { compare_with_each<InCoroutine, Limiters>(Kinds{}); }
    SECTION("a concurrency limit outside") { compare_with_each<InCoroutine, Limits>(Kinds{}); }
}
