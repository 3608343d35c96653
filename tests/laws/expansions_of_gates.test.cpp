// SPDX-License-Identifier: BSL-1.0
#include "laws/expansions.hpp"

using namespace grit::test;

TEST_CASE("Nested calls, flat calls and a coroutine do the same around a gate, for every stage inside",
          "[R-262][R-610]") {
    SECTION("a deadline outside") { compare_with_each<Deadlines>(Kinds{}); }
    SECTION("a breaker outside") {
        compare_with_each<Breakers>(grit::Types<Notes, Loops<false>, Loops<true>, Gates, Queues, Fallbacks,
                                                FallbacksForAny, Deadlines, Breakers, Limiters, Bulkheads, Limits>{});
    }
    SECTION("a limiter outside") { compare_with_each<Limiters>(Kinds{}); }
    SECTION("a bulkhead outside") { compare_with_each<Bulkheads>(Kinds{}); }
    SECTION("a concurrency limit outside") { compare_with_each<Limits>(Kinds{}); }
}
