// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/error/attempt_record.hpp>

#include <chrono>
#include <functional>

#include <grit/llm/client/client.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/transport/scripted.hpp>
#include <grit/time/manual.hpp>

#include "support/catch.hpp"

TEST_CASE("a record of a success has no category") {
    grit::llm::AttemptRecord const record{.number = 1};
    CHECK_FALSE(record.category.has_value());
    CHECK(record.wait == std::chrono::nanoseconds{0});
}

TEST_CASE("records tell what a call went through, in order") {
    using namespace grit::llm;
    using namespace std::chrono_literals;
    ScriptedTransport transport{{HttpResponse{.status = 503, .body = R"({"error": {"message": "busy"}})"},
                                 HttpResponse{.status = 429, .headers = {{"Retry-After", "7"}}},
                                 R"({"choices": [{"message": {"content": "Hi"}}]})"}};
    grit::ManualTime time;
    Client client{std::ref(transport),
                  {.base_url = "http://a/v1", .key = ApiKey{"sk-1"}},
                  OpenAi{},
                  CompletionRetrying{}.with(grit::Time{time})};
    auto const answer = client.complete({.model = "m"});
    REQUIRE(answer.attempts.size() == 3);
    for (int i = 0; i < 3; ++i) {
        auto const& record = answer.attempts[static_cast<std::size_t>(i)];
        CHECK(record.number == i + 1);
        CHECK(record.endpoint == "http://a/v1");
        CHECK(record.model == "m");
    }
    CHECK(answer.attempts[0].error == "Error code: 503 - busy");
    CHECK(answer.attempts[0].error_type == "ServiceUnavailableError");
    CHECK(answer.attempts[0].category == Category::retryable);
    CHECK(answer.attempts[1].error_type == "RateLimitError");
    CHECK(answer.attempts[1].wait == 7s);
    CHECK(answer.attempts[2].error.empty());
    CHECK_FALSE(answer.attempts[2].category.has_value());
    CHECK(answer.attempts[2].wait == 0ns);
}

TEST_CASE("the history of an error ends with the error itself") {
    using namespace grit::llm;
    ScriptedTransport transport{{HttpResponse{.status = 401}}};
    Client client{std::ref(transport)};
    try {
        client.complete({.model = "m"});
        FAIL("an answer");
    } catch (AuthenticationError const& error) {
        REQUIRE(error.history() != nullptr);
        REQUIRE(error.history()->size() == 1);
        CHECK(error.history()->back().error == error.what());
        CHECK(error.history()->back().category == Category::fatal);
        CHECK(error.history()->back().wait == std::chrono::nanoseconds{0});
    }
}
