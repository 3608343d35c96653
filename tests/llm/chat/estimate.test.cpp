// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/chat/estimate.hpp>

#include <string>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("The tokens of a prompt are estimated from everything that is sent", "[R-773]") {
    std::string const four(4, 'x');
    ChatRequest request;
    CHECK(estimated_prompt_tokens(request) == 0);
    request.system = four;
    CHECK(estimated_prompt_tokens(request) == 1);
    Message message{.content = four};
    message.tool_calls = {{.id = "an id counts nothing", .name = four, .arguments = four}};
    message.reasoning = {{.text = four}};
    message.refusal = four;
    request.messages = {message};
    CHECK(estimated_prompt_tokens(request) == 6);
    request.messages.push_back({.parts = {text_part(four), image_url("http://here"), image_data("AAAA", "image/png"),
                                          file_data("AAAA", "application/pdf"), audio_data("AAAA", "audio/wav")}});
    CHECK(estimated_prompt_tokens(request) == 4007);
    request.messages.push_back({.parts = {{.kind = Part::Kind::json, .text = four}}});
    request.tools = {{.name = four, .description = four, .parameters = four}};
    request.response_format = ResponseFormat{.schema = four};
    request.extra = four;
    CHECK(estimated_prompt_tokens(request) == 4013);
}

TEST_CASE("An answer is as long as it is thought to be, and no longer than the request allows", "[R-773]") {
    ChatRequest request{.system = "four"};
    CHECK(estimated_tokens(request) == 257);
    CHECK(estimated_tokens(request, 1000) == 1001);
    request.max_tokens = 10;
    CHECK(estimated_tokens(request) == 11);
    CHECK(estimated_tokens(request, 5) == 6);
}
