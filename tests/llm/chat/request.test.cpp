// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/chat/request.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("a request says only what it is given") {
    ChatRequest const request{.model = "m", .messages = {{Role::user, "Hello"}}};
    CHECK(request.messages.front().content == "Hello");
    CHECK_FALSE(request.max_tokens.has_value());
    CHECK_FALSE(request.temperature.has_value());
    CHECK_FALSE(request.top_p.has_value());
    CHECK_FALSE(request.n.has_value());
    CHECK_FALSE(request.logprobs);
    CHECK(request.metadata.empty());
    CHECK(request.system_cache == Cache::none);
    CHECK_FALSE(request.timeout.has_value());
    CHECK(request.headers.begin() == request.headers.end());
}
