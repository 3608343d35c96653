// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/openai.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <grit/llm/error/category.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::chrono::system_clock::time_point now{1696004797s};
ApiKey const key{"sk-0123456789"};

ChatResponse decode(int status, std::string body) {
    return OpenAi::decode({.status = status, .headers = {{"X-Request-Id", "req_1"}}, .body = std::move(body)}, key,
                          now);
}

template <class E>
E error_of(int status, std::string body) {
    try {
        decode(status, std::move(body));
    } catch (E const& error) {
        return error;
    }
    FAIL("no error");
    throw;
}

nlohmann::json sent(ChatRequest const& request) { return nlohmann::json::parse(OpenAi::encode(request, {}).body); }

} // namespace

TEST_CASE("a request becomes a POST of JSON") {
    Endpoint const endpoint{.base_url = "http://localhost:8080/v1//", .key = key, .headers = {{"OpenAI-Project", "p"}}};
    auto const http = OpenAi::encode({.model = "gpt-4o-mini",
                                      .messages = {{Role::system, "Be brief."}, {Role::user, "Say \"hi\"\n\xc3\xa4"}},
                                      .max_tokens = 1024,
                                      .temperature = 0.5},
                                     endpoint);
    CHECK(http.url == "http://localhost:8080/v1/chat/completions");
    CHECK(http.headers.find("authorization") == "Bearer sk-0123456789");
    CHECK(http.headers.find("content-type") == "application/json");
    CHECK(http.headers.find("openai-project") == "p");
    auto const expected =
        nlohmann::json::parse(R"({"model": "gpt-4o-mini", "max_completion_tokens": 1024, "temperature": 0.5, "messages":
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Say \"hi\"\n\u00e4"}]})");
    CHECK(nlohmann::json::parse(http.body) == expected);
}

TEST_CASE("the limit of tokens has the name that the server knows") {
    ChatRequest const request{.model = "m", .max_tokens = 7};
    auto const body_for = [&](Endpoint const& endpoint) {
        return nlohmann::json::parse(OpenAi::encode(request, endpoint).body);
    };
    CHECK(body_for({})["max_completion_tokens"] == 7);
    CHECK_FALSE(body_for({}).contains("max_tokens"));
    CHECK(body_for({.max_tokens_name = "max_tokens"})["max_tokens"] == 7);
    CHECK_FALSE(body_for({.max_tokens_name = "max_tokens"}).contains("max_completion_tokens"));
}

TEST_CASE("a request says nothing that it was not told to say") {
    auto const body = sent({.model = "m", .messages = {{Role::user, "x"}}});
    CHECK(body.size() == 2);
    CHECK_FALSE(OpenAi::encode({}, {}).headers.find("authorization").has_value());
}

TEST_CASE("tools, formats and the rest take OpenAI's shape") {
    auto const body =
        sent({.model = "m",
              .messages = {{Role::user, "Weather?"},
                           {.role = Role::assistant, .tool_calls = {{"c1", "weather", R"({"city": "Rome"})"}}},
                           {.role = Role::tool, .content = "sunny", .tool_call_id = "c1"}},
              .system = "Be brief.",
              .stop = {"END"},
              .tools = {{"weather", "Tells it", R"({"type": "object", "required": ["city"]})"}},
              .tool_choice = "weather",
              .response_format = ResponseFormat{.kind = ResponseFormat::Kind::json_schema,
                                                .name = "answer",
                                                .schema = R"({"type": "object"})"},
              .seed = 7,
              .extra = R"({"max_completion_tokens": 5, "user": "u", "stop": null})"});
    CHECK(body == nlohmann::json::parse(R"({"model": "m", "seed": 7, "max_completion_tokens": 5, "user": "u",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Weather?"},
          {"role": "assistant", "content": null, "tool_calls": [{"id": "c1", "type": "function",
            "function": {"name": "weather", "arguments": "{\"city\": \"Rome\"}"}}]},
          {"role": "tool", "content": "sunny", "tool_call_id": "c1"}],
        "tools": [{"type": "function", "function": {"name": "weather", "description": "Tells it",
          "parameters": {"type": "object", "required": ["city"]}}}],
        "tool_choice": {"type": "function", "function": {"name": "weather"}},
        "response_format": {"type": "json_schema", "json_schema": {"name": "answer", "strict": true,
          "schema": {"type": "object"}}}})"));
    CHECK(sent({.tool_choice = "required"})["tool_choice"] == "required");
    CHECK(sent({.response_format = ResponseFormat{.kind = ResponseFormat::Kind::json_object}})["response_format"] ==
          nlohmann::json::parse(R"({"type": "json_object"})"));
    CHECK(sent({.response_format = ResponseFormat{}})["response_format"]["type"] == "text");
}

TEST_CASE("a text that must be JSON and is none is not sent") {
    CHECK_THROWS_AS(sent({.extra = "{"}), InvalidRequestError);
    CHECK_THROWS_AS(sent({.extra = "7"}), InvalidRequestError);
    CHECK_THROWS_AS(sent({.extra = std::string(1'000'000, '[')}), InvalidRequestError);
    CHECK_THROWS_AS(sent({.tools = {{"f", "", ""}}}), InvalidRequestError);
}

TEST_CASE("an account has an organisation and a project, and a stream asks for its usage") {
    Endpoint const endpoint{.organization = "org-1", .project = "proj-1"};
    auto const http = OpenAi::encode({}, endpoint, true);
    CHECK(http.headers.find("openai-organization") == "org-1");
    CHECK(http.headers.find("openai-project") == "proj-1");
    CHECK(http.headers.find("accept") == "text/event-stream");
    auto const body = nlohmann::json::parse(http.body);
    CHECK(body["stream"] == true);
    CHECK(body["stream_options"]["include_usage"] == true);
    CHECK(OpenAi::encode({.headers = {{"Authorization", "other"}}}, {.key = key}).headers.find("authorization") ==
          "other");
}

TEST_CASE("a message that is not UTF-8 is sent as UTF-8") {
    CHECK(sent({.messages = {{Role::user, "a\xff"}}})["messages"][0]["content"] == "a\xef\xbf\xbd");
}

TEST_CASE("a request's own headers and timeout come before the endpoint's") {
    Endpoint const endpoint{.timeouts = {.connect = 1s, .attempt = 30s},
                            .headers = {{"A", "endpoint"}, {"B", "endpoint"}}};
    auto const http = OpenAi::encode({.timeout = 2s, .headers = {{"a", "request"}}}, endpoint);
    CHECK(http.headers.find("A") == "request");
    CHECK(http.headers.find("B") == "endpoint");
    CHECK(http.timeouts.attempt == 2s);
    CHECK(http.timeouts.connect == 1s);
    CHECK(OpenAi::encode({}, endpoint).timeouts.attempt == 30s);
}

TEST_CASE("an answer is read") {
    auto const response = decode(200, R"({"id": "chatcmpl-1", "model": "gpt-4o-mini-2024-07-18",
        "choices": [{"message": {"role": "assistant", "content": "Hello \u00e4"}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21}})");
    CHECK(response.id == "chatcmpl-1");
    CHECK(response.model == "gpt-4o-mini-2024-07-18");
    CHECK(response.content == "Hello \xc3\xa4");
    CHECK(response.finish_reason == "stop");
    CHECK(response.usage.prompt_tokens == 9);
    CHECK(response.usage.completion_tokens == 12);
    CHECK(response.usage.total_tokens == 21);
    CHECK(response.request_id == "req_1");
}

TEST_CASE("tool calls and rate limits are read") {
    auto const answer =
        OpenAi::decode({200,
                        {{"x-ratelimit-remaining-tokens", "5"}},
                        R"({"choices": [{"message": {"content": null, "tool_calls": [{"id": "c1", "type": "function",
        "function": {"name": "weather", "arguments": "{\"city\":\"Rome\"}"}}, 7]}, "finish_reason": "tool_calls"}]})"},
                       key, now);
    REQUIRE(answer.tool_calls.size() == 2);
    CHECK(answer.tool_calls[0] == ToolCall{"c1", "weather", R"({"city":"Rome"})"});
    CHECK(answer.finish_reason == "tool_calls");
    CHECK(answer.rate_limits.tokens.remaining == 5);
}

TEST_CASE("a stream becomes deltas and an answer") {
    OpenAi::Stream stream;
    std::string seen;
    auto const take = [&](std::string_view data) {
        stream.take({.data = data}, {.status = 200}, key, now, [&](Delta const& delta) {
            if (delta.tool_call)
                seen += "<" + std::to_string(*delta.tool_call) + std::string{delta.tool_name} +
                        std::string{delta.tool_arguments} + ">";
            else seen += "[" + std::string{delta.text} + "]";
        });
    };
    take(R"({"id": "chatcmpl-1", "model": "m-1", "choices": [{"delta": {"role": "assistant", "content": ""}}]})");
    take(R"({"choices": [{"delta": {"content": "Hel"}, "finish_reason": null}], "usage": null, "error": null})");
    take(R"({"choices": [{"delta": {"content": "lo"}}]})");
    take(
        R"({"choices": [{"delta": {"tool_calls": [{"index": 0, "id": "c1", "function": {"name": "f", "arguments": ""}}]}}]})");
    take(R"({"choices": [{"delta": {"tool_calls": [{"index": 0, "function": {"arguments": "{}"}}]}}]})");
    take(R"({"choices": [{"delta": {"tool_calls": [{"index": 4000000000, "id": "c2"}]}}]})");
    take(R"({"choices": [{"delta": {"tool_calls": [{"index": -1, "function": {"arguments": " "}}]}}]})");
    take(R"({"choices": [{"delta": {}, "finish_reason": "stop"}]})");
    take(R"({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21}})");
    take(R"({"choices": [], "usage": {}})");
    take(R"({"choices": [], "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}})");
    CHECK_FALSE(stream.finished());
    take("[DONE]");
    CHECK(stream.finished());
    take("not read any more");
    CHECK(seen == "[Hel][lo]<0f><0{}><1><1 >");
    auto const& answer = stream.answer();
    CHECK(answer.id == "chatcmpl-1");
    CHECK(answer.model == "m-1");
    CHECK(answer.content == "Hello");
    CHECK(answer.finish_reason == "stop");
    CHECK(answer.usage == Usage{9, 12, 21});
    REQUIRE(answer.tool_calls.size() == 2);
    CHECK(answer.tool_calls[0] == ToolCall{"c1", "f", "{}"});
}

TEST_CASE("whatever numbers, ids and names a server sends, two calls stay two and one stays one") {
    struct Row {
        char const* what;
        std::vector<char const*> pieces; // each is the tool_calls of one delta
        std::vector<ToolCall> calls;
    };
    ToolCall const f{"c1", "f", R"({"a":1})"};
    ToolCall const g{"c2", "g", R"({"b":2})"};
    auto const nameless = [](ToolCall call) {
        call.id.clear();
        return call;
    };
    std::vector<Row> const rows{
        {"as OpenAI does",
         {R"([{"index":0,"id":"c1","function":{"name":"f","arguments":""}}])",
          R"([{"index":0,"function":{"arguments":"{\"a\":"}}])", R"([{"index":0,"function":{"arguments":"1}"}}])",
          R"([{"index":1,"id":"c2","function":{"name":"g","arguments":""}}])",
          R"([{"index":1,"function":{"arguments":"{\"b\":2}"}}])"},
         {f, g}},
        {"interleaved by index",
         {R"([{"index":0,"id":"c1","function":{"name":"f"}},{"index":1,"id":"c2","function":{"name":"g"}}])",
          R"([{"index":0,"function":{"arguments":"{\"a\""}}])", R"([{"index":1,"function":{"arguments":"{\"b\""}}])",
          R"([{"index":0,"function":{"arguments":":1}"}}])", R"([{"index":1,"function":{"arguments":":2}"}}])"},
         {f, g}},
        {"indexes that begin at one, with a gap",
         {R"([{"index":1,"id":"c1","function":{"name":"f"}}])", R"([{"index":5,"id":"c2","function":{"name":"g"}}])",
          R"([{"index":1,"function":{"arguments":"{\"a\":1}"}}])",
          R"([{"index":5,"function":{"arguments":"{\"b\":2}"}}])"},
         {f, g}},
        {"no index, ids in the first pieces",
         {R"([{"id":"c1","function":{"name":"f","arguments":""}}])", R"([{"function":{"arguments":"{\"a\":"}}])",
          R"([{"function":{"arguments":"1}"}}])", R"([{"id":"c2","function":{"name":"g","arguments":"{\"b\""}}])",
          R"([{"function":{"arguments":":2}"}}])"},
         {f, g}},
        {"index null, ids in every piece, interleaved",
         {R"([{"index":null,"id":"c1","function":{"name":"f"}}])",
          R"([{"index":null,"id":"c2","function":{"name":"g"}}])",
          R"([{"index":null,"id":"c1","function":{"arguments":"{\"a\":1}"}}])",
          R"([{"index":null,"id":"c2","function":{"arguments":"{\"b\":2}"}}])"},
         {f, g}},
        {"index 0 for all, ids in every piece, interleaved",
         {R"([{"index":0,"id":"c1","function":{"name":"f"}}])", R"([{"index":0,"id":"c2","function":{"name":"g"}}])",
          R"([{"index":0,"id":"c1","function":{"arguments":"{\"a\":1}"}}])",
          R"([{"index":0,"id":"c2","function":{"arguments":"{\"b\":2}"}}])"},
         {f, g}},
        {"index 0 for all, ids in the first pieces",
         {R"([{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":1}"}}])",
          R"([{"index":0,"id":"c2","function":{"name":"g","arguments":""}}])",
          R"([{"index":0,"function":{"arguments":"{\"b\":2}"}}])"},
         {f, g}},
        {"index 0 for all, no ids, whole calls in one delta and in two",
         {R"([{"index":0,"function":{"name":"f","arguments":"{\"a\":1}"}},
              {"index":0,"function":{"name":"g","arguments":"{\"b\":2}"}}])",
          R"([{"index":0,"function":{"name":"g","arguments":"{\"b\":2}"}}])"},
         {nameless(f), nameless(g), nameless(g)}},
        {"no index and no ids, begun in one delta and ended in another",
         {R"([{"function":{"name":"f","arguments":""}},{"function":{"name":"g","arguments":""}}])",
          R"([{"function":{"arguments":"{\"a\":1}"}},{"function":{"arguments":"{\"b\":2}"}}])"},
         {nameless(f), nameless(g)}},
        {"the same tool twice, arguments as JSON, no ids",
         {R"([{"function":{"name":"f","arguments":{"a":1}}}])", R"([{"function":{"name":"f","arguments":{"a":1}}}])"},
         {nameless(f), nameless(f)}},
        {"one id for all calls",
         {R"([{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":1}"}}])",
          R"([{"index":1,"id":"c1","function":{"name":"f","arguments":"{\"a\":"}}])",
          R"([{"index":1,"id":"c1","function":{"arguments":"1}"}}])"},
         {f, f}},
        {"the name in every piece",
         {R"([{"index":0,"id":"c1","function":{"name":"f","arguments":""}}])",
          R"([{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":"}}])",
          R"([{"index":0,"function":{"name":"f","arguments":"1"}}])", R"([{"function":{"name":"f","arguments":"}"}}])"},
         {f}},
        {"the name in pieces, and as far as it is known",
         {R"([{"index":0,"id":"c1","function":{"name":"get_"}}])", R"([{"index":0,"function":{"name":"weather"}}])",
          R"([{"index":1,"id":"c2","function":{"name":"get_"}}])", R"([{"index":1,"function":{"name":"get_time"}}])"},
         {{"c1", "get_weather", "{}"}, {"c2", "get_time", "{}"}}},
        {"a new id with every piece",
         {R"([{"index":0,"id":"c1","function":{"name":"f","arguments":""}}])",
          R"([{"index":0,"id":"x1","function":{"arguments":"{\"a\":"}}])",
          R"([{"index":0,"id":"x2","function":{"arguments":"1}"}}])",
          R"([{"index":0,"id":"x3","function":{"arguments":""}}])",
          R"([{"index":1,"id":"c2","function":{"name":"g","arguments":"{\"b\":2}"}}])"},
         {f, g}},
        {"an index that counts the pieces",
         {R"([{"index":0,"id":"c1","function":{"name":"f","arguments":""}}])",
          R"([{"index":1,"function":{"arguments":"{\"a\":"}}])", R"([{"index":2,"function":{"arguments":"1}"}}])"},
         {f}},
        {"an id that comes after the name",
         {R"([{"index":0,"function":{"name":"f"}}])",
          R"([{"index":0,"id":"c1","function":{"arguments":"{\"a\":1}"}}])"},
         {f}},
        {"braces inside a text do not end the arguments",
         {R"([{"id":"c1","function":{"name":"f","arguments":"{\"a\":\"}\\\"}"}}])",
          R"([{"function":{"name":"f","arguments":"{\"}"}}])"},
         {{"c1", "f", R"({"a":"}\"}{"})"}}},
        {"arguments as JSON, and none in every form",
         {R"([{"index":0,"id":"c1","function":{"name":"f","arguments":{"a":1}}}])",
          R"([{"index":1,"id":"c3","function":{"name":"h","arguments":null}}])",
          R"([{"index":2,"id":"c4","function":{"name":"h"}}])",
          R"([{"index":3,"id":"c5","function":{"name":"h","arguments":"null"}}])",
          R"([{"index":4,"id":"c6","function":{"name":"h","arguments":{}}}])"},
         {f, {"c3", "h", "{}"}, {"c4", "h", "{}"}, {"c5", "h", "{}"}, {"c6", "h", "{}"}}},
        {"a piece that says nothing is no call",
         {R"([{"index":0,"id":"c1","function":{"name":"f","arguments":"{\"a\":1}"}}])", R"([{"index":1}])", "[7]"},
         {f}},
    };
    for (auto const& row : rows) {
        CAPTURE(row.what);
        OpenAi::Stream stream;
        std::vector<ToolCall> told; // what a callable puts together from the deltas
        auto const take = [&](std::string const& data) {
            stream.take({.data = data}, {.status = 200}, key, now, [&](Delta const& delta) {
                REQUIRE(delta.tool_call.has_value());
                if (*delta.tool_call == told.size()) told.emplace_back();
                auto& call = told.at(*delta.tool_call);
                if (call.id.empty()) call.id = delta.tool_id;
                call.name += delta.tool_name;
                call.arguments += delta.tool_arguments;
            });
        };
        for (std::string const piece : row.pieces) take(R"({"choices": [{"delta": {"tool_calls": )" + piece + "}}]}");
        take("[DONE]");
        CHECK(stream.answer().tool_calls == row.calls);
        for (auto& call : told) call.arguments = detail::object_of(call.arguments);
        CHECK(told == row.calls);
    }
}

TEST_CASE("arguments of a whole answer are read as text and as JSON, and go into the next turn as an object") {
    auto const answer = decode(200, R"({"choices": [{"message": {"content": null, "tool_calls": [
        {"id": "c1", "function": {"name": "f", "arguments": {"a": 1}}}, {"id": "c2", "function": {"name": "g"}},
        {"id": "c3", "function": {"name": "g", "arguments": ""}}]}}]})");
    CHECK(answer.tool_calls == std::vector<ToolCall>{{"c1", "f", R"({"a":1})"}, {"c2", "g", "{}"}, {"c3", "g", "{}"}});
    for (auto const* const none : {"", " \n", "null"}) {
        auto const body =
            sent({.messages = {{.role = Role::assistant, .tool_calls = {{"c1", "f", none}}}}})["messages"][0];
        CHECK(body["tool_calls"][0]["function"]["arguments"] == "{}");
    }
}

TEST_CASE("an error in a stream is the error that its name stands for") {
    OpenAi::Stream stream;
    auto const take = [&](std::string_view data, std::string_view event = {}) {
        stream.take({.event = event, .data = data}, {.status = 200}, key, now, [](Delta const&) {});
    };
    CHECK_THROWS_AS(take(R"({"error": {"type": "server_error", "message": "x"}})"), InternalServerError);
    CHECK_THROWS_AS(take(R"({"error": {"code": "rate_limit_exceeded", "type": "tokens"}})"), RateLimitError);
    CHECK_THROWS_AS(take(R"({"error": {"code": "insufficient_quota", "type": "insufficient_quota"}})"),
                    InsufficientQuotaError);
    CHECK_THROWS_AS(take(R"({"error": {"code": 503}})"), ServiceUnavailableError);
    CHECK_THROWS_AS(take(R"({"error": {"code": "server_is_overloaded"}})"), ServiceUnavailableError);
    CHECK_THROWS_AS(take(R"({"error": "x"})"), ApiStatusError);
    CHECK_THROWS_AS(take(R"({"message": "x"})", "error"), ApiStatusError);
    CHECK_THROWS_AS(take("{malformed"), ApiResponseValidationError);
    CHECK_THROWS_AS(take("7"), ApiResponseValidationError);
    for (auto const* const data :
         {"{}", R"({"choices": 7})", R"({"choices": [7]})", R"({"choices": [{"delta": 7}]})",
          R"({"choices": [{"delta": {"tool_calls": [7]}}]})", R"({"error": false})", R"({"error": ""})"})
        CHECK_NOTHROW(take(data));
}

TEST_CASE("what a compatible server leaves out or spells differently is left out") {
    auto const response =
        decode(200, R"({"id": 7, "model": null, "usage": {"total_tokens": 1e300, "prompt_tokens": "9"},
        "choices": [{"message": {"content": "Hello"}, "finish_reason": {}}]})");
    CHECK(response.content == "Hello");
    CHECK(response.id == "7");
    CHECK(response.model.empty());
    CHECK(response.finish_reason.empty());
    CHECK(response.usage.total_tokens == 9007199254740992);
    CHECK(response.usage.prompt_tokens == 0);
    CHECK(decode(200, R"({"choices": [{"message": {"content": null, "refusal": "no"}}]})").content.empty());
}

TEST_CASE("success without an answer is an error of its own") {
    auto const deep = "{\"choices\":" + std::string(1'000'000, '[');
    for (auto const& body : {std::string{}, std::string{"<html>hello</html>"},
                             std::string{R"({"choices": [{"message": {"con)"}, std::string{"null"}, std::string{"[]"},
                             std::string{"{}"}, std::string{R"({"choices": []})"}, std::string{R"({"choices": {}})"},
                             std::string{R"({"choices": [7]})"}, std::string{R"({"choices": [{"message": "x"}]})"},
                             std::string{R"({"choices": [{"message": {"content": 7}}]})"}, deep,
                             deep + std::string(1'000'000, ']') + "}"}) {
        CAPTURE(body.substr(0, 100));
        auto const error = error_of<ApiResponseValidationError>(200, body);
        CHECK(error.status() == 200);
        CHECK(error.request_id() == "req_1");
        CHECK(std::string{error.what()}.size() < 700);
    }
    // A byte that is no UTF-8 hides nothing else.
    CHECK(decode(200, "{\"choices\": [{\"message\": {\"content\": \"a\xff\"}}]}").content == "a\xef\xbf\xbd");
    CHECK_THAT(error_of<ApiResponseValidationError>(200, "").what(), ContainsSubstring("it is empty"));
    CHECK_THAT(error_of<ApiResponseValidationError>(200, "<html>").what(), ContainsSubstring("not JSON"));
}

TEST_CASE("an answer that says nothing may be asked for again, one that says nonsense may not") {
    for (auto const* const body :
         {"", " \r\n\n", "{}", "null", "[]", R"({"choices": []})", R"({"choices": [{"message": {"content": null}}]})",
          R"({"choices": [{"message": {"role": "assistant", "content": "", "tool_calls": [], "refusal": null}}]})"}) {
        CAPTURE(body);
        CHECK(is_retryable(error_of<ApiResponseValidationError>(200, body)));
    }
    for (auto const* const body : {"<html>", "[1]", R"({"choices": 7})", R"({"a": 1})"}) {
        CAPTURE(body);
        CHECK_FALSE(is_retryable(error_of<ApiResponseValidationError>(200, body)));
    }
    CHECK(decode(200, R"({"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]})").content.empty());
    CHECK(decode(200, R"({"choices": [{"message": {"content": "", "reasoning": "x"}}]})").content.empty());
}

TEST_CASE("an error inside a success is the error that it names, wherever it stands") {
    struct Row {
        char const* body; // as the body of a 200, and as an event
        int status;
        char const* message;
    };
    std::vector<Row> const rows{
        {R"({"error": {"message": "slow", "code": "rate_limit_exceeded"}})", 429, "slow"},
        {R"({"error": {"message": "slow", "code": 429}, "user_id": "u"})", 429, "slow"},
        {R"({"error": {"message": "upstream fell over"}})", 200, "upstream fell over"},
        {R"({"error": "overloaded_error"})", 529, "overloaded_error"},
        {R"({"object": "error", "message": "too long", "type": "BadRequestError", "code": 400})", 400, "too long"},
        {R"({"object": "error", "message": "gone", "type": "NotFoundError"})", 404, "gone"},
        {R"({"error_code": "REQUEST_LIMIT_EXCEEDED", "message": "slow"})", 429, "slow"},
        {R"({"detail": "Not authenticated", "status": 401})", 401, "Not authenticated"},
        {R"([{"error": {"code": 503, "message": "busy", "status": "UNAVAILABLE"}}])", 503, "busy"},
        {R"({"error": {"message": "busy", "status": "UNAVAILABLE"}})", 503, "busy"},
        {R"({"success": false, "errors": [{"code": "server_error", "message": "no"}]})", 500, "no"},
        {R"({"choices": [{"error": {"code": 502, "message": "cut"}, "delta": {"content": ""}}]})", 502, "cut"},
        {R"({"choices": [{"error": {"code": 502, "message": "cut"}, "message": {"content": "x"}}]})", 502, "cut"},
        {R"({"error": {"code": 429, "message": "slow"}, "choices": [{"delta": {}, "finish_reason": "error"}]})", 429,
         "slow"},
        {R"({"choices": [{"delta": {}, "message": {"content": "x"}, "finish_reason": "error"}]})", 200, ""},
    };
    for (auto const& row : rows) {
        CAPTURE(row.body);
        auto const whole = error_of<ApiStatusError>(200, row.body);
        CHECK(whole.status() == row.status);
        if (*row.message != 0) CHECK(whole.message() == row.message);
        OpenAi::Stream stream;
        try {
            stream.take({.data = row.body}, {.status = 200}, key, now, [](Delta const&) {});
            FAIL("no error");
        } catch (ApiStatusError const& error) {
            CHECK(error.status() == row.status);
            CHECK(error.type_name() == whole.type_name());
            CHECK(error.message() == whole.message());
        }
    }
    for (auto const* const no_error :
         {R"({"error": null, "errors": [], "choices": [{"message": {"content": "x"}, "delta": {}}]})",
          R"({"error": {}, "error_code": 0, "detail": "", "choices": [{"message": {"content": "x"}, "error": null}]})",
          R"({"detail": "x", "error_code": 7, "choices": [{"message": {"content": "x"}}]})"}) {
        CAPTURE(no_error);
        CHECK(decode(200, no_error).content == "x");
    }
}

TEST_CASE("an error of OpenAI is read") {
    auto const error = error_of<RateLimitError>(
        429,
        R"({"error": {"message": "Rate limit reached", "type": "tokens", "param": null, "code": "rate_limit_exceeded"}})");
    CHECK(error.message() == "Rate limit reached");
    CHECK(error.type() == "tokens");
    CHECK(error.code() == "rate_limit_exceeded");
    CHECK(error.request_id() == "req_1");
    CHECK(error.what() == std::string{"Error code: 429 - Rate limit reached"});
    CHECK(nlohmann::json::parse(error.body())["error"]["type"] == "tokens");
    auto const quota = error_of<InsufficientQuotaError>(
        429,
        R"({"error": {"message": "You exceeded your current quota", "type": "insufficient_quota", "code": "insufficient_quota"}})");
    CHECK(quota.status() == 429);
}

TEST_CASE("an error of another shape keeps its status") {
    CHECK(error_of<BadRequestError>(400, R"({"error": "no such model"})").message() == "no such model");
    CHECK(error_of<BadRequestError>(400, R"({"message": "no such model"})").message() == "no such model");
    CHECK(error_of<BadRequestError>(400, R"({"error": {"code": 40013}})").code() == "40013");
    CHECK(error_of<InternalServerError>(502, "<html>Bad gateway</html>").message() == "<html>Bad gateway</html>");
    CHECK(error_of<InternalServerError>(500, "").what() == std::string{"Error code: 500 (no body)"});
    CHECK(error_of<RateLimitError>(429, R"({"error": {"mess)").message() == R"({"error": {"mess)");
    CHECK(error_of<ServiceUnavailableError>(503, "[1, 2]").message() == "[1,2]");
    CHECK(error_of<ServiceUnavailableError>(503, std::string(1'000'000, '[')).message().size() < 600);
    CHECK(error_of<ApiStatusError>(302, "").status() == 302);
}

TEST_CASE("a key that is echoed is not shown, in whichever spelling") {
    for (char const* const body :
         {R"({"error": {"message": "wrong key sk-0123456789"}})", "wrong key sk-0123456789",
          R"({"error": {"message": "wrong key \u0073k-0123456789"}, "seen": "\u0073\u006b-0123456789"})"}) {
        auto const error = error_of<AuthenticationError>(401, body);
        CHECK_THAT(error.what(), ContainsSubstring("wrong key [redacted]"));
        CHECK_THAT(error.body(), !ContainsSubstring("0123456789"));
    }
    auto const error = error_of<ApiResponseValidationError>(200, R"({"key": "sk-0123456789"})");
    CHECK_THAT(error.what(), !ContainsSubstring("0123456789"));
    CHECK_THAT(error.body(), !ContainsSubstring("0123456789"));
}
