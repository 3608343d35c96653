// SPDX-License-Identifier: BSL-1.0
#include "laws/expansions.hpp"

using namespace grit::test;

TEST_CASE("Nested calls, flat calls and a coroutine do the same, for every stage alone", "[R-262][R-610]") {
    compare_with_each<>(Kinds{});
    compare_with_each<>(grit::Types<Harm>{});
}

TEMPLATE_TEST_CASE("Nested calls, flat calls and a coroutine do the same around what changes outcomes",
                   "[R-262][R-610]", Fallbacks, FallbacksForAny, FallbacksForRejections, Harm, Retries,
                   RetriesThatThrow) {
    compare_with_each<TestType>(Kinds{});
}

TEST_CASE("Nested calls, flat calls and a coroutine do the same through four stages", "[R-262][R-610]") {
    REQUIRE(compare<Deadlines, Retries, Gates, Breakers>(1000) == 1000);
    REQUIRE(compare<Fallbacks, Retries, Breakers, Deadlines>(1000) == 1000);
    REQUIRE(compare<Deadlines, Retries, Limiters, Breakers>(1000) == 1000);
    REQUIRE(compare<Deadlines, Retries, Bulkheads, Limiters>(1000) == 1000);
    REQUIRE(compare<FallbacksForAny, FallbacksForRejections, Retries, Breakers>(1000) == 1000);
    REQUIRE(compare<FallbacksForAny, Retries, Breakers, Harm>(1000) == 1000);
    REQUIRE(compare<Loops<true>, Fallbacks, Loops<false>, Queues>(1000) == 1000);
}
