// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/chat/response.hpp>

#include "support/catch.hpp"

TEST_CASE("a response that says nothing costs nothing") {
    grit::llm::ChatResponse const response;
    CHECK(response.content.empty());
    CHECK(response.usage.total_tokens == 0);
}

TEST_CASE("an answer becomes the next message of the conversation") {
    auto const message = grit::llm::to_message({.content = "Hello", .tool_calls = {{"c1", "f", "{}"}}});
    CHECK(message.role == grit::llm::Role::assistant);
    CHECK(message.content == "Hello");
    CHECK(message.tool_calls.at(0).name == "f");
}
