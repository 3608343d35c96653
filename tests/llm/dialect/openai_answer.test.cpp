// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/openai_answer.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <grit/llm/chat/completeness.hpp>
#include <grit/llm/dialect/openai.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {

ChatResponse decode(std::string body) { return OpenAi::decode({.status = 200, .body = std::move(body)}, {}, {}); }

/// The answer to one message, the text of a JSON object.
ChatResponse said(std::string const& message) {
    return decode(R"({"choices": [{"message": )" + message + R"(, "finish_reason": "stop"}]})");
}

} // namespace

TEST_CASE("OpenAI: all choices are read, in the order of their numbers", "[R-737]") {
    auto const answer = decode(R"({"choices": [
        {"index": 2, "message": {"content": "c"}, "finish_reason": "length"},
        {"index": 0, "message": {"content": "a"}, "finish_reason": "stop"},
        {"index": 1, "message": {"content": null, "refusal": "No.", "reasoning": "hm", "annotations": ["u"],
          "tool_calls": [{"id": "c1", "function": {"name": "f"}}]}, "finish_reason": "stop",
          "logprobs": {"content": [{"token": "N", "logprob": -1}]}}]})");
    CHECK(answer.content == "a");
    REQUIRE(answer.alternatives.size() == 2);
    auto const& second = answer.alternatives[0];
    CHECK(second.index == 1);
    CHECK(second.refusal == "No.");
    CHECK(second.reasoning == std::vector<Reasoning>{{.text = "hm"}});
    CHECK(second.tool_calls == std::vector<ToolCall>{{"c1", "f", "{}"}});
    CHECK(second.citations.at(0).url == "u");
    CHECK(second.logprobs.at(0).token == "N");
    CHECK(completeness(second) == Completeness::filtered);
    CHECK(answer.alternatives[1].content == "c");
    CHECK(completeness(answer.alternatives[1]) == Completeness::cut);
    // Without a number the place counts.
    CHECK(decode(R"({"choices": [{"message": {"content": "a"}}, {"message": {"content": "b"}}]})")
              .alternatives.at(0)
              .content == "b");
    CHECK_THROWS_AS(decode(R"({"choices": [{"message": {"content": "a"}}, {"message": 7}]})"),
                    ApiResponseValidationError);
}

TEST_CASE("OpenAI: an answer is read in every form that servers give it", "[R-741]") {
    struct Row {
        char const* message;
        char const* content;
        char const* reasoning;
        char const* refusal;
    };
    std::vector<Row> const rows{
        {R"({"content": "a"})", "a", "", ""},
        {R"({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]})", "ab", "", ""},
        {R"({"content": ["a", {"text": "b"}, 7, null, {"type": "image"}]})", "ab", "", ""},
        {R"({"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}, {"type": "text", "text": "a"}]})",
         "a", "hm", ""},
        {R"({"content": [{"type": "thinking", "thinking": "hm"}, {"type": "refusal", "refusal": "No."}]})", "", "hm",
         "No."},
        {R"({"content": "a", "reasoning_content": "hm"})", "a", "hm", ""},
        {R"({"content": "a", "reasoning": "hm"})", "a", "hm", ""},
        {R"({"content": "a", "reasoning": "hm", "reasoning_content": "hm"})", "a", "hm", ""},
        {R"({"content": "a", "reasoning": {"x": 1}, "reasoning_content": null})", "a", "", ""},
        {R"({"content": null, "refusal": "No."})", "", "", "No."},
        {R"({"content": [], "refusal": 7})", "", "", ""}};
    for (auto const& row : rows) {
        CAPTURE(row.message);
        auto const answer = said(row.message);
        CHECK(answer.content == row.content);
        CHECK((answer.reasoning.empty() ? "" : answer.reasoning.at(0).text) == row.reasoning);
        CHECK(answer.refusal == row.refusal);
    }
}

TEST_CASE("OpenAI: the call of an older server is a tool call", "[R-740]") {
    CHECK(said(R"({"content": null, "function_call": {"name": "f", "arguments": "{\"a\":1}"}})").tool_calls ==
          std::vector<ToolCall>{{"", "f", R"({"a":1})"}});
    // Where both are sent, they are the same call.
    CHECK(said(R"({"tool_calls": [{"id": "c1", "function": {"name": "f"}}], "function_call": {"name": "f"}})")
              .tool_calls == std::vector<ToolCall>{{"c1", "f", "{}"}});
    CHECK(said(R"({"content": "a", "function_call": null})").tool_calls.empty());
}

TEST_CASE("OpenAI: citations are read in the form of each server") {
    auto const answer = decode(R"({"choices": [{"message": {"content": "a", "annotations": [{"type": "url_citation",
        "url_citation": {"url": "https://example.org", "title": "t", "start_index": 0, "end_index": 1}}, 7]}}],
        "citations": ["https://example.net"]})");
    REQUIRE(answer.citations.size() == 3);
    CHECK(answer.citations[0].type == "url_citation");
    CHECK(answer.citations[0].url == "https://example.org");
    CHECK(answer.citations[0].title == "t");
    CHECK(detail::Json::parse(answer.citations[0].json)["url_citation"]["end_index"] == 1);
    CHECK(answer.citations[1] == Citation{.json = "7"});
    CHECK(answer.citations[2].url == "https://example.net");
}

TEST_CASE("OpenAI: how probable the tokens were is read, with what might have stood there") {
    auto const answer = decode(R"({"choices": [{"message": {"content": "ab"}, "logprobs": {"content": [
        {"token": "a", "logprob": -0.5, "bytes": [97], "top_logprobs": [{"token": "a", "logprob": -0.5},
          {"token": "x", "logprob": -2}]}, {"token": "b", "logprob": "?"}, 7], "refusal": null}}]})");
    CHECK(answer.logprobs ==
          std::vector<Logprob>{{"a", -0.5, {{"a", -0.5, {}}, {"x", -2, {}}}}, {"b", 0, {}}, {"", 0, {}}});
}

TEST_CASE("OpenAI: the finer counts of tokens are read", "[R-738]") {
    auto const usage = [](std::string const& told) {
        return decode(R"({"choices": [{"message": {"content": "a"}}], "usage": )" + told + "}").usage;
    };
    CHECK(usage(R"({"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21,
        "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 3},
        "completion_tokens_details": {"reasoning_tokens": 7}})") == Usage{9, 12, 21, 4, 3, 7});
    CHECK(usage(R"({"prompt_tokens": 9, "completion_tokens": 12, "prompt_cache_hit_tokens": 4})") ==
          Usage{9, 12, 21, 4, 0, 0});
    CHECK(usage(R"({"prompt_tokens_details": 7, "completion_tokens_details": {"reasoning_tokens": 1e400}})")
              .reasoning_tokens == 9007199254740992);
}

TEST_CASE("OpenAI: the answer as it came is in it", "[R-739]") {
    std::string const body = R"({"choices": [{"message": {"content": "a"}}], "new": 1, "service_tier": "flex"})";
    CHECK(decode(body).raw == body);
    CHECK(decode(body).service_tier == "flex");
}
