// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/response.hpp>

#include "support/catch.hpp"

TEST_CASE("a response that says nothing costs nothing") {
    grit::llm::ChatResponse const response;
    CHECK(response.content.empty());
    CHECK(response.usage.total_tokens == 0);
}
