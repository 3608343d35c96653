// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/compiled.hpp>
#include <grit/llm/compiled_source.hpp>

#include <string>
#include <string_view>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

using namespace grit::llm;

static_assert(StreamingDialect<CompiledDialect>);
static_assert(std::same_as<decltype(CompiledClient{CurlTransport{}}), CompiledClient>);

TEST_CASE("A client that is compiled once speaks with every provider, whole and streamed", "[R-770]") {
    auto const provider = GENERATE(Provider::openai, Provider::anthropic, Provider::openai_responses);
    CAPTURE(to_string(provider));
    struct Provided {
        std::string whole;
        std::vector<std::string> events;
    };
    auto const sent = [&]() -> Provided {
        switch (provider) {
        case Provider::anthropic:
            return {R"({"type":"message","content":[{"type":"text","text":"Hi!"}],"stop_reason":"end_turn"})",
                    {"data: {\"type\":\"message_start\",\"message\":{\"model\":\"m\"}}\n\n",
                     "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
                     "\"text\":\"Hi!\"}}\n\n",
                     "data: {\"type\":\"message_stop\"}\n\n"}};
        case Provider::openai_responses:
            return {R"({"status":"completed","output":[{"type":"message","role":"assistant","content":)"
                    R"([{"type":"output_text","text":"Hi!"}]}]})",
                    {"data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":"
                     "\"Hi!\"}\n\n",
                     "data: {\"type\":\"response.completed\",\"response\":{\"status\":\"completed\",\"output\":[{"
                     "\"type\":\"message\",\"content\":[{\"type\":\"output_text\",\"text\":\"Hi!\"}]}]}}\n\n"}};
        case Provider::openai: break;
        }
        return {R"({"choices":[{"message":{"content":"Hi!"},"finish_reason":"stop"}]})",
                {"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi!\"},\"finish_reason\":\"stop\"}]}\n\n",
                 "data: [DONE]\n\n"}};
    }();
    fault::FaultServer server{{fault::Respond{.body = sent.whole}, fault::Stream{.events = sent.events},
                               fault::Respond{.status = 404, .body = R"({"error":{"message":"no such model"}})"}}};
    CompiledClient client{CurlTransport{{.proxy = ""}}, {.base_url = server.url() + "/v1", .model = "m"}, provider};
    ChatRequest const request{.messages = {{Role::user, "Hello!"}}, .max_tokens = 5};
    CHECK(client.complete(request).content == "Hi!");
    std::string read;
    CHECK(client.stream(request, [&](std::string_view text) { read += text; }).content == "Hi!");
    CHECK(read == "Hi!");
    CHECK_THROWS_AS(client.complete(request), NotFoundError);
    CHECK(client.address() == server.url() + "/v1");
}
