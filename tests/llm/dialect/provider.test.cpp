// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/provider.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("a provider has a name") {
    STATIC_REQUIRE(provider_named("openai") == Provider::openai);
    STATIC_REQUIRE(provider_named("anthropic") == Provider::anthropic);
    STATIC_REQUIRE(provider_named("openai-responses") == Provider::openai_responses);
    STATIC_REQUIRE_FALSE(provider_named("OpenAI").has_value());
    STATIC_REQUIRE(to_string(Provider::openai_responses) == "openai-responses");
}
