// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/openai_stream.hpp>

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <grit/llm/client/client.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/transport/scripted.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {

/// A stream, and what a callable puts together of it for each choice.
struct Streamed {
    struct Told {
        std::string content = {};
        std::string reasoning = {};
        std::string refusal = {};
        std::string calls = {};
    };
    OpenAi::Stream stream = {};
    std::map<std::size_t, Told> told = {};

    void deliver(Delta const& delta) {
        auto& choice = told[delta.choice];
        choice.content += delta.text;
        choice.reasoning += delta.reasoning;
        choice.refusal += delta.refusal;
        if (delta.tool_call)
            choice.calls +=
                std::to_string(*delta.tool_call) + std::string{delta.tool_name} + std::string{delta.tool_arguments};
    }
    void take(std::string_view data) {
        stream.take({.data = data}, {.status = 200}, {}, {}, [&](Delta const& delta) { deliver(delta); });
    }
    /// One event with these choices, which are JSON.
    void choices(std::string const& text) { take(R"({"choices": [)" + text + "]}"); }
    ChatResponse& answer() { return stream.answer(); }
};

} // namespace

TEST_CASE("OpenAI: the choices of a stream are never mixed", "[R-737]") {
    Streamed s;
    s.choices(R"({"index": 1, "delta": {"content": "b"}})");
    s.choices(R"({"index": 0, "delta": {"content": "a"}}, {"index": 2, "delta": {"refusal": "N"}})");
    s.choices(R"({"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "f"}}]}})");
    s.choices(R"({"index": 1, "delta": {"tool_calls": [{"index": 0, "id": "c2", "function": {"name": "g"}}]}})");
    s.choices(R"({"index": 0, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{\"a\":1}"}}]}})");
    s.choices(R"({"index": 1, "delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{\"b\":2}"}}]}})");
    s.choices(R"({"index": 2, "delta": {"refusal": "o."}, "finish_reason": "stop"})");
    s.choices(R"({"index": 1, "delta": {"content": "B", "reasoning": "hm"}, "finish_reason": "length"})");
    s.choices(R"({"index": 0, "delta": {"content": "A"}, "finish_reason": "tool_calls"})");
    s.take("[DONE]");
    auto const& answer = s.answer();
    CHECK(answer.content == "aA");
    CHECK(answer.finish_reason == "tool_calls");
    CHECK(answer.tool_calls == std::vector<ToolCall>{{"c1", "f", R"({"a":1})"}});
    REQUIRE(answer.alternatives.size() == 2);
    CHECK(answer.alternatives[0].index == 1);
    CHECK(answer.alternatives[0].content == "bB");
    CHECK(answer.alternatives[0].reasoning == std::vector<Reasoning>{{.text = "hm"}});
    CHECK(answer.alternatives[0].finish_reason == "length");
    CHECK(answer.alternatives[0].tool_calls == std::vector<ToolCall>{{"c2", "g", R"({"b":2})"}});
    CHECK(answer.alternatives[1].index == 2);
    CHECK(answer.alternatives[1].refusal == "No.");
    CHECK(s.told[0].content == "aA");
    CHECK(s.told[0].calls == R"(0f0{"a":1})");
    CHECK(s.told[1].content == "bB");
    CHECK(s.told[1].reasoning == "hm");
    CHECK(s.told[1].calls == R"(0g0{"b":2})");
    CHECK(s.told[2].refusal == "No.");
}

TEST_CASE("OpenAI: choices come in any order, with any number", "[R-737]") {
    Streamed s;
    for (auto const* const index : {"7", "4000000000000000000000", "3", "5"})
        s.choices(std::string{R"({"delta": {"content": ")"} + index + R"("}, "index": )" + index + "}");
    s.take("[DONE]");
    CHECK(s.answer().content == "3");
    REQUIRE(s.answer().alternatives.size() == 3);
    CHECK(s.answer().alternatives[0].content == "5");
    CHECK(s.answer().alternatives[1].content == "7");
    CHECK(s.told.size() == 4);
    Streamed nameless; // null, below zero, none: the place counts
    nameless.choices(R"({"index": null, "delta": {"content": "a"}}, {"delta": {"content": "b"}})");
    nameless.choices(R"({"index": -1, "delta": {"content": "A"}}, {"index": "x", "delta": {"content": "B"}})");
    nameless.take("[DONE]");
    CHECK(nameless.answer().content == "aA");
    CHECK(nameless.answer().alternatives.at(0).content == "bB");
}

TEST_CASE("OpenAI: a callable that takes texts gets those of one choice", "[R-737]") {
    auto const event = [](int index, char const* text) {
        return "data: {\"choices\": [{\"index\": " + std::to_string(index) + ", \"delta\": {\"content\": \"" + text +
               "\"}}]}\n\n";
    };
    ScriptedTransport transport{
        {ScriptedStep::stream({event(0, "a"), event(1, "X"), event(0, "b"), event(1, "Y"), "data: [DONE]\n\n"})}};
    Client client{std::ref(transport)};
    std::string text;
    auto const answer = client.stream({.model = "m", .n = 2}, [&](std::string_view piece) { text += piece; });
    CHECK(text == "ab");
    CHECK(answer.content == "ab");
    CHECK(answer.alternatives.at(0).content == "XY");
}

TEST_CASE("OpenAI: thoughts, refusals, citations and probabilities of a stream are put together", "[R-741]") {
    Streamed s;
    s.choices(R"({"delta": {"reasoning_content": "h", "content": null}})");
    s.choices(R"({"delta": {"reasoning": "m"}, "logprobs": {"content": [{"token": "a", "logprob": -1}]}})");
    s.choices(R"({"delta": {"content": [{"type": "thinking", "thinking": "."}, {"type": "text", "text": "a"}]}})");
    s.choices(R"({"delta": {"annotations": [{"type": "url_citation", "url_citation": {"url": "u"}}]},
        "logprobs": {"content": [{"token": "b", "logprob": -2}]}})");
    s.choices(R"({"delta": {"content": "b", "refusal": "No"}, "finish_reason": "stop", "logprobs": null})");
    s.take(R"({"choices": [], "service_tier": "flex", "usage": {"prompt_tokens": 9, "completion_tokens": 12,
        "prompt_tokens_details": {"cached_tokens": 4}, "completion_tokens_details": {"reasoning_tokens": 7}}})");
    s.take("[DONE]");
    auto const& answer = s.answer();
    CHECK(answer.content == "ab");
    CHECK(answer.reasoning == std::vector<Reasoning>{{.text = "hm."}});
    CHECK(answer.refusal == "No");
    CHECK(answer.citations.at(0).url == "u");
    CHECK(answer.logprobs == std::vector<Logprob>{{"a", -1, {}}, {"b", -2, {}}});
    CHECK(answer.service_tier == "flex");
    CHECK(answer.usage == Usage{9, 12, 21, 4, 0, 7});
    CHECK(s.told[0].reasoning == "hm.");
    CHECK(s.told[0].refusal == "No");
}

TEST_CASE("OpenAI: addresses that are sent with every event are kept once") {
    Streamed s;
    for (int i = 0; i < 3; ++i) s.take(R"({"citations": ["u", "v"], "choices": [{"delta": {"content": "a"}}]})");
    CHECK(s.answer().citations.size() == 2);
}

TEST_CASE("OpenAI: the call of an older server comes in pieces, too", "[R-740]") {
    Streamed s;
    s.choices(R"({"delta": {"function_call": {"name": "f", "arguments": ""}}})");
    s.choices(R"({"delta": {"function_call": {"arguments": "{\"a\":"}}})");
    s.choices(R"({"delta": {"function_call": {"arguments": "1}"}}, "finish_reason": "function_call"})");
    s.take("[DONE]");
    CHECK(s.answer().tool_calls == std::vector<ToolCall>{{"", "f", R"({"a":1})"}});
    CHECK(s.told[0].calls == R"(0f0{"a":0)"
                             R"(1})");
}

TEST_CASE("OpenAI: halves of characters are joined in every text of every choice") {
    Streamed s;
    s.choices("{\"index\": 0, \"delta\": {\"content\": \"\xc3\", \"reasoning\": \"\\ud83d\"}},"
              "{\"index\": 1, \"delta\": {\"content\": \"\xe2\x82\", \"refusal\": \"\xc3\"}}");
    s.choices(
        "{\"index\": 0, \"delta\": {\"content\": \"\xa4\", \"reasoning\": \"\\ude00\"}},"
        "{\"index\": 1, \"delta\": {\"content\": \"\xac\"}, \"logprobs\": {\"content\": [{\"token\": \"\xc3\"}]}}");
    s.take("[DONE]");
    CHECK(s.answer().content == "\xc3\xa4");
    CHECK(s.answer().reasoning.at(0).text == "\xf0\x9f\x98\x80");
    auto const& other = s.answer().alternatives.at(0);
    CHECK(other.content == "\xe2\x82\xac");
    CHECK(other.refusal == "\xef\xbf\xbd");
    CHECK(other.logprobs.at(0).token == "\xef\xbf\xbd");
    CHECK(s.told[1].refusal == "\xef\xbf\xbd");
}

TEST_CASE("OpenAI: the events of a stream are in its answer as they came", "[R-739]") {
    Streamed s;
    s.take(R"({"choices": [{"delta": {"content": "a"}}]})");
    s.take("[DONE]");
    CHECK(s.answer().raw == "{\"choices\": [{\"delta\": {\"content\": \"a\"}}]}\n[DONE]\n");
}

TEST_CASE("OpenAI: a stream may be ended without its last word") {
    Streamed s;
    s.choices("{\"delta\": {\"content\": \"a\xc3\", \"tool_calls\": [{\"function\": {\"name\": \"f\"}}]}, "
              "\"finish_reason\": \"stop\"}");
    CHECK_FALSE(s.stream.finished());
    s.stream.end([&](Delta const& delta) { s.deliver(delta); });
    CHECK(s.stream.finished());
    s.stream.end([](Delta const&) { FAIL("the end comes once"); });
    CHECK(s.answer().content == "a\xef\xbf\xbd");
    CHECK(s.told[0].content == "a\xef\xbf\xbd");
    CHECK(s.answer().tool_calls == std::vector<ToolCall>{{"", "f", "{}"}});
}

TEST_CASE("OpenAI: the error of any choice is the error of the stream") {
    Streamed s;
    CHECK_THROWS_AS(s.choices(R"({"delta": {"content": "a"}}, {"error": {"code": 502, "message": "cut"}})"),
                    InternalServerError);
}
