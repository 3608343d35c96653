// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/responses_answer.hpp>

#include <string>

#include "support/catch.hpp"

using namespace grit::llm;
using detail::parse_json;

TEST_CASE("an item of a response is read whatever it lacks", "[R-752]") {
    ChatResponse answer;
    for (auto const* const item :
         {"null", "[]", "{}", R"({"type": "message"})", R"({"type": "message", "content": "text"})",
          R"({"type": "message", "content": [null, {"text": 1}, {"text": "a"}]})", R"({"type": "reasoning"})",
          R"({"type": "function_call"})", R"({"type": "function_call", "id": "f", "name": "n", "arguments": {"a": 1}})",
          R"({"type": "computer_call", "id": "x"})"})
        detail::add_response_item(answer, parse_json(item));
    CHECK(answer.content == "1a"); // a number is read as text
    CHECK(answer.reasoning.size() == 1);
    CHECK(answer.tool_calls == std::vector<ToolCall>{{"", "", "{}"}, {"f", "n", R"({"a":1})"}});
}

TEST_CASE("a thought is its summary, or of an open model all of it", "[R-753]") {
    auto const text = [](char const* item) { return detail::reasoning_of_item(parse_json(item)).text; };
    CHECK(text(R"({"summary": [{"text": "a"}, {"text": ""}, {"text": "b"}], "content": [{"text": "c"}]})") == "a\n\nb");
    CHECK(text(R"({"summary": [], "content": [{"type": "reasoning_text", "text": "c"}]})") == "c");
    CHECK(text(R"({"summary": "a"})").empty());
}
