// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/endpoint.hpp>

#include "support/catch.hpp"

TEST_CASE("an endpoint without more is OpenAI without a key") {
    grit::llm::Endpoint const endpoint;
    CHECK(endpoint.base_url == "https://api.openai.com/v1");
    CHECK(endpoint.key.empty());
}
