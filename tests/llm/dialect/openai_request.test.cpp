// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/openai_request.hpp>

#include <string>
#include <vector>

#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/openai.hpp>

#include "support/catch.hpp"

using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;
using detail::Json;

namespace {

Json sent(ChatRequest const& request, Endpoint const& endpoint = {}) {
    return Json::parse(OpenAi::encode(request, endpoint).body);
}

std::string refusal(ChatRequest const& request) {
    try {
        sent(request);
    } catch (InvalidRequestError const& error) {
        return error.what();
    }
    return "nothing is refused";
}

} // namespace

TEST_CASE("OpenAI: every option of a request has its member") {
    auto const body = sent({.model = "gpt-5",
                            .messages = {{Role::user, "Hi"}},
                            .max_tokens = 7,
                            .tools = {{"f", "Does it", R"({"type": "object"})", true, Cache::one_hour}},
                            .seed = 1,
                            .top_p = 0.5,
                            .n = 2,
                            .logprobs = true,
                            .top_logprobs = 3,
                            .reasoning_effort = "low",
                            .parallel_tool_calls = false,
                            .metadata = {{"job", "7"}, {"team", "a"}},
                            .user = "u1",
                            .service_tier = "flex",
                            .system_cache = Cache::five_minutes});
    CHECK(body == Json::parse(R"({"model": "gpt-5", "messages": [{"role": "user", "content": "Hi"}],
        "max_completion_tokens": 7, "seed": 1, "top_p": 0.5, "n": 2, "logprobs": true, "top_logprobs": 3,
        "reasoning_effort": "low", "parallel_tool_calls": false, "metadata": {"job": "7", "team": "a"}, "user": "u1",
        "service_tier": "flex", "tools": [{"type": "function", "function": {"name": "f", "description": "Does it",
        "strict": true, "parameters": {"type": "object"}}}]})"));
    CHECK(sent({.top_logprobs = 1})["logprobs"] == true);
    CHECK_FALSE(sent({.logprobs = true}).contains("top_logprobs"));
}

TEST_CASE("OpenAI: parts come after the content, each in its own form", "[R-734]") {
    Message const message{.content = "What is this?",
                          .parts = {text_part("And this?"),
                                    image_url("https://example.org/a.png"),
                                    {.kind = Part::Kind::image,
                                     .data = "AAAA",
                                     .media_type = "image/png",
                                     .detail = "low",
                                     .cache = Cache::five_minutes},
                                    file_data("BBBB", "application/pdf", "a.pdf"),
                                    {.kind = Part::Kind::file, .file_id = "file-1"},
                                    audio_data("CCCC", "audio/mpeg"),
                                    audio_data("DDDD", "audio/wav"),
                                    {.kind = Part::Kind::json, .text = R"({"type": "video_url", "x": [1]})"}}};
    CHECK(sent({.model = "m", .messages = {message}}) == Json::parse(R"({"model": "m", "messages": [{"role": "user",
        "content": [{"type": "text", "text": "What is this?"}, {"type": "text", "text": "And this?"},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA", "detail": "low"}},
        {"type": "file", "file": {"file_data": "data:application/pdf;base64,BBBB", "filename": "a.pdf"}},
        {"type": "file", "file": {"file_id": "file-1"}},
        {"type": "input_audio", "input_audio": {"data": "CCCC", "format": "mp3"}},
        {"type": "input_audio", "input_audio": {"data": "DDDD", "format": "wav"}},
        {"type": "video_url", "x": [1]}]}]})"));
    CHECK(sent({.messages = {{.parts = {text_part("a")}}}})["messages"][0]["content"].size() == 1);
    CHECK(sent({.messages = {{.role = Role::tool,
                              .content = "7",
                              .tool_call_id = "c1",
                              .parts = {text_part("8")}}}})["messages"][0] ==
          Json::parse(R"({"role": "tool", "tool_call_id": "c1",
        "content": [{"type": "text", "text": "7"}, {"type": "text", "text": "8"}]})"));
}

TEST_CASE("OpenAI: a part that cannot be said is refused by its name before anything is sent", "[R-734]") {
    struct Row {
        Part part;
        Role role;
        char const* sentence;
    };
    std::vector<Row> const rows{
        {audio_data("AAAA", "audio/ogg"), Role::user,
         "grit: OpenAI's chat completions take no audio of the type audio/ogg in a message of the role user"},
        {{.kind = Part::Kind::audio, .url = "https://example.org/a.wav"}, Role::user, "no audio with a url"},
        {{.kind = Part::Kind::file, .url = "https://example.org/a.pdf"}, Role::user, "no file with a url"},
        {{.kind = Part::Kind::image, .file_id = "file-1"}, Role::user, "no image with a file_id"},
        {{.kind = Part::Kind::image, .data = "AAAA"}, Role::user, "no image without a media_type"},
        {{.kind = Part::Kind::image}, Role::user, "no image with nothing in it"},
        {image_url("https://example.org/a.png"), Role::tool, "in a message of the role tool"},
        {image_url("https://example.org/a.png"), Role::assistant, "in a message of the role assistant"},
        {{.kind = Part::Kind::json, .text = "[1]"}, Role::user, "must be the text of a JSON object"}};
    for (auto const& row : rows) {
        CAPTURE(row.sentence);
        CHECK_THAT(refusal({.messages = {{.role = row.role, .parts = {row.part}}}}), ContainsSubstring(row.sentence));
    }
    CHECK_THAT(refusal({.reasoning_tokens = 7}), ContainsSubstring("reasoning_effort"));
}

TEST_CASE("OpenAI: the limit of tokens has the name that the server and the model take", "[R-735]") {
    struct Row {
        char const* base_url;
        char const* model;
        char const* name;
    };
    constexpr auto const* now = "max_completion_tokens";
    constexpr auto const* old = "max_tokens";
    for (auto const& row :
         {Row{"", "m", now}, Row{"https://api.openai.com/v1", "m", now},
          Row{"https://user:pass@eu.api.openai.com:443/v1?x=1", "m", now},
          Row{"https://me.openai.azure.com/openai", "my-deployment", now},
          Row{"http://localhost:8080/v1", "o3-mini", now}, Row{"http://localhost:8080/v1", "gpt-5.4", now},
          Row{"https://openrouter.ai/api/v1", "openai/o4-mini", now}, Row{"http://localhost:8080/v1", "gpt-4o", now},
          Row{"http://localhost:8080/v1", "openai/gpt-oss-20b", old}, Row{"http://localhost:8080/v1", "llama-3", old},
          Row{"http://localhost:8080/v1", "olmo-2", old}, Row{"http://localhost:8080/v1", "o", old},
          Row{"http://api.openai.com.example.org/v1", "m", old}, Row{"http://example.org/api.openai.com", "m", old},
          Row{"http://api.openai.com@example.org/v1", "m", old}, Row{"localhost", "m", old}}) {
        CAPTURE(row.base_url, row.model);
        auto const body = sent({.model = row.model, .max_tokens = 7}, {.base_url = row.base_url});
        CHECK(body.size() == 3);
        CHECK(body.value(row.name, 0) == 7);
    }
    CHECK(sent({.model = "o3", .max_tokens = 7}, {.max_tokens_name = "limit"})["limit"] == 7);
}

TEST_CASE("OpenAI: what a compatible server thought goes back to it, and not to OpenAI", "[R-736]") {
    ChatRequest const request{
        .model = "m", .messages = {to_message({.content = "4", .reasoning = {{"2 + "}, {"2", "signed"}, {"2"}}})}};
    Endpoint const compatible{.base_url = "http://localhost:8080/v1"};
    CHECK(sent(request, compatible)["messages"][0] ==
          Json::parse(R"({"role": "assistant", "content": "4", "reasoning_content": "2 + 2"})"));
    CHECK(sent(request)["messages"][0] == Json::parse(R"({"role": "assistant", "content": "4"})"));
}

TEST_CASE("OpenAI: a refusal goes into the next turn as one") {
    CHECK(sent({.messages = {to_message({.refusal = "No."})}})["messages"][0] ==
          Json::parse(R"({"role": "assistant", "content": null, "refusal": "No."})"));
}

TEST_CASE("OpenAI: bytes of a caller that are no UTF-8 are replaced wherever they stand", "[R-743]") {
    std::string const bad = "a\xff";
    auto const body =
        sent({.model = bad,
              .messages = {{.content = bad, .parts = {text_part(bad)}},
                           {.role = Role::assistant, .tool_calls = {{bad, bad, bad}}},
                           {.role = Role::tool, .content = bad, .tool_call_id = bad}},
              .stop = {bad},
              .tools = {{bad, bad}},
              .tool_choice = bad,
              .response_format = ResponseFormat{.kind = ResponseFormat::Kind::json_schema, .name = bad, .schema = "{}"},
              .reasoning_effort = bad,
              .metadata = {{bad, bad}},
              .user = bad,
              .service_tier = bad});
    CHECK(body["model"] == "a\xef\xbf\xbd");
    CHECK(body["metadata"]["a\xef\xbf\xbd"] == "a\xef\xbf\xbd");
    CHECK_THROWS_AS(sent({.extra = R"({"a": ")" + bad + "\"}"}), InvalidRequestError);
    CHECK_THROWS_AS(sent({.tools = {{"f", "", R"({"a": ")" + bad + "\"}"}}}), InvalidRequestError);
}
