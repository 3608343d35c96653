// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/call_pieces.hpp>

#include <optional>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace grit::llm;
using detail::Json;

// The hostile numberings are in the tests of openai.hpp: here is what holds for a caller of the class.

TEST_CASE("calls in pieces live with the answer, and each piece is told") {
    std::vector<ToolCall> calls;
    std::vector<std::string> told;
    detail::CallPieces pieces;
    auto const deliver = [&](Delta const& delta) {
        told.push_back(std::to_string(delta.tool_call.value()) + std::string{delta.tool_id} +
                       std::string{delta.tool_name} + std::string{delta.tool_arguments});
    };
    pieces.take(calls, Json::parse(R"([{"id": "c1", "function": {"name": "f"}}, {"function": {"name": "g"}}])"),
                deliver);
    pieces.take_one(calls, Json::parse(R"({"id": "c1", "function": {"arguments": {"a": 1}}})"), std::nullopt, deliver);
    pieces.take(calls, Json::parse("7"), deliver);
    pieces.take(calls, Json::parse("[7, null]"), deliver);
    pieces.end(calls);
    CHECK(calls == std::vector<ToolCall>{{"c1", "f", R"({"a":1})"}, {"", "g", "{}"}});
    CHECK(told == std::vector<std::string>{"0c1f", "1g", R"(0c1{"a":1})"});
}

TEST_CASE("a huge number of a call is a number like any other") {
    std::vector<ToolCall> calls;
    detail::CallPieces pieces;
    auto const ignore = [](Delta const&) {};
    for (auto const* const index : {"18446744073709551615", "9007199254740991", "0"})
        pieces.take(
            calls,
            Json::parse(std::string{R"([{"index": )"} + index + R"(, "function": {"name": "f)" + index + "\"}}]"),
            ignore);
    CHECK(calls.size() == 3);
}
