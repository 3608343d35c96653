// SPDX-License-Identifier: BSL-1.0
#include "laws/expansions.hpp"

using namespace grit::test;

TEST_CASE("Nested and flat calls do the same around a stage, for every stage inside", "[R-262]") {
    SECTION("a fallback outside") { compare_with_each<Flat, Fallbacks>(Kinds{}); }
    SECTION("a fallback for any failure outside") { compare_with_each<Flat, FallbacksForAny>(Kinds{}); }
    SECTION("a fallback for rejections outside") { compare_with_each<Flat, FallbacksForRejections>(Kinds{}); }
    SECTION("chaos outside") { compare_with_each<Flat, Harm>(Kinds{}); }
    SECTION("a deadline outside") { compare_with_each<Flat, Deadlines>(Kinds{}); }
    SECTION("a breaker outside") {
        compare_with_each<Flat, Breakers>(
            grit::Types<Notes, Loops<false>, Loops<true>, Gates, Queues, Fallbacks, FallbacksForAny, Deadlines,
                        Breakers, Limiters, Bulkheads, Limits>{});
    }
    SECTION("a limiter outside") { compare_with_each<Flat, Limiters>(Kinds{}); }
    SECTION("a bulkhead outside") { compare_with_each<Flat, Bulkheads>(Kinds{}); }
    SECTION("a concurrency limit outside") { compare_with_each<Flat, Limits>(Kinds{}); }
    SECTION("a retry outside") { compare_with_each<Flat, Retries>(Kinds{}); }
    SECTION("a retry that throws its own error outside") { compare_with_each<Flat, RetriesThatThrow>(Kinds{}); }
}

TEST_CASE("Nested and flat calls of four stages do the same", "[R-262]") {
    REQUIRE(compare<Flat, Deadlines, Retries, Gates, Breakers>(1000) == 1000);
    REQUIRE(compare<Flat, Fallbacks, Retries, Breakers, Deadlines>(1000) == 1000);
    REQUIRE(compare<Flat, Deadlines, Retries, Limiters, Breakers>(1000) == 1000);
    REQUIRE(compare<Flat, Deadlines, Retries, Bulkheads, Limiters>(1000) == 1000);
    REQUIRE(compare<Flat, FallbacksForAny, FallbacksForRejections, Retries, Breakers>(1000) == 1000);
    REQUIRE(compare<Flat, FallbacksForAny, Retries, Breakers, Harm>(1000) == 1000);
    REQUIRE(compare<Flat, Loops<true>, Fallbacks, Loops<false>, Queues>(1000) == 1000);
}
