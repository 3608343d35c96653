// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/any.hpp>

#include <chrono>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("a dialect that is chosen at run time speaks as the one it stands for") {
    AnyDialect const openai{Provider::openai};
    AnyDialect const anthropic{Provider::anthropic};
    auto const now = std::chrono::system_clock::now();
    CHECK(openai.encode({.model = "m"}, {}).body == OpenAi::encode({.model = "m"}, {}).body);
    CHECK(anthropic.encode({.model = "m"}, {}).body == Anthropic::encode({.model = "m"}, {}).body);
    CHECK(openai.decode({200, {}, R"({"choices": [{"message": {"content": "a"}}]})"}, {}, now).content == "a");
    CHECK(anthropic.decode({200, {}, R"({"content": [{"text": "b"}]})"}, {}, now).content == "b");
    CHECK(openai.default_base_url() == OpenAi::base_url);
    CHECK(anthropic.default_base_url() == Anthropic::base_url);
    AnyDialect const responses{Provider::openai_responses};
    CHECK(responses.encode({.model = "m"}, {}).url == "https://api.openai.com/v1/responses");
    CHECK(responses.decode({200, {}, R"({"output": [{"type": "message", "content": [{"text": "c"}]}]})"}, {}, now)
              .content == "c");
    CHECK(responses.default_base_url() == OpenAiResponses::base_url);
    AnyDialect::Stream items{responses};
    items.take({.data = R"({"type": "response.completed", "response": {"status": "completed"}})"}, {.status = 200}, {},
               now, [](Delta const&) {});
    CHECK(items.finished());
    AnyDialect::Stream stream{anthropic};
    stream.take({.data = R"({"type": "message_stop"})"}, {.status = 200}, {}, now, [](Delta const&) {});
    CHECK(stream.finished());
    AnyDialect::Stream other{openai};
    other.take({.data = R"({"choices": [{"delta": {"content": "a"}}]})"}, {.status = 200}, {}, now,
               [](Delta const&) {});
    CHECK_FALSE(other.finished());
    CHECK(other.answer().content == "a");
}
