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

TEST_CASE("the next message carries what the model thought and why it refused") {
    grit::llm::ChatResponse const response{.refusal = "No.", .reasoning = {{"hm", "signed"}}};
    CHECK(grit::llm::to_message(response).reasoning == response.reasoning);
    CHECK(grit::llm::to_message(response).refusal == "No.");
    grit::llm::Choice const choice{.content = "b", .reasoning = {{"hm"}}};
    CHECK(grit::llm::to_message(choice).content == "b");
    CHECK(grit::llm::to_message(choice).reasoning == choice.reasoning);
}

TEST_CASE("a refusal is no whole answer, whatever the finish reason says") {
    using namespace grit::llm;
    CHECK(completeness(ChatResponse{.finish_reason = "stop"}) == Completeness::whole);
    CHECK(completeness(ChatResponse{.finish_reason = "stop", .refusal = "No."}) == Completeness::filtered);
    CHECK(completeness(Choice{.finish_reason = "length"}) == Completeness::cut);
}
