// SPDX-License-Identifier: BSL-1.0
// What a server or a caller may send to break a client, in one table, through both dialects, whole and streamed.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/error/api_error.hpp>
#include <grit/llm/error/status_error.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {

constexpr std::size_t very_deep = 100'000;

std::string nested(std::string_view open, std::string_view inner, std::string_view close,
                   std::size_t depth = very_deep) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += open;
    text += inner;
    for (std::size_t i = 0; i < depth; ++i) text += close;
    return text;
}

std::string const arrays = nested("[", "", "]");
std::string const objects = nested(R"({"a":)", "1", "}");

std::string quoted(std::string const& text) { return detail::written(detail::Json(text)); }

/// Returns: "answer", or the name of the error.
template <class F>
std::string outcome(F const& f) {
    try {
        f();
        return "answer";
    } catch (ApiError const& error) {
        return std::string{error.type_name()};
    }
}

template <class D>
std::string whole(std::string const& body, int status = 200) {
    return outcome([&] { static_cast<void>(D::decode({.status = status, .body = body}, {}, {})); });
}

template <class D>
std::string streamed(std::string const& data) {
    return outcome([&] {
        typename D::Stream stream;
        stream.take({.data = data}, {.status = 200}, {}, {}, [](Delta const&) {});
        stream.end([](Delta const&) {});
        static_cast<void>(to_message(stream.answer()));
    });
}

template <class D>
std::string sent(ChatRequest const& request) {
    return outcome([&] {
        auto const body = D::encode(request, {}).body;
        REQUIRE_FALSE(detail::parse_json(body).is_discarded());
    });
}

constexpr auto const* no_json = "APIResponseValidationError";
constexpr auto const* refused = "InvalidRequestError";

} // namespace

TEST_CASE("hostile: whatever a server answers is an answer or an error of this library", "[R-744]") {
    struct Row {
        char const* what;
        std::string body;
        char const* openai;
        char const* anthropic;
    };
    std::vector<Row> const rows{
        {"arrays alone", arrays, no_json, no_json},
        {"objects alone", objects, no_json, no_json},
        {"arrays that never end", nested("[", "", ""), no_json, no_json},
        {"ends that never began", nested("", "", "]"), no_json, no_json},
        {"a member that nobody reads",
         R"({"choices":[{"message":{"content":"a"}}],"content":[{"text":"a"}],"x":)" + arrays + "}", no_json, no_json},
        {"a content of contents", R"({"choices":[{"message":{"content":)" + arrays + R"(}}],"content":)" + arrays + "}",
         no_json, no_json},
        {"thoughts of thoughts, as deep as may be",
         R"({"choices":[{"message":{"content":)" + nested(R"([{"thinking":)", R"("a")", "}]", 120) +
             R"(}}],"content":[{"type":"thinking","thinking":)" + nested(R"([{"thinking":)", R"("a")", "}]", 120) +
             "}]}",
         "answer", "answer"},
        {"arguments as JSON",
         R"({"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":)" + objects +
             R"(}}]}}],"content":[{"type":"tool_use","input":)" + objects + "}]}",
         no_json, no_json},
        {"arguments as text",
         R"({"choices":[{"message":{"tool_calls":[{"function":{"name":"f","arguments":)" + quoted(objects) +
             R"(}}]}}],"content":[{"type":"tool_use","input":)" + quoted(objects) + "}]}",
         "answer", "answer"},
        {"probabilities of probabilities",
         R"({"choices":[{"message":{"content":"a"},"logprobs":{"content":)" +
             nested(R"([{"top_logprobs":)", "[]", "}]", 120) + R"(}}],"content":[{"text":"a"}]})",
         "answer", "answer"},
        {"an error of errors", R"({"error":)" + nested(R"({"error":)", R"({"message":"m"})", "}", 200) + "}",
         "APIStatusError", "APIStatusError"},
        {"an error too deep", nested(R"({"error":)", R"({"message":"m"})", "}"), no_json, no_json},
        {"counts beyond all",
         R"({"choices":[{"message":{"content":"a"}}],"content":[{"text":"a"}],"usage":{"prompt_tokens":1e400,
            "completion_tokens":-1e400,"total_tokens":)" +
             std::string(5000, '9') + R"(,"input_tokens":1e99999999999,"output_tokens":-0.0}})",
         "answer", "answer"},
        {"a number of a choice beyond all",
         R"({"choices":[{"index":1e400,"message":{"content":"a"}},{"index":-1e400,"message":{"content":"a"}},
            {"index":18446744073709551615,"message":{"content":"a"}}],"content":[{"text":"a"}]})",
         "answer", "answer"},
        {"a probability beyond all",
         R"({"choices":[{"message":{"content":"a"},"logprobs":{"content":[{"token":"a","logprob":-1e999}]}}],
            "content":[{"text":"a"}]})",
         "answer", "answer"},
        {"NUL and controls in a text",
         R"({"choices":[{"message":{"content":"\u0000\u001b[2J"}}],"content":[{"text":"\u0000"}]})", "answer",
         "answer"},
        {"NUL outside of a text", std::string("{\"choices\":[\0]}", 15), no_json, no_json},
        {"no UTF-8", "{\"choices\":[{\"message\":{\"content\":\"\xff\"}}],\"content\":[{\"text\":\"\xff\"}]}", "answer",
         "answer"},
        {"members twice",
         R"({"choices":7,"choices":[{"message":{"content":"a"}}],"content":7,"content":[{"text":"a"}]})", "answer",
         "answer"},
        {"all members of a wrong type",
         R"({"id":[],"model":{},"usage":[[]],"service_tier":{},"citations":{"a":1},"choices":[{"index":"x",
            "finish_reason":["stop"],"logprobs":[7],"message":{"content":"a","refusal":{},"reasoning":[7],"annotations":7,
            "tool_calls":{"a":7},"function_call":"f"}}],"content":[7,null,"x",[],{"text":[],"type":[],"citations":7}],
            "stop_reason":[7]})",
         "answer", "answer"},
        {"members of calls, citations and thoughts of a wrong type",
         R"({"citations":[7,null,[],{}],"choices":[{"message":{"content":[7,null,[],{}],"annotations":[7,null,[],
            {"type":7},{"type":"a","a":7}],"tool_calls":[7,null,[],{"function":7},{"id":[],"function":{"name":[],
            "arguments":7}}]}}],"content":[{"type":"thinking","thinking":7,"signature":[]},{"type":"redacted_thinking",
            "data":{}},{"type":"tool_use","id":{},"name":[],"input":7},{"type":"text","text":"a","citations":[7,[],{}]}]})",
         "answer", "answer"}};
    for (auto const& row : rows) {
        CAPTURE(row.what);
        CHECK(whole<OpenAi>(row.body) == row.openai);
        CHECK(whole<Anthropic>(row.body) == row.anthropic);
        CHECK(whole<OpenAi>(row.body, 400) == "BadRequestError");
        CHECK(whole<Anthropic>(row.body, 500) == "InternalServerError");
    }
}

TEST_CASE("hostile: whatever comes as an event is read or an error of this library", "[R-744]") {
    struct Row {
        char const* what;
        std::string data;
        char const* outcome;
    };
    std::vector<Row> const rows{
        {"arrays alone", arrays, no_json},
        {"objects alone", objects, no_json},
        {"arrays that never end", nested("[", "", ""), no_json},
        {"a delta of deltas", R"({"choices":[{"delta":)" + objects + R"(}],"delta":)" + objects + "}", no_json},
        {"an error of errors", R"({"error":)" + nested(R"({"error":)", R"({"message":"m"})", "}", 200) + "}",
         "APIStatusError"},
        {"arguments as text",
         R"({"type":"content_block_start","content_block":{"type":"tool_use","input":)" + quoted(objects) +
             R"(},"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":)" + quoted(objects) +
             "}}]}}]}",
         "answer"},
        {"numbers beyond all",
         R"({"type":"content_block_delta","index":1e400,"delta":{"text":"a","partial_json":1e400},"usage":{"prompt_tokens":
            1e400},"choices":[{"index":1e400,"delta":{"content":"a","tool_calls":[{"index":1e400,"function":{"name":"f",
            "arguments":1e400}},{"index":-1e400},{"index":18446744073709551615,"id":1e400}]}}]})",
         "answer"},
        {"halves of characters in every text",
         "{\"type\":\"content_block_delta\",\"delta\":{\"text\":\"\xc3\",\"thinking\":\"\xe2\x82\",\"signature\":"
         "\"\xf0\","
         "\"citation\":{\"title\":\"\xc3\"}},\"choices\":[{\"delta\":{\"content\":\"\xc3\",\"refusal\":\"\\ud83d\","
         "\"reasoning\":\"\xe2\",\"annotations\":[\"\xc3\"],\"tool_calls\":[{\"id\":\"\xc3\",\"function\":{\"name\":"
         "\"\xc3\",\"arguments\":\"\xc3\"}}]}}]}",
         "answer"},
        {"all members of a wrong type",
         R"({"type":"content_block_start","index":"x","content_block":{"type":"thinking","thinking":[],"data":7},
            "choices":[7,null,[],{"delta":7},{"delta":{"content":7,"tool_calls":7,"function_call":[]}},{"logprobs":7,
            "finish_reason":7}]})",
         "answer"}};
    for (auto const& row : rows) {
        CAPTURE(row.what);
        CHECK(streamed<OpenAi>(row.data) == row.outcome);
        CHECK(streamed<Anthropic>(row.data) == row.outcome);
    }
}

TEST_CASE("hostile: whatever a caller gives is sent or refused", "[R-744]") {
    struct Row {
        char const* what;
        ChatRequest request;
        char const* openai;
        char const* anthropic;
    };
    auto const calls = [](std::string arguments) {
        return ChatRequest{.messages = {{.role = Role::assistant, .tool_calls = {{"c1", "f", std::move(arguments)}}}}};
    };
    auto const format = [](std::string schema) {
        return ChatRequest{.response_format = ResponseFormat{
                               .kind = ResponseFormat::Kind::json_schema, .name = "a", .schema = std::move(schema)}};
    };
    std::vector<Row> const rows{
        {"extra too deep", {.extra = R"({"a":)" + arrays + "}"}, refused, refused},
        {"extra as deep as may be", {.extra = nested(R"({"a":)", "1", "}", 250)}, "answer", "answer"},
        {"a schema of arguments too deep", {.tools = {{"f", "", objects}}}, refused, refused},
        {"a schema of the answer too deep", format(objects), refused, refused},
        {"a part too deep", {.messages = {{.parts = {{.kind = Part::Kind::json, .text = objects}}}}}, refused, refused},
        {"arguments too deep, which OpenAI takes as a text", calls(objects), "answer", refused},
        {"arguments that the model cut off", calls(R"({"a":)"), "answer", refused},
        {"arguments beyond all numbers", calls(R"({"a":1e400})"), "answer", "answer"},
        {"a text that is deep is a text", {.messages = {{.content = arrays}}}, "answer", "answer"},
        {"no number", {.temperature = std::numeric_limits<double>::quiet_NaN()}, refused, refused},
        {"no finite number", {.top_p = std::numeric_limits<double>::infinity()}, refused, refused},
        {"NUL", {.messages = {{.content = std::string("a\0b", 3)}}}, "answer", "answer"},
        {"no UTF-8", {.messages = {{.content = "\xff\xc0\x80"}}}, "answer", "answer"}};
    for (auto const& row : rows) {
        CAPTURE(row.what);
        CHECK(sent<OpenAi>(row.request) == row.openai);
        CHECK(sent<Anthropic>(row.request) == row.anthropic);
    }
}
