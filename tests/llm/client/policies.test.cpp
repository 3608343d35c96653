// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/policies.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;

TEST_CASE("the default policy is three attempts and at most 60 seconds between two") {
    STATIC_REQUIRE(CompletionRetrying::max_attempts == 3);
    STATIC_REQUIRE(CompletionRetrying::worst_case_wait == 120s);
    STATIC_REQUIRE(sizeof(CompletionRetrying) == 1);
}
