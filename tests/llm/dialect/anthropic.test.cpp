// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/anthropic.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

namespace {

constexpr std::chrono::system_clock::time_point now{1696004797s};
ApiKey const key{"sk-ant-0123456789"};

ChatResponse decode(int status, std::string body, Headers headers = {}) {
    return Anthropic::decode({.status = status, .headers = std::move(headers), .body = std::move(body)}, key, now);
}

template <class E>
E error_of(int status, std::string body, Headers headers = {}) {
    try {
        decode(status, std::move(body), std::move(headers));
    } catch (E const& error) {
        return error;
    }
    FAIL("no error");
    throw;
}

json sent(ChatRequest const& request) { return json::parse(Anthropic::encode(request, {}).body); }

/// A stream of Anthropic's from events that are given as data alone.
struct Streamed {
    Anthropic::Stream stream = {};
    std::vector<std::string> deltas = {};

    void take(std::string_view data, std::string_view event = {}) {
        stream.take({.event = event, .data = data}, {.status = 200}, key, now, [&](Delta const& delta) {
            deltas.push_back(delta.tool_call ? std::to_string(*delta.tool_call) + ":" + std::string{delta.tool_name} +
                                                   "(" + std::string{delta.tool_arguments} + ")"
                                             : std::string{delta.text});
        });
    }
};

} // namespace

TEST_CASE("Anthropic: a request becomes a POST to the messages") {
    auto const http =
        Anthropic::encode({.model = "claude-x",
                           .messages = {{Role::system, "Two."}, {Role::user, "Hi"}, {Role::assistant, "Yes?"}},
                           .system = "One.",
                           .max_tokens = 7,
                           .temperature = 0.5,
                           .stop = {"END"}},
                          {.key = key});
    CHECK(http.url == "https://api.anthropic.com/v1/messages");
    CHECK(http.headers.find("x-api-key") == "sk-ant-0123456789");
    CHECK(http.headers.find("anthropic-version") == "2023-06-01");
    CHECK_FALSE(http.headers.find("authorization").has_value());
    CHECK(json::parse(http.body) == json::parse(R"({"model": "claude-x", "max_tokens": 7, "temperature": 0.5,
        "stop_sequences": ["END"], "system": "One.\n\nTwo.", "messages": [{"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "Yes?"}]})"));
}

TEST_CASE("Anthropic: a limit is sent even if none is given, and a version by hand is kept") {
    CHECK(sent({.model = "m"})["max_tokens"] == Anthropic::default_max_tokens);
    CHECK(sent({.model = "m"}).size() == 3);
    CHECK(Anthropic::encode({.headers = {{"Anthropic-Version", "2099-01-01"}}}, {}).headers.find("anthropic-version") ==
          "2099-01-01");
    auto const http = Anthropic::encode({}, {.base_url = "http://localhost/v1/"}, true);
    CHECK(http.url == "http://localhost/v1/messages");
    CHECK(json::parse(http.body)["stream"] == true);
}

TEST_CASE("Anthropic: tools, their calls and their answers take Anthropic's shape") {
    auto const body =
        sent({.model = "m",
              .messages = {{Role::user, "Weather?"},
                           {.role = Role::assistant,
                            .content = "Let me see.",
                            .tool_calls = {{"c1", "weather", R"({"city": "Rome"})"}, {"c2", "time", "{}"}}},
                           {.role = Role::tool, .content = "sunny", .tool_call_id = "c1"},
                           {.role = Role::tool, .content = "noon", .tool_call_id = "c2"},
                           {Role::user, "Thanks"}},
              .tools = {{"weather", "Tells it", R"({"type": "object", "required": ["city"]})"}},
              .tool_choice = "required"});
    CHECK(body["tools"] == json::parse(R"([{"name": "weather", "description": "Tells it",
        "input_schema": {"type": "object", "required": ["city"]}}])"));
    CHECK(body["tool_choice"] == json::parse(R"({"type": "any"})"));
    CHECK(body["messages"] == json::parse(R"([{"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": [{"type": "text", "text": "Let me see."},
          {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Rome"}},
          {"type": "tool_use", "id": "c2", "name": "time", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "sunny"},
          {"type": "tool_result", "tool_use_id": "c2", "content": "noon"}]},
        {"role": "user", "content": "Thanks"}])"));
    CHECK(sent({.tool_choice = "auto"})["tool_choice"]["type"] == "auto");
    CHECK(sent({.tool_choice = "weather"})["tool_choice"] == json::parse(R"({"type": "tool", "name": "weather"})"));
}

TEST_CASE("Anthropic: what this provider cannot do is refused, not left out") {
    CHECK_THROWS_AS(sent({.seed = 7}), InvalidRequestError);
    CHECK_THROWS_AS(sent({.response_format = ResponseFormat{.kind = ResponseFormat::Kind::json_object}}),
                    InvalidRequestError);
    CHECK_NOTHROW(sent({.response_format = ResponseFormat{}}));
    CHECK_THROWS_AS(sent({.extra = "[1]"}), InvalidRequestError);
    CHECK_THROWS_AS(sent({.tools = {{"f", "", "{"}}}), InvalidRequestError);
    CHECK(sent({.temperature = 1, .extra = R"({"temperature": null, "top_k": 5, "metadata": {"user_id": "u"}})"})
              .count("temperature") == 0);
    CHECK(sent({.extra = R"({"top_k": 5})"})["top_k"] == 5);
}

TEST_CASE("Anthropic: an answer is read") {
    auto const answer = decode(200, R"({"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x-1",
        "content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Hello "}, {"type": "text", "text": "you"},
        {"type": "tool_use", "id": "c1", "name": "weather", "input": {"city": "Rome"}}],
        "stop_reason": "tool_use", "usage": {"input_tokens": 9, "output_tokens": 12}})",
                               {{"request-id", "req_1"}, {"anthropic-ratelimit-requests-remaining", "49"}});
    CHECK(answer.id == "msg_1");
    CHECK(answer.model == "claude-x-1");
    CHECK(answer.content == "Hello you");
    CHECK(answer.tool_calls == std::vector<ToolCall>{{"c1", "weather", R"({"city":"Rome"})"}});
    CHECK(answer.finish_reason == "tool_use");
    CHECK(answer.usage == Usage{9, 12, 21});
    CHECK(answer.request_id == "req_1");
    CHECK(answer.rate_limits.requests.remaining == 49);
}

TEST_CASE("Anthropic: success without an answer is an error of its own") {
    for (auto const* const body :
         {"", "<html>", "null", "[]", "{}", R"({"content": "x"})", R"({"content": null})", R"({"content": []})"}) {
        CAPTURE(body);
        CHECK(error_of<ApiResponseValidationError>(200, body).status() == 200);
    }
    CHECK(error_of<ApiResponseValidationError>(200, R"({"content": []})").should_retry() == true);
    CHECK(decode(200, R"({"content": [], "stop_reason": "end_turn"})").content.empty());
    CHECK(error_of<InternalServerError>(200, R"({"type": "error", "error": {"type": "api_error", "message": "x"}})")
              .message() == "x");
    CHECK(error_of<OverloadedError>(200, R"({"error": {"type": "overloaded_error"}})").status() == 529);
    CHECK(decode(
              200,
              R"({"content": [7, "x", {"text": 8}], "usage": {"input_tokens": -1, "output_tokens": 9007199254740993}})")
              .usage.total_tokens == 9007199254740992);
}

TEST_CASE("Anthropic: an error of Anthropic is read") {
    auto const error = error_of<RateLimitError>(
        429,
        R"({"type": "error", "error": {"type": "rate_limit_error", "message": "slow", "details": {"error_code": "ramp_limit_exceeded"}}, "request_id": "req_b"})",
        {{"retry-after", "16"}, {"x-should-retry", "true"}, {"anthropic-ratelimit-tokens-remaining", "0"}});
    CHECK(error.message() == "slow");
    CHECK(error.type() == "rate_limit_error");
    CHECK(error.error_code() == "ramp_limit_exceeded");
    CHECK(error.request_id() == "req_b");
    CHECK(error.retry_after() == 16s);
    CHECK(error.should_retry() == true);
    CHECK(error.rate_limits().tokens.remaining == 0);
    CHECK(error_of<RateLimitError>(429, R"({"request_id": "req_b"})", {{"request-id", "req_h"}}).request_id() ==
          "req_h");
    CHECK(error_of<OverloadedError>(
              529,
              R"({"type": "error", "error": {"details": null, "type": "overloaded_error", "message": "Overloaded"}})")
              .error_code()
              .empty());
    CHECK(error_of<InsufficientQuotaError>(
              429,
              R"({"error": {"type": "rate_limit_error", "details": {"error_code": "enforced_spend_limit_reached"}}})")
              .error_code() == "enforced_spend_limit_reached");
    CHECK_THAT(
        error_of<AuthenticationError>(401, R"({"error": {"message": "invalid x-api-key: sk-ant-0123456789"}})").what(),
        !ContainsSubstring("0123456789"));
}

TEST_CASE("Anthropic: a stream becomes deltas and an answer") {
    Streamed s;
    s.take(
        R"({"type": "message_start", "message": {"id": "msg_1", "model": "claude-x-1", "usage": {"input_tokens": 9, "output_tokens": 1}}})");
    s.take(R"({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}})");
    s.take(R"({"type": "ping"})");
    s.take(R"({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hel"}})");
    s.take(R"({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "lo"}})");
    s.take(R"({"type": "content_block_stop", "index": 0})");
    s.take(
        R"({"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "c1", "name": "f", "input": {}}})");
    s.take(
        R"({"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "{\"a\":"}})");
    s.take(
        R"({"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": "1}"}})");
    s.take(R"({"type": "content_block_stop", "index": 1})");
    s.take(
        R"({"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "c2", "name": "g", "input": {}}})");
    s.take(R"({"type": "content_block_stop", "index": 2})");
    s.take(R"({"type": "something_new", "x": 1})");
    s.take(
        R"({"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"input_tokens": 0, "output_tokens": 12}})");
    CHECK_FALSE(s.stream.finished());
    s.take("{}", "message_stop");
    CHECK(s.stream.finished());
    s.take("after the end nothing is read");
    CHECK(s.deltas == std::vector<std::string>{"Hel", "lo", "0:f()", "0:({\"a\":)", "0:(1})", "1:g()"});
    auto const& answer = s.stream.answer();
    CHECK(answer.id == "msg_1");
    CHECK(answer.model == "claude-x-1");
    CHECK(answer.content == "Hello");
    CHECK(answer.tool_calls == std::vector<ToolCall>{{"c1", "f", R"({"a":1})"}, {"c2", "g", "{}"}});
    CHECK(answer.finish_reason == "tool_use");
    CHECK(answer.usage == Usage{9, 12, 21});
}

TEST_CASE("Anthropic: whatever numbers a server gives its blocks, two calls stay two and one stays one") {
    struct Row {
        char const* what;
        std::vector<char const*> events;
        std::vector<ToolCall> calls;
    };
    ToolCall const f{"c1", "f", R"({"a":1})"};
    ToolCall const g{"c2", "g", R"({"b":2})"};
    std::vector<Row> const rows{
        {"interleaved by index",
         {R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c1","name":"f","input":{}}})",
          R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"c2","name":"g","input":{}}})",
          R"({"type":"content_block_delta","index":1,"delta":{"partial_json":"{\"a\""}})",
          R"({"type":"content_block_delta","index":2,"delta":{"partial_json":"{\"b\""}})",
          R"({"type":"content_block_delta","index":1,"delta":{"partial_json":":1}"}})",
          R"({"type":"content_block_stop","index":1})",
          R"({"type":"content_block_delta","index":2,"delta":{"partial_json":":2}"}})",
          R"({"type":"content_block_stop","index":2})"},
         {f, g}},
        {"a text between a call's pieces",
         {R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c1","name":"f"}})",
          R"({"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}})",
          R"({"type":"content_block_delta","index":0,"delta":{"partial_json":"{\"a\":1}"}})"},
         {f}},
        {"no index, null, and 0 for all, one block after the other",
         {R"({"type":"content_block_start","content_block":{"type":"tool_use","id":"c1","name":"f"}})",
          R"({"type":"content_block_delta","delta":{"partial_json":"{\"a\":1}"}})",
          R"({"type":"content_block_start","index":null,"content_block":{"type":"tool_use","id":"c2","name":"g"}})",
          R"({"type":"content_block_delta","index":null,"delta":{"partial_json":"{\"b\":2}"}})",
          R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c1","name":"f"}})",
          R"({"type":"content_block_delta","index":0,"delta":{"partial_json":"{\"a\":1}"}})",
          R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c2","name":"g"}})",
          R"({"type":"content_block_delta","index":0,"delta":{"partial_json":"{\"b\":2}"}})"},
         {f, g, f, g}},
        {"pieces with the number of another block",
         {R"({"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})",
          R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c1","name":"f"}})",
          R"({"type":"content_block_delta","index":0,"delta":{"partial_json":"{\"a\":1}"}})"},
         {f}},
        {"all of the input at the start, as JSON and as text, or in one piece of JSON",
         {R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c1","name":"f","input":{"a":1}}})",
          R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c2","name":"g","input":"{\"b\":2}"}})",
          R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"c1","name":"f","input":null}})",
          R"({"type":"content_block_delta","index":2,"delta":{"partial_json":{"a":1}}})"},
         {f, g, f}},
        {"all of the input at the start, and its pieces too",
         {R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c1","name":"f","input":{"a":1}}})",
          R"({"type":"content_block_delta","index":0,"delta":{"partial_json":"{\"a\":1}"}})"},
         {f}},
        {"no arguments in any form",
         {R"({"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"c1","name":"f","input":""}})",
          R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c2","name":"g"}})",
          R"({"type":"content_block_delta","index":1,"delta":{"partial_json":""}})"},
         {{"c1", "f", "{}"}, {"c2", "g", "{}"}}}};
    for (auto const& row : rows) {
        CAPTURE(row.what);
        Streamed s;
        for (auto const* const event : row.events) s.take(event);
        s.take(R"({"type": "message_stop"})");
        CHECK(s.stream.answer().tool_calls == row.calls);
    }
}

TEST_CASE("Anthropic: an input is read as text and as JSON, and empty arguments are an object in the next turn") {
    auto const answer = decode(200, R"({"content": [{"type": "tool_use", "id": "c1", "name": "f", "input": "{\"a\":1}"},
        {"type": "tool_use", "id": "c2", "name": "g", "input": null}, {"type": "tool_use", "id": "c3", "name": "g"}]})");
    CHECK(answer.tool_calls == std::vector<ToolCall>{{"c1", "f", R"({"a":1})"}, {"c2", "g", "{}"}, {"c3", "g", "{}"}});
    for (auto const* const none : {"", " ", "null"})
        CHECK(sent({.messages = {{.role = Role::assistant,
                                  .tool_calls = {{"c1", "f", none}}}}})["messages"][0]["content"][0]["input"] ==
              json::object());
}

TEST_CASE("Anthropic: an error event is the error that its name stands for") {
    Streamed s;
    CHECK_THROWS_AS(
        s.take(R"({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}})", "error"),
        OverloadedError);
    CHECK_THROWS_AS(s.take(R"({"error": {"type": "rate_limit_error", "message": "x"}})", "error"), RateLimitError);
    CHECK_THROWS_AS(s.take(R"({"type": "error", "error": {"type": "api_error"}})"), InternalServerError);
    CHECK_THROWS_AS(s.take(R"({"type": "error", "error": {"type": "new_error"}})"), ApiStatusError);
    CHECK_THROWS_AS(s.take("not json", "error"), ApiStatusError);
    CHECK_THROWS_AS(s.take("not json"), ApiResponseValidationError);
    CHECK_THROWS_AS(s.take("[1]"), ApiResponseValidationError);
    try {
        s.take(R"({"type": "error", "error": {"type": "api_error", "message": "you sent sk-ant-0123456789"}})");
        FAIL("no error");
    } catch (InternalServerError const& error) {
        CHECK(std::string{error.what()} == "Error code: 500 - you sent [redacted]");
    }
}

TEST_CASE("Anthropic: events out of order do no harm") {
    Streamed s;
    for (auto const* const data :
         {R"({"type": "content_block_delta", "delta": {"type": "input_json_delta", "partial_json": "x"}})",
          R"({"type": "content_block_stop"})", R"({"type": "content_block_start", "content_block": 7})",
          R"({"type": "message_start"})", R"({"type": "message_delta", "usage": [1]})", R"({"type": 7})", "{}"})
        CHECK_NOTHROW(s.take(data));
    CHECK(s.deltas.empty());
}
