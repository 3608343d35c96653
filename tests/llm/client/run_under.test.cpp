// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/run_under.hpp>

#include <functional>

#include <grit/core/attempt.hpp>
#include <grit/llm/client/policies.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("an operation runs under a stage, a shared stage, or a callable") {
    int calls = 0;
    auto operation = [&](grit::Attempt const&) { return ++calls; };
    Once const once;
    CHECK(detail::run_under(once, operation, grit::Attempt{}) == 1);
    auto const shared = std::ref(once);
    CHECK(detail::run_under(shared, operation, grit::Attempt{}) == 2);
    auto const callable = [](auto& next) { return next(grit::Attempt{}); };
    CHECK(detail::run_under(callable, operation, grit::Attempt{}) == 3);
}
