// SPDX-License-Identifier: BSL-1.0
#include "laws/expansions.hpp"

using namespace grit::test;

TEMPLATE_TEST_CASE("Nested calls, flat calls and a coroutine do the same around a gate", "[R-262][R-610]", Deadlines,
                   Limiters, Bulkheads, Limits) {
    compare_with_each<TestType>(Kinds{});
}

TEST_CASE("Nested calls, flat calls and a coroutine do the same around a breaker", "[R-262][R-610]") {
    compare_with_each<Breakers>(grit::Types<Notes, Loops<false>, Loops<true>, Gates, Queues, Fallbacks, FallbacksForAny,
                                            Deadlines, Breakers, Limiters, Bulkheads, Limits>{});
}
