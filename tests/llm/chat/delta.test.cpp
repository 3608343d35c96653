// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/chat/delta.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <grit/llm/client/client.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/transport/scripted.hpp>

#include "support/catch.hpp"

TEST_CASE("a delta is text unless it names a tool call") {
    STATIC_REQUIRE_FALSE(grit::llm::Delta{.text = "a"}.tool_call.has_value());
    STATIC_REQUIRE(grit::llm::Delta{.tool_call = 0, .tool_name = "f"}.text.empty());
}

TEST_CASE("a delta that says nothing is empty in every part") {
    constexpr grit::llm::Delta nothing;
    STATIC_REQUIRE(nothing.text.empty());
    STATIC_REQUIRE(nothing.tool_id.empty());
    STATIC_REQUIRE(nothing.tool_name.empty());
    STATIC_REQUIRE(nothing.tool_arguments.empty());
    STATIC_REQUIRE(nothing.reasoning.empty());
    STATIC_REQUIRE(nothing.refusal.empty());
    STATIC_REQUIRE(nothing.choice == 0);
}

TEST_CASE("the deltas of a stream are its answer, piece by piece") {
    using namespace grit::llm;
    auto const event = [](char const* delta) {
        return std::string{"data: {\"choices\": [{\"delta\": "} + delta + "}]}\n\n";
    };
    ScriptedTransport transport{{ScriptedStep::stream(
        {event(R"({"content": "a"})"), event(R"({"content": ""})"), event(R"({"content": "b"})"),
         event(R"({"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "f", "arguments": "{"}}]})"),
         event(R"({"tool_calls": [{"index": 0, "function": {"arguments": "}"}}]})"),
         event(R"({"tool_calls": [{"index": 1, "id": "c2", "function": {"name": "g", "arguments": "{}"}}]})"),
         "data: [DONE]\n\n"})}};
    Client client{std::ref(transport)};
    std::string text;
    std::vector<ToolCall> calls;
    int pieces = 0;
    auto const answer = client.stream({.model = "m"}, [&](Delta const& delta) {
        ++pieces;
        text += delta.text;
        if (!delta.tool_call) return;
        CHECK(delta.text.empty());
        calls.resize(std::max(calls.size(), *delta.tool_call + 1));
        auto& call = calls[*delta.tool_call];
        call.id += delta.tool_id;
        call.name += delta.tool_name;
        call.arguments += delta.tool_arguments;
    });
    CHECK(pieces == 5); // an empty text is no piece
    CHECK(text == answer.content);
    CHECK(calls == answer.tool_calls);
    CHECK(calls == std::vector<ToolCall>{{"c1", "f", "{}"}, {"c2", "g", "{}"}});
}
