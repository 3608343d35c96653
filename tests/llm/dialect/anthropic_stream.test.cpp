// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/anthropic_stream.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <grit/llm/dialect/anthropic.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {

struct Streamed {
    Anthropic::Stream stream = {};
    std::string told = {};

    void deliver(Delta const& delta) {
        told += delta.text;
        if (!delta.reasoning.empty()) told += "<" + std::string{delta.reasoning} + ">";
        if (delta.tool_call) told += "[" + std::string{delta.tool_name} + std::string{delta.tool_arguments} + "]";
    }
    void take(std::string_view data) {
        stream.take({.data = data}, {.status = 200}, {}, {}, [&](Delta const& delta) { deliver(delta); });
    }
    void start(int index, std::string const& block) {
        take(R"({"type": "content_block_start", "index": )" + std::to_string(index) + R"(, "content_block": )" + block +
             "}");
    }
    void add(int index, std::string const& delta) {
        take(R"({"type": "content_block_delta", "index": )" + std::to_string(index) + R"(, "delta": )" + delta + "}");
    }
};

ChatResponse decode(std::string body) { return Anthropic::decode({.status = 200, .body = std::move(body)}, {}, {}); }

} // namespace

TEST_CASE("Anthropic: thoughts of a whole answer are kept with their signatures", "[R-736]") {
    auto const answer = decode(R"({"content": [{"type": "thinking", "thinking": "hm", "signature": "s1"},
        {"type": "redacted_thinking", "data": "xyz"}, {"type": "text", "text": "4"}], "stop_reason": "end_turn"})");
    CHECK(answer.reasoning == std::vector<Reasoning>{{"hm", "s1", ""}, {"", "", "xyz"}});
    CHECK(answer.content == "4");
}

TEST_CASE("Anthropic: thoughts of a stream are put together, each with its signature", "[R-736]") {
    Streamed s;
    s.start(0, R"({"type": "thinking", "thinking": "", "signature": ""})");
    s.add(0, R"({"type": "thinking_delta", "thinking": "2 +"})");
    s.start(1, R"({"type": "redacted_thinking", "data": "xyz"})");
    s.start(2, R"({"type": "thinking", "thinking": "so"})");
    s.add(0, R"({"type": "thinking_delta", "thinking": " 2"})");
    s.add(2, R"({"type": "signature_delta", "signature": "s2"})");
    s.add(0, R"({"type": "signature_delta", "signature": "s1"})");
    s.start(3, R"({"type": "text", "text": ""})");
    s.add(3, R"({"type": "text_delta", "text": "4"})");
    s.take(R"({"type": "message_stop"})");
    CHECK(s.stream.answer().reasoning ==
          std::vector<Reasoning>{{"2 + 2", "s1", ""}, {"", "", "xyz"}, {"so", "s2", ""}});
    CHECK(s.told == "<2 +><so>< 2>4");
}

TEST_CASE("Anthropic: thoughts without a block, and of a block that is another, are the newest one's") {
    Streamed s;
    s.add(0, R"({"type": "thinking_delta", "thinking": "h"})");
    s.start(1, R"({"type": "text", "text": ""})");
    s.add(1, R"({"type": "thinking_delta", "thinking": "m"})");
    s.add(7, R"({"type": "signature_delta", "signature": "s"})");
    CHECK(s.stream.answer().reasoning == std::vector<Reasoning>{{"hm", "s", ""}});
}

TEST_CASE("Anthropic: what the provider's own tools are called with is no input of the caller's tools") {
    Streamed s;
    s.start(0, R"({"type": "tool_use", "id": "1", "name": "f", "input": {}})");
    s.add(0, R"({"type": "input_json_delta", "partial_json": "{\"a\""})");
    for (char const* const type : {"server_tool_use", "mcp_tool_use"}) {
        s.start(1, std::string{R"({"id": "2", "name": "web_search", "input": {}, "type": ")"} + type + R"("})");
        s.add(1, R"({"type": "input_json_delta", "partial_json": "{\"query\": 7}"})");
    }
    s.add(0, R"({"type": "input_json_delta", "partial_json": ": 1}"})");
    s.start(1, R"({"type": "tool_use", "id": "3", "name": "g", "input": {}})");
    s.add(1, R"({"type": "input_json_delta", "partial_json": "{}"})");
    s.take(R"({"type": "message_stop"})");
    CHECK(s.stream.answer().tool_calls == std::vector<ToolCall>{{"1", "f", R"({"a": 1})"}, {"3", "g", "{}"}});
    CHECK(s.told == R"([f][{"a"][: 1}][g][{}])");
}

TEST_CASE("Anthropic: halves of characters are joined in thoughts") {
    Streamed s;
    s.start(0, R"({"type": "thinking", "thinking": ""})");
    s.add(0, "{\"type\": \"thinking_delta\", \"thinking\": \"a\xc3\"}");
    s.add(0, "{\"type\": \"thinking_delta\", \"thinking\": \"\xa4\xe2\"}");
    s.take(R"({"type": "message_stop"})");
    CHECK(s.stream.answer().reasoning.at(0).text == "a\xc3\xa4\xef\xbf\xbd");
    CHECK(s.told == "<a><\xc3\xa4><\xef\xbf\xbd>");
}

TEST_CASE("Anthropic: citations are read, whole and streamed") {
    std::string const citation = R"({"type": "char_location", "cited_text": "Grass is green.", "document_index": 0,
        "document_title": "Grass", "start_char_index": 0, "end_char_index": 15})";
    std::string const found =
        R"({"type": "web_search_result_location", "url": "https://example.org", "title": "t", "cited_text": "x"})";
    auto const whole =
        decode(R"({"content": [{"type": "text", "text": "a", "citations": [)" + citation + "," + found + "]}]}");
    REQUIRE(whole.citations.size() == 2);
    CHECK(whole.citations[0].type == "char_location");
    CHECK(whole.citations[0].title == "Grass");
    CHECK(whole.citations[0].cited_text == "Grass is green.");
    CHECK(detail::Json::parse(whole.citations[0].json)["end_char_index"] == 15);
    CHECK(whole.citations[1].url == "https://example.org");
    Streamed s;
    s.start(0, R"({"type": "text", "text": "", "citations": []})");
    for (auto const& one : {citation, found}) s.add(0, R"({"type": "citations_delta", "citation": )" + one + "}");
    CHECK(s.stream.answer().citations == whole.citations);
}

TEST_CASE("Anthropic: half a character in a citation is U+FFFD in every text of it") {
    Streamed s;
    s.start(0, R"({"type": "text", "text": ""})");
    s.add(0, R"({"type": "citations_delta", "citation": {"type": "char_location", "cited_text": "a\ud83d",
        "document_title": "b\ud83d"}})");
    auto const& citation = s.stream.answer().citations.at(0);
    CHECK(citation.cited_text == "a\xef\xbf\xbd");
    CHECK(citation.title == "b\xef\xbf\xbd");
    CHECK(citation.json.find("a\xef\xbf\xbd") != std::string::npos);
}

TEST_CASE("Anthropic: what a cache gave and took is a part of the prompt, whole and streamed", "[R-738]") {
    std::string const usage = R"({"input_tokens": 9, "cache_read_input_tokens": 100, "cache_creation_input_tokens": 10,
        "output_tokens": 12, "output_tokens_details": {"thinking_tokens": 7}, "service_tier": "standard"})";
    Usage const expected{119, 12, 131, 100, 10, 7};
    auto const whole = decode(R"({"content": [{"type": "text", "text": "a"}], "usage": )" + usage + "}");
    CHECK(whole.usage == expected);
    CHECK(whole.service_tier == "standard");
    Streamed s;
    s.take(R"({"type": "message_start", "message": {"usage": {"input_tokens": 9, "cache_read_input_tokens": 100,
        "output_tokens": 1}}})");
    s.take(R"({"type": "message_delta", "usage": {"output_tokens": 5}})");
    s.take(R"({"type": "message_delta", "usage": {"input_tokens": 0, "cache_creation_input_tokens": 10}})");
    s.take(R"({"type": "message_delta", "usage": )" + usage + "}");
    s.take(R"({"type": "message_delta", "usage": {}})");
    CHECK(s.stream.answer().usage == expected);
    CHECK(s.stream.answer().service_tier == "standard");
    Usage large;
    for (int i = 0; i < 3; ++i)
        detail::add_anthropic_usage(large, detail::parse_json(R"({"input_tokens": 1e400, "output_tokens": 1e300,
            "cache_read_input_tokens": 18446744073709551615, "cache_creation_input_tokens": -1e400})"));
    CHECK(large.total_tokens == 3 * 9007199254740992);
}

TEST_CASE("Anthropic: the answer as it came is in it", "[R-739]") {
    std::string const body = R"({"content": [{"type": "text", "text": "a"}], "new": 1})";
    CHECK(decode(body).raw == body);
    Streamed s;
    s.take(R"({"type": "ping"})");
    s.take(R"({"type": "message_stop"})");
    CHECK(s.stream.answer().raw == "{\"type\": \"ping\"}\n{\"type\": \"message_stop\"}\n");
}

TEST_CASE("Anthropic: a stream may be ended without its last word") {
    Streamed s;
    s.start(0, R"({"type": "tool_use", "id": "c1", "name": "f", "input": {"a": 1}})");
    s.stream.end([&](Delta const& delta) { s.deliver(delta); });
    CHECK(s.stream.finished());
    CHECK(s.told == R"([f][{"a":1}])");
    s.stream.end([](Delta const&) { FAIL("the end comes once"); });
}
