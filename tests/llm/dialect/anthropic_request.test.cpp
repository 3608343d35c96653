// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/anthropic_request.hpp>

#include <string>
#include <vector>

#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/anthropic.hpp>

#include "support/catch.hpp"

using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;
using detail::Json;

namespace {

Json sent(ChatRequest const& request) { return Json::parse(Anthropic::encode(request, {}).body); }

std::string refusal(ChatRequest const& request) {
    try {
        sent(request);
    } catch (InvalidRequestError const& error) {
        return error.what();
    }
    return "nothing is refused";
}

} // namespace

TEST_CASE("Anthropic: every option of a request has its member", "[R-742]") {
    auto const body =
        sent({.model = "m",
              .messages = {{Role::user, "Hi"}},
              .system = "Be brief.",
              .max_tokens = 9000,
              .tools = {{"f", "Does it", R"({"type": "object"})", true}, {"g", "", "{}", {}, Cache::one_hour}},
              .response_format = ResponseFormat{.kind = ResponseFormat::Kind::json_schema,
                                                .name = "answer",
                                                .schema = R"({"type": "object"})"},
              .top_p = 0.5,
              .n = 1,
              .reasoning_effort = "low",
              .reasoning_tokens = 2000,
              .parallel_tool_calls = false,
              .user = "u1",
              .service_tier = "standard_only",
              .system_cache = Cache::five_minutes});
    CHECK(body == Json::parse(R"({"model": "m", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 9000,
        "system": [{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}], "top_p": 0.5,
        "tools": [{"name": "f", "description": "Does it", "strict": true, "input_schema": {"type": "object"}},
          {"name": "g", "description": "", "input_schema": {}, "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": true},
        "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": {"type": "object"}}},
        "thinking": {"type": "enabled", "budget_tokens": 2000}, "metadata": {"user_id": "u1"},
        "service_tier": "standard_only"})"));
    CHECK(sent({.reasoning_tokens = 2000})["max_tokens"] == Anthropic::default_max_tokens + 2000);
    CHECK(sent({.metadata = {{"user_id", "u1"}}})["metadata"] == Json::parse(R"({"user_id": "u1"})"));
    CHECK(sent({.tool_choice = "none", .parallel_tool_calls = false})["tool_choice"] ==
          Json::parse(R"({"type": "none"})"));
    CHECK_FALSE(sent({.parallel_tool_calls = true}).contains("tool_choice"));
}

TEST_CASE("Anthropic: parts come after the content, each in its own form", "[R-734]") {
    Message const message{
        .content = "What is this?",
        .parts = {text_part("And this?"),
                  image_url("https://example.org/a.png"),
                  image_data("AAAA", "image/png"),
                  file_data("BBBB", "application/pdf", "a.pdf"),
                  {.kind = Part::Kind::file, .url = "https://example.org/a.pdf", .cache = Cache::one_hour},
                  {.kind = Part::Kind::image, .file_id = "file_1"},
                  {.kind = Part::Kind::json, .text = R"({"type": "search_result", "x": [1]})"}},
        .cache = Cache::five_minutes};
    ChatRequest const request{.model = "m", .messages = {message}, .max_tokens = 7};
    CHECK(sent(request) == Json::parse(R"({"model": "m", "max_tokens": 7, "messages": [{"role": "user", "content": [
        {"type": "text", "text": "What is this?"}, {"type": "text", "text": "And this?"},
        {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}},
        {"type": "document", "title": "a.pdf",
          "source": {"type": "base64", "media_type": "application/pdf", "data": "BBBB"}},
        {"type": "document", "source": {"type": "url", "url": "https://example.org/a.pdf"},
          "cache_control": {"type": "ephemeral", "ttl": "1h"}},
        {"type": "image", "source": {"type": "file", "file_id": "file_1"}},
        {"type": "search_result", "x": [1], "cache_control": {"type": "ephemeral"}}]}]})"));
    CHECK(Anthropic::encode(request, {}).headers.find("anthropic-beta") == "files-api-2025-04-14");
    CHECK_FALSE(Anthropic::encode({}, {}).headers.find("anthropic-beta").has_value());
}

TEST_CASE("Anthropic: a mark of the cache makes a block of a text") {
    CHECK(sent({.messages = {{.content = "a", .cache = Cache::five_minutes}}})["messages"][0]["content"] ==
          Json::parse(R"([{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}])"));
    CHECK(sent({.messages = {{.role = Role::system, .content = "a", .cache = Cache::five_minutes}}})["system"] ==
          Json::parse(R"([{"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}])"));
}

TEST_CASE("Anthropic: the answer of a tool may be an error, and more than a text") {
    CHECK(sent({.messages = {{.role = Role::tool, .content = "no such city", .tool_call_id = "c1", .is_error = true},
                             {.role = Role::tool,
                              .content = "a map",
                              .tool_call_id = "c2",
                              .parts = {image_data("AAAA", "image/png")},
                              .cache = Cache::five_minutes}}})["messages"] == Json::parse(R"([{"role": "user",
        "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "no such city", "is_error": true},
        {"type": "tool_result", "tool_use_id": "c2", "cache_control": {"type": "ephemeral"}, "content": [
          {"type": "text", "text": "a map"},
          {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "AAAA"}}]}]}])"));
}

TEST_CASE("Anthropic: what the model thought goes back in order before what it said", "[R-736]") {
    auto const message = to_message({.content = "4",
                                     .tool_calls = {{"c1", "f", "{}"}},
                                     .reasoning = {{"2 + 2", "signed"}, {.redacted = "xyz"}, {"of another server"}}});
    CHECK(sent({.messages = {message}})["messages"][0] == Json::parse(R"({"role": "assistant", "content": [
        {"type": "thinking", "thinking": "2 + 2", "signature": "signed"},
        {"type": "redacted_thinking", "data": "xyz"}, {"type": "text", "text": "4"},
        {"type": "tool_use", "id": "c1", "name": "f", "input": {}}]})"));
    CHECK(sent({.messages = {to_message({.content = "4", .reasoning = {{"unsigned"}}})}})["messages"][0]["content"] ==
          "4");
    CHECK(sent({.messages = {to_message({.refusal = "No."})}})["messages"][0]["content"] == "No.");
}

TEST_CASE("Anthropic: what cannot be said is refused by its name before anything is sent", "[R-734]") {
    struct Row {
        ChatRequest request;
        char const* sentence;
    };
    auto const with = [](Part part, Role role = Role::user) {
        return ChatRequest{.messages = {{.role = role, .parts = {std::move(part)}}}};
    };
    std::vector<Row> const rows{
        {with(audio_data("AAAA", "audio/wav")),
         "grit: Anthropic's messages take no audio of the type audio/wav in a message of the role user"},
        {with({.kind = Part::Kind::audio, .url = "https://example.org/a.wav"}), "no audio with a url"},
        {with(file_data("AAAA", "text/plain")), "no file of the type text/plain"},
        {with({.kind = Part::Kind::image, .data = "AAAA"}), "no image without a media_type"},
        {with({.kind = Part::Kind::image}), "no image with nothing in it"},
        {with(image_url("https://example.org/a.png"), Role::assistant), "in a message of the role assistant"},
        {with(image_url("https://example.org/a.png"), Role::system), "in a message of the role system"},
        {{.seed = 7}, "no seed"},
        {{.n = 2}, "no n above 1"},
        {{.logprobs = true}, "no logprobs"},
        {{.top_logprobs = 1}, "no logprobs"},
        {{.response_format = ResponseFormat{.kind = ResponseFormat::Kind::json_object}}, "use json_schema"},
        {{.response_format = ResponseFormat{.kind = ResponseFormat::Kind::json_schema, .schema = "{"}},
         "ResponseFormat::schema must be"},
        {{.metadata = {{"job", "7"}}}, "no metadata but user_id"},
        {{.metadata = {{"job", "7"}, {"user_id", "u"}}}, "no metadata but user_id"}};
    for (auto const& row : rows) {
        CAPTURE(row.sentence);
        CHECK_THAT(refusal(row.request), ContainsSubstring(row.sentence));
    }
}

TEST_CASE("Anthropic: texts of a system message are one text with those before") {
    CHECK(sent({.messages = {{.role = Role::system, .content = "a", .parts = {text_part("b")}},
                             {.role = Role::developer, .parts = {text_part("c")}}}})["system"] == "a\n\nb\n\nc");
}

TEST_CASE("Anthropic: bytes of a caller that are no UTF-8 are replaced wherever they stand", "[R-743]") {
    std::string const bad = "a\xff";
    auto const body = sent({.model = bad,
                            .messages = {{.content = bad, .parts = {text_part(bad)}},
                                         {.role = Role::tool, .content = bad, .tool_call_id = bad}},
                            .system = bad,
                            .stop = {bad},
                            .tools = {{bad, bad}},
                            .tool_choice = bad,
                            .user = bad});
    CHECK(body["system"] == "a\xef\xbf\xbd");
    CHECK(body["metadata"]["user_id"] == "a\xef\xbf\xbd");
    CHECK_THROWS_AS(
        sent({.messages = {{.role = Role::assistant, .tool_calls = {{"c", "f", R"({"a": ")" + bad + "\"}"}}}}}),
        InvalidRequestError);
}
