// SPDX-License-Identifier: BSL-1.0
#include "laws/expansions.hpp"

using namespace grit::test;

TEMPLATE_TEST_CASE("Nested calls, flat calls and a coroutine do the same around a toy", "[R-262][R-610]", Notes,
                   Loops<false>, Loops<true>, Gates, Queues) {
    compare_with_each<TestType>(Kinds{});
}
