// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/delta.hpp>

#include "support/catch.hpp"

TEST_CASE("a delta is text unless it names a tool call") {
    STATIC_REQUIRE_FALSE(grit::llm::Delta{.text = "a"}.tool_call.has_value());
    STATIC_REQUIRE(grit::llm::Delta{.tool_call = 0, .tool_name = "f"}.text.empty());
}
