// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/openai_responses.hpp>

#include <chrono>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/llm/chat/completeness.hpp>
#include <grit/llm/client/fail_over.hpp>
#include <grit/llm/dialect/dialect.hpp>
#include <grit/llm/error/category.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;
using nlohmann::json;

static_assert(StreamingDialect<OpenAiResponses>);

namespace {

constexpr std::chrono::system_clock::time_point now{1696004797s};
ApiKey const key{"sk-0123456789"};

json sent(ChatRequest const& request, bool stream = false) {
    return json::parse(OpenAiResponses::encode(request, {}, stream).body);
}

ChatResponse decode(std::string body, int status = 200) {
    return OpenAiResponses::decode({.status = status, .headers = {{"x-request-id", "req_1"}}, .body = std::move(body)},
                                   key, now);
}

constexpr std::string_view whole_answer = R"({
    "id": "resp_1", "object": "response", "status": "completed", "error": null, "incomplete_details": null,
    "model": "gpt-5-2025", "service_tier": "default", "metadata": {},
    "output": [
        {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "First."},
            {"type": "summary_text", "text": "Second."}], "encrypted_content": "gAAAA"},
        {"type": "web_search_call", "id": "ws_1", "status": "completed"},
        {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [
            {"type": "output_text", "text": "Hello ", "annotations": [
                {"type": "url_citation", "url": "https://a.example", "title": "A", "start_index": 0}],
             "logprobs": [{"token": "Hello", "logprob": -0.5, "top_logprobs": [{"token": "Hi", "logprob": -1}]}]},
            {"type": "output_text", "text": "there"}]},
        {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "look", "arguments": "{\"at\":1}"}],
    "usage": {"input_tokens": 36, "input_tokens_details": {"cached_tokens": 7}, "output_tokens": 87,
        "output_tokens_details": {"reasoning_tokens": 64}, "total_tokens": 123}})";

} // namespace

TEST_CASE("a request becomes the items of a conversation", "[R-752]") {
    ChatRequest const request{
        .model = "gpt-5-mini",
        .messages = {{Role::developer, "Use the tools."},
                     {Role::user, "Where?"},
                     {.role = Role::assistant,
                      .content = "I look.",
                      .tool_calls = {{"call_1", "look", R"({"at":1})"}, {"call_2", "look", ""}},
                      .reasoning = {{.text = "Hm.", .encrypted = "gAAAA", .id = "rs_1"}, {.text = "of others"}}},
                     {.role = Role::tool, .content = "here", .tool_call_id = "call_1"},
                     {.role = Role::assistant, .refusal = "I won't."}},
        .system = "Be brief.",
        .max_tokens = 100,
        .temperature = 0.5,
        .tools = {{.name = "look", .description = "Looks."}, {.name = "go", .strict = true}},
        .tool_choice = "look",
        .response_format = ResponseFormat{.kind = ResponseFormat::Kind::json_schema, .name = "n", .schema = "{}"},
        .top_p = 0.25,
        .top_logprobs = 2,
        .reasoning_effort = "low",
        .parallel_tool_calls = false,
        .metadata = {{"a", "b"}},
        .user = "u1",
        .service_tier = "flex",
        .extra = R"({"truncation": "auto", "store": true})"};
    CHECK(sent(request) == json::parse(R"({
        "model": "gpt-5-mini", "instructions": "Be brief.", "max_output_tokens": 100, "temperature": 0.5, "top_p": 0.25,
        "store": true, "truncation": "auto", "reasoning": {"effort": "low"}, "parallel_tool_calls": false,
        "metadata": {"a": "b"}, "user": "u1", "service_tier": "flex", "top_logprobs": 2,
        "include": ["reasoning.encrypted_content", "message.output_text.logprobs"],
        "text": {"format": {"type": "json_schema", "name": "n", "schema": {}, "strict": true}},
        "tool_choice": {"type": "function", "name": "look"},
        "tools": [{"type": "function", "name": "look", "description": "Looks.", "parameters": {"type": "object"},
                   "strict": false},
                  {"type": "function", "name": "go", "description": "", "parameters": {"type": "object"},
                   "strict": true}],
        "input": [{"role": "developer", "content": "Use the tools."}, {"role": "user", "content": "Where?"},
            {"type": "reasoning", "id": "rs_1", "encrypted_content": "gAAAA",
             "summary": [{"type": "summary_text", "text": "Hm."}]},
            {"role": "assistant", "content": "I look."},
            {"type": "function_call", "call_id": "call_1", "name": "look", "arguments": "{\"at\":1}"},
            {"type": "function_call", "call_id": "call_2", "name": "look", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "call_1", "output": "here"},
            {"role": "assistant", "content": [{"type": "refusal", "refusal": "I won't."}]}]})"));
    auto const http = OpenAiResponses::encode(request, {.key = key, .organization = "org", .project = "p"}, true);
    CHECK(http.url == "https://api.openai.com/v1/responses");
    CHECK(http.headers.find("Authorization") == "Bearer sk-0123456789");
    CHECK(http.headers.find("OpenAI-Organization") == "org");
    CHECK(http.headers.find("OpenAI-Project") == "p");
    CHECK(http.headers.find("Accept") == "text/event-stream");
    CHECK(json::parse(http.body).at("stream") == true);
}

TEST_CASE("parts become the parts of the protocol", "[R-752]") {
    Message const message{.role = Role::user,
                          .content = "See:",
                          .parts = {text_part("this"),
                                    {.kind = Part::Kind::image, .url = "https://h/a.png", .detail = "low"},
                                    image_data("AAAA", "image/png"),
                                    file_data("BBBB", "application/pdf", "a.pdf"),
                                    {.kind = Part::Kind::file, .file_id = "file_1"},
                                    {.kind = Part::Kind::json, .text = R"({"type": "input_text", "text": "own"})"}}};
    CHECK(sent({.model = "m", .messages = {message}}).at("input").at(0).at("content") == json::parse(R"([
        {"type": "input_text", "text": "See:"}, {"type": "input_text", "text": "this"},
        {"type": "input_image", "image_url": "https://h/a.png", "detail": "low"},
        {"type": "input_image", "image_url": "data:image/png;base64,AAAA"},
        {"type": "input_file", "file_data": "data:application/pdf;base64,BBBB", "filename": "a.pdf"},
        {"type": "input_file", "file_id": "file_1"}, {"type": "input_text", "text": "own"}])"));
    auto const said = sent({.model = "m", .messages = {{.role = Role::assistant, .parts = {text_part("a")}}}});
    CHECK(said.at("input").at(0).at("content").at(0).at("type") == "output_text");
}

TEST_CASE("what the responses cannot say is refused, not left out", "[R-752]") {
    for (auto const& request :
         {ChatRequest{.stop = {"a"}}, ChatRequest{.seed = 1}, ChatRequest{.n = 2}, ChatRequest{.reasoning_tokens = 1},
          ChatRequest{.messages = {{.role = Role::user, .parts = {audio_data("A", "audio/wav")}}}}})
        CHECK_THROWS_AS(OpenAiResponses::encode(request, {}), InvalidRequestError);
    CHECK_NOTHROW(sent({.n = 1}));
    CHECK_THROWS_AS(sent({.temperature = std::numeric_limits<double>::infinity()}), InvalidRequestError);
    CHECK_THROWS_AS(sent({.top_p = std::numeric_limits<double>::quiet_NaN()}), InvalidRequestError);
    CHECK_THROWS_AS(sent({.extra = "{"}), InvalidRequestError);
    CHECK(sent({.model = "m\xff"}).at("model") == "m\xEF\xBF\xBD");
}

TEST_CASE("reasoning is asked for in a form that can be carried, of models that reason", "[R-753]") {
    auto const asks = [](ChatRequest const& request) { return sent(request).contains("include"); };
    for (auto const* const model : {"o3", "o4-mini", "gpt-5", "gpt-5.1-codex", "openai/gpt-5-nano"})
        CHECK(asks({.model = model}));
    for (auto const* const model : {"gpt-4o", "gpt-4.1-mini", "gpt-5-chat-latest", "omni", "o", "my-deployment"})
        CHECK_FALSE(asks({.model = model}));
    CHECK(asks({.model = "my-deployment", .reasoning_effort = "low"}));
    CHECK_FALSE(sent({.model = "o3", .extra = R"({"include": null})"}).contains("include"));
    CHECK(sent({.model = "o3"}).at("store") == false);
}

TEST_CASE("a whole answer is read with all that it says", "[R-752][R-753]") {
    auto const answer = decode(std::string{whole_answer});
    CHECK(answer.id == "resp_1");
    CHECK(answer.model == "gpt-5-2025");
    CHECK(answer.content == "Hello there");
    CHECK(answer.tool_calls == std::vector<ToolCall>{{"call_1", "look", R"({"at":1})"}});
    CHECK(answer.finish_reason == "tool_calls");
    CHECK(answer.reasoning ==
          std::vector<Reasoning>{{.text = "First.\n\nSecond.", .encrypted = "gAAAA", .id = "rs_1"}});
    REQUIRE(answer.citations.size() == 1);
    CHECK(answer.citations[0].url == "https://a.example");
    CHECK(json::parse(answer.citations[0].json).at("start_index") == 0);
    CHECK(answer.logprobs == std::vector<Logprob>{{"Hello", -0.5, {{"Hi", -1, {}}}}});
    CHECK(answer.usage.prompt_tokens == 36);
    CHECK(answer.usage.completion_tokens == 87);
    CHECK(answer.usage.total_tokens == 123);
    CHECK(answer.usage.cached_tokens == 7);
    CHECK(answer.usage.reasoning_tokens == 64);
    CHECK(answer.service_tier == "default");
    CHECK(answer.request_id == "req_1");
    CHECK(answer.raw == whole_answer);

    auto const next = sent({.model = "m", .messages = {to_message(answer)}}).at("input");
    REQUIRE(next.size() == 3);
    CHECK(next[0].at("encrypted_content") == "gAAAA");
    CHECK(next[2].at("call_id") == "call_1");
}

TEST_CASE("why an answer ended is in its finish reason", "[R-754]") {
    auto const reason = [](std::string status) {
        return decode(R"({"status": )" + status + R"(, "output": [{"type": "message", "content": [
            {"type": "output_text", "text": "a"}]}]})")
            .finish_reason;
    };
    CHECK(completeness(reason(R"("completed")")) == Completeness::whole);
    CHECK(completeness(reason(R"("incomplete", "incomplete_details": {"reason": "max_output_tokens"})")) ==
          Completeness::cut);
    CHECK(completeness(reason(R"("incomplete", "incomplete_details": {"reason": "content_filter"})")) ==
          Completeness::filtered);
    CHECK(completeness(reason(R"("incomplete")")) == Completeness::cut);
    CHECK(completeness(reason("null")) == Completeness::whole);

    auto const refused = decode(R"({"status": "completed", "output": [{"type": "message", "content": [
        {"type": "refusal", "refusal": "No."}]}]})");
    CHECK(refused.refusal == "No.");
    CHECK(completeness(refused) == Completeness::filtered);
    // All of the limit went into reasoning.
    auto const nothing =
        decode(R"({"status": "incomplete", "output": [], "incomplete_details": {"reason": "max_output_tokens"}})");
    CHECK(completeness(nothing) == Completeness::cut);
}

TEST_CASE("an answer that failed, or is none, is the error that it names", "[R-754]") {
    CHECK_THROWS_AS(decode(R"({"status": "failed", "output": [], "error": {"code": "server_error", "message": "m"}})"),
                    InternalServerError);
    CHECK_THROWS_AS(
        decode(R"({"status": "failed", "output": [], "error": {"code": "rate_limit_exceeded", "message": "m"}})"),
        RateLimitError);
    CHECK_THROWS_AS(
        decode(R"({"status": "failed", "output": [], "error": {"code": "invalid_prompt", "message": "m"}})"),
        BadRequestError);
    CHECK_THROWS_AS(decode(R"({"status": "failed", "output": [], "error": null})"), InternalServerError);
    CHECK_THROWS_AS(decode(R"({"status": "cancelled", "output": []})"), InternalServerError);
    CHECK_THROWS_AS(decode(R"({"error": {"message": "m", "code": "invalid_api_key"}})", 401), AuthenticationError);
    for (auto const* const none :
         {"{}", "", "<html>", R"({"choices": []})", R"({"status": "completed", "output": []})"}) {
        CAPTURE(none);
        CHECK_THROWS_AS(decode(none), ApiResponseValidationError);
    }
    // Nothing at all may be asked for again.
    try {
        decode(R"({"status": "completed", "output": []})");
    } catch (ApiError const& error) {
        CHECK(is_retryable(error));
    }
    // What goes on in the background would be begun once more.
    for (auto const* const status : {"queued", "in_progress"})
        for (auto const* const output : {"[]", R"([{"type": "reasoning", "id": "rs_1", "summary": []}])"}) {
            CAPTURE(status, output);
            try {
                decode(R"({"id": "resp_1", "status": ")" + std::string{status} + R"(", "output": )" + output + "}");
                FAIL();
            } catch (InvalidRequestError const& error) {
                CHECK(std::string_view{error.what()}.find("resp_1") != std::string_view::npos);
                CHECK_FALSE(is_retryable(error));
                CHECK_FALSE(FailOver{}(error)); // nor is it begun elsewhere
            }
        }
}
