// SPDX-License-Identifier: BSL-1.0
#include "laws/coroutine.hpp"

using namespace grit::test;

namespace {
template <class... Kind>
void compare_alone(grit::Types<Kind...>) {
    (
        [&] {
            INFO(typeid(Kind).name());
            CHECK(compare<InCoroutine, Kind>(300) == 300);
        }(),
        ...);
}
} // namespace

TEST_CASE("A coroutine does the same as a thread, for every stage alone", "[R-610]") {
    compare_alone(Kinds{});
    compare_alone(grit::Types<Harm>{});
}

TEST_CASE("A coroutine does the same as a thread around a stage, for every stage inside", "[R-610]") {
    SECTION("a fallback outside") { compare_with_each<InCoroutine, Fallbacks>(Kinds{}); }
    SECTION("a fallback for any failure outside") { compare_with_each<InCoroutine, FallbacksForAny>(Kinds{}); }
    SECTION("a fallback for rejections outside") { compare_with_each<InCoroutine, FallbacksForRejections>(Kinds{}); }
    SECTION("a bulkhead outside") { compare_with_each<InCoroutine, Bulkheads>(Kinds{}); }
    SECTION("a retry outside") { compare_with_each<InCoroutine, Retries>(Kinds{}); }
    SECTION("a retry that throws its own error outside") { compare_with_each<InCoroutine, RetriesThatThrow>(Kinds{}); }
}

TEST_CASE("A coroutine through four stages does the same as a thread", "[R-610]") {
    REQUIRE(compare<InCoroutine, Deadlines, Retries, Gates, Breakers>(1000) == 1000);
    REQUIRE(compare<InCoroutine, Fallbacks, Retries, Breakers, Deadlines>(1000) == 1000);
    REQUIRE(compare<InCoroutine, Deadlines, Retries, Limiters, Breakers>(1000) == 1000);
    REQUIRE(compare<InCoroutine, Deadlines, Retries, Bulkheads, Limiters>(1000) == 1000);
    REQUIRE(compare<InCoroutine, FallbacksForAny, FallbacksForRejections, Retries, Breakers>(1000) == 1000);
    REQUIRE(compare<InCoroutine, FallbacksForAny, Retries, Breakers, Harm>(1000) == 1000);
    REQUIRE(compare<InCoroutine, Loops<true>, Fallbacks, Loops<false>, Queues>(1000) == 1000);
}
