// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/attempt_record.hpp>

#include <chrono>

#include "support/catch.hpp"

TEST_CASE("a record of a success has no category") {
    grit::llm::AttemptRecord const record{.number = 1};
    CHECK_FALSE(record.category.has_value());
    CHECK(record.wait == std::chrono::nanoseconds{0});
}
