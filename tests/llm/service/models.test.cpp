// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/service/models.hpp>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <grit/llm/client/client.hpp>
#include <grit/llm/dialect/any.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/transport/scripted.hpp>

#include "support/catch.hpp"

using namespace grit::llm;
using nlohmann::json;

namespace {

auto client_of(ScriptedTransport& transport, Provider provider) {
    return Client{
        std::ref(transport), {.base_url = "http://h/v1", .key = ApiKey{"sk-0123456789"}}, AnyDialect{provider}, Once{}};
}

} // namespace

TEST_CASE("OpenAI's models come in one list", "[R-756]") {
    ScriptedTransport transport{{R"({"object": "list", "data": [
        {"id": "gpt-5", "object": "model", "created": 1686935002, "owned_by": "openai"}, {"id": "mine"}]})"}};
    auto client = client_of(transport, Provider::openai_responses);
    auto const list = list_models(client);
    REQUIRE(list.models.size() == 2);
    CHECK(list.models[0].id == "gpt-5");
    CHECK(list.models[0].owner == "openai");
    CHECK(json::parse(list.models[0].json).at("created") == 1686935002);
    CHECK(list.models[1].id == "mine");
    CHECK(list.attempts.size() == 1);
    CHECK(transport.requests()[0].method == Method::get);
    CHECK(transport.requests()[0].url == "http://h/v1/models");
    CHECK(transport.requests()[0].headers.find("Authorization") == "Bearer sk-0123456789");
}

TEST_CASE("Anthropic's models are asked for page after page", "[R-756]") {
    ScriptedTransport transport{
        {R"({"data": [{"id": "a", "display_name": "A", "type": "model"}], "has_more": true, "last_id": "a/1"})",
         R"({"data": [{"id": "b"}], "has_more": false, "last_id": "b"})"}};
    auto client = client_of(transport, Provider::anthropic);
    auto const list = list_models(client, {.headers = {{"X-Mine", "1"}}});
    REQUIRE(list.models.size() == 2);
    CHECK(list.models[0].display_name == "A");
    CHECK(list.models[1].id == "b");
    CHECK(list.attempts.size() == 2);
    REQUIRE(transport.requests().size() == 2);
    CHECK(transport.requests()[0].url == "http://h/v1/models?limit=1000");
    CHECK(transport.requests()[1].url == "http://h/v1/models?limit=1000&after_id=a%2F1");
    CHECK(transport.requests()[1].headers.find("x-api-key") == "sk-0123456789");
    CHECK(transport.requests()[1].headers.find("anthropic-version") == "2023-06-01");
    CHECK(transport.requests()[1].headers.find("x-mine") == "1");
}

TEST_CASE("a compatible server's models may come in pages too", "[R-756]") {
    ScriptedTransport transport{{R"({"data": [{"id": "a"}], "has_more": true, "last_id": "a"})",
                                 R"({"data": [{"id": "b"}], "has_more": false})"}};
    auto client = client_of(transport, Provider::openai);
    CHECK(list_models(client).models.size() == 2);
    CHECK(transport.requests()[0].url == "http://h/v1/models");
    CHECK(transport.requests()[1].url == "http://h/v1/models?after=a");
}

TEST_CASE("a list that never ends does not hold anybody", "[R-756]") {
    for (auto const* const page :
         {R"({"data": [{"id": "a"}], "has_more": true, "last_id": "a"})",
          R"({"data": [], "has_more": true, "last_id": "a"})", R"({"data": [{"id": "a"}], "has_more": true})"}) {
        ScriptedTransport transport{{page}};
        auto client = client_of(transport, Provider::anthropic);
        list_models(client);
        CHECK(transport.requests().size() <= 2);
    }
}

TEST_CASE("what is no list of models is an error", "[R-756]") {
    ScriptedTransport transport{{"{}", HttpResponse{401, {}, ""}}};
    auto client = client_of(transport, Provider::openai);
    CHECK_THROWS_AS(list_models(client), ApiResponseValidationError);
    CHECK_THROWS_AS(list_models(client), AuthenticationError);
}

TEST_CASE("tokens are counted of the same request that would be completed", "[R-757]") {
    ChatRequest const request{.model = "m",
                              .messages = {{Role::user, "Hello!"}},
                              .system = "Be brief.",
                              .max_tokens = 7,
                              .temperature = 0.5,
                              .tools = {{.name = "look"}},
                              .headers = {{"X-Mine", "1"}}};
    ScriptedTransport transport{{R"({"input_tokens": 14})"}};
    auto anthropic = client_of(transport, Provider::anthropic);
    CHECK(count_tokens(anthropic, request).tokens == 14);
    auto responses = client_of(transport, Provider::openai_responses);
    CHECK(count_tokens(responses, request).tokens == 14);
    REQUIRE(transport.requests().size() == 2);
    CHECK(transport.requests()[0].url == "http://h/v1/messages/count_tokens");
    CHECK(transport.requests()[1].url == "http://h/v1/responses/input_tokens");
    auto const first = json::parse(transport.requests()[0].body);
    CHECK(first.at("system") == json::parse(Anthropic::encode(request, {}).body).at("system"));
    CHECK(first.at("messages") == json::parse(Anthropic::encode(request, {}).body).at("messages"));
    CHECK(first.at("tools").size() == 1);
    auto const second = json::parse(transport.requests()[1].body);
    CHECK(second.at("instructions") == "Be brief.");
    for (auto const& body : {first, second})
        for (auto const* const name : {"max_tokens", "max_output_tokens", "temperature", "stream", "store"})
            CHECK_FALSE(body.contains(name));
    CHECK(transport.requests()[0].headers.find("x-mine") == "1");
}

TEST_CASE("the tokens of an uploaded file are counted by who names the beta of these", "[R-757]") {
    ChatRequest const request{
        .model = "m", .messages = {{.role = Role::user, .parts = {{.kind = Part::Kind::image, .file_id = "file_1"}}}}};
    ScriptedTransport transport{{R"({"input_tokens": 14})"}};
    auto anthropic = client_of(transport, Provider::anthropic);
    CHECK(count_tokens(anthropic, request).tokens == 14);
    auto responses = client_of(transport, Provider::openai_responses);
    CHECK(count_tokens(responses, request).tokens == 14);
    CHECK(transport.requests()[0].headers.find("anthropic-beta") == "files-api-2025-04-14");
    CHECK_FALSE(transport.requests()[1].headers.find("anthropic-beta").has_value());
}

TEST_CASE("who does not count says so, and what is no count is an error", "[R-757]") {
    ScriptedTransport transport{{R"({"input_tokens": "many"})"}};
    auto chat = client_of(transport, Provider::openai);
    CHECK_THROWS_AS(count_tokens(chat, {.model = "m"}), InvalidRequestError);
    CHECK(transport.requests().empty());
    auto anthropic = client_of(transport, Provider::anthropic);
    CHECK_THROWS_AS(count_tokens(anthropic, {.model = "m"}), ApiResponseValidationError);
}
