// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/fallback.hpp>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <grit/llm/client/ready_made_calls.hpp>
#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/transport/scripted.hpp>

#include "support/catch.hpp"
#include "support/provider.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Steps = std::vector<ScriptedStep>;

namespace {

ScriptedStep says(fault::Respond const& respond) { return HttpResponse{respond.status, respond.headers, respond.body}; }
ScriptedStep broken() { return says(fault::error(500, "server_error", "", "try again")); }
ScriptedStep quota() { return says(fault::error(429, "insufficient_quota", "insufficient_quota", "pay")); }

ChatRequest const hello{.model = "gpt-4o-mini", .messages = {{Role::user, "Hello!"}}};

/// An OpenAI that fails as it is told, and an Anthropic behind it.
struct Two {
    ScriptedTransport first;
    ScriptedTransport second;
    grit::ManualTime time = {};

    explicit Two(Steps one, Steps two = {says(fault::anthropic_message("from the second"))})
        : first{std::move(one)}, second{std::move(two)} {}

    template <class F>
    auto with(F const& use) {
        auto const policy = CompletionRetrying{}.with(grit::Time{time});
        Client a{std::ref(first), {.base_url = "http://a"}, OpenAi{}, policy};
        Client b{std::ref(second), {.base_url = "http://b", .model = "claude-x"}, Anthropic{}, policy};
        Fallback both{a, b};
        return use(both);
    }
    ChatResponse operator()(ChatRequest const& request = hello, grit::Context const& context = grit::no_context) {
        return with([&](auto& both) { return both.complete(request, context); });
    }
};

} // namespace

TEST_CASE("the first client answers if it can") {
    Two two{{says(fault::completion("from the first"))}};
    CHECK(two().content == "from the first");
    CHECK(two.second.requests().empty());
}

TEST_CASE("what the first cannot do after its retries, the second is asked for, with its own model") {
    Two two{{broken()}};
    auto const answer = two();
    CHECK(answer.content == "from the second");
    REQUIRE(answer.attempts.size() == 4);
    for (int i = 0; i < 3; ++i) CHECK(answer.attempts[static_cast<std::size_t>(i)].endpoint == "http://a");
    CHECK(answer.attempts[3].endpoint == "http://b");
    CHECK(answer.attempts[3].number == 4);
    CHECK(answer.attempts[3].model == "claude-x");
    CHECK(answer.attempts[2].wait == 0s);
    CHECK(two.time.slept().size() == 2);
    CHECK_THAT(two.second.requests().at(0).body, Catch::Matchers::ContainsSubstring("claude-x"));
}

TEST_CASE("by category: money and a wrong key fall back at once, a wrong request does not at all") {
    auto const falls_to_second = [](ScriptedStep step) {
        Two two{{std::move(step)}};
        CHECK(two().content == "from the second");
        CHECK(two.first.requests().size() == 1);
    };
    falls_to_second(quota());
    falls_to_second(says(fault::error(401, "invalid_request_error", "invalid_api_key", "no")));
    falls_to_second(says(fault::error(403, "", "", "no")));
    falls_to_second(TransportFailure::tls_verify);
    falls_to_second(says({200, {}, "<html>"}));
    auto const stays = [](ScriptedStep step) {
        Two two{{std::move(step)}};
        CHECK_THROWS(two());
        CHECK(two.first.requests().size() == 1);
        CHECK(two.second.requests().empty());
    };
    stays(says(fault::error(400, "invalid_request_error", "", "no")));
    stays(says(fault::error(404, "invalid_request_error", "model_not_found", "no")));
    stays(says(fault::error(422, "", "", "no")));
    stays(std::make_exception_ptr(std::runtime_error{"not ours"}));
}

TEST_CASE("a refusal of a guard falls back at once") {
    CHECK(falls_back(grit::Rejected{"breaker", 5s}));
    CHECK_FALSE(falls_back(ApiUserAbortError{}));
    CHECK_FALSE(falls_back(std::bad_alloc{}));
}

TEST_CASE("the last client's error is the error of all, with every attempt") {
    Two two{{broken()}, {says(fault::anthropic_error(529, "overloaded_error", "Overloaded"))}};
    try {
        two();
        FAIL("no error");
    } catch (OverloadedError const& error) {
        CHECK(error.attempts() == 6);
        CHECK(error.history()->at(0).error_type == "InternalServerError");
        CHECK(error.history()->at(5).error_type == "OverloadedError");
    }
}

TEST_CASE("one deadline holds over all clients") {
    Two two{{says(fault::error(429, "", "", "slow", {{"Retry-After", "30"}}))}};
    auto request = hello;
    request.deadline = 40s;
    grit::Context const context{grit::TimePoint::max(), {}, grit::ClockView{&two.time}};
    CHECK(two(request, context).content == "from the second"); // the second wait did not fit any more
    CHECK(two.first.requests().size() == 2);
    CHECK(two.second.requests().at(0).timeouts.attempt == 10s);
}

TEST_CASE("a stream falls back until its first piece, and not after it") {
    auto const events = fault::openai_events({"Hel", "lo"});
    Two early{{ScriptedStep::stream({fault::openai_error_event("insufficient_quota", "insufficient_quota", "pay")})},
              {ScriptedStep::stream(fault::anthropic_events({"from ", "the second"}))}};
    std::string seen;
    auto const take = [&](std::string_view text) { seen += text; };
    CHECK(early.with([&](auto& both) { return both.stream(hello, take); }).content == "from the second");
    CHECK(seen == "from the second");
    seen.clear();
    Two late{{ScriptedStep::broken_stream({events.at(0), events.at(1)}, TransportFailure::reset)},
             {ScriptedStep::stream(fault::anthropic_events({"from the second"}))}};
    CHECK_THROWS_AS(late.with([&](auto& both) { return both.stream(hello, take); }), StreamError);
    CHECK(seen == "Hel");
    CHECK(late.second.requests().empty());
}

TEST_CASE("production over two clients is one result") {
    Two two{{quota()}};
    auto const result = two.with([&](auto& both) { return production_complete(both, hello); });
    CHECK(result.success);
    CHECK(result.attempts == 2);
    CHECK(result.history.at(0).category == Category::billing);
}
