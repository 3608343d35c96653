// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/chat/message.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("a role has its name of the wire") {
    STATIC_REQUIRE(to_string(Role::system) == "system");
    STATIC_REQUIRE(to_string(Role::developer) == "developer");
    STATIC_REQUIRE(to_string(Role::user) == "user");
    STATIC_REQUIRE(to_string(Role::assistant) == "assistant");
    STATIC_REQUIRE(to_string(Role::tool) == "tool");
    CHECK(Message{.content = "Hello"}.role == Role::user);
}

TEST_CASE("a message has parts beside its text") {
    Message const message{Role::user, "What is this?", {}, {}, {image_url("https://example.org/a.png")}};
    CHECK(message.parts.at(0).kind == Part::Kind::image);
    CHECK_FALSE(message.is_error);
    CHECK(message.cache == Cache::none);
    CHECK_FALSE(Tool{"f", "", "{}"}.strict.has_value());
}
