// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/fallback.hpp>

#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <grit/llm/client/ready_made_calls.hpp>
#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/any.hpp>
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
    falls_to_second(says(fault::error(404, "invalid_request_error", "model_not_found", "no")));
    falls_to_second(TransportFailure::tls_verify);
    falls_to_second(says({200, {}, "<html>"}));
    auto const stays = [](ScriptedStep step) {
        Two two{{std::move(step)}};
        CHECK_THROWS(two());
        CHECK(two.first.requests().size() == 1);
        CHECK(two.second.requests().empty());
    };
    stays(says(fault::error(400, "invalid_request_error", "", "no")));
    stays(says(fault::error(422, "", "", "no")));
    stays(std::make_exception_ptr(std::runtime_error{"not ours"}));
}

TEST_CASE("a client that is silent is left after one attempt while another is left, under any policy", "[R-711]") {
    using enum TransportFailure;
    for (auto const silence :
         {connect_timeout, first_byte_timeout, first_token_timeout, idle_timeout, attempt_timeout}) {
        Two two{{silence}};
        CHECK(two().content == "from the second");
        CHECK(two.first.requests().size() == 1);
        CHECK(two.time.slept().empty());
    }
    Two others{{TransportFailure::reset}}; // what fails at once is retried
    CHECK(others().content == "from the second");
    CHECK(others.first.requests().size() == 3);
    Two stubborn{{TransportFailure::idle_timeout}};
    CallLog log;
    constexpr grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitFixed<1s>, grit::RetryIf<ApiError>> five;
    CHECK(stubborn.with([&](auto& both) { return both.complete(hello, five, grit::no_context, log); }).content ==
          "from the second");
    CHECK(log.attempts() == 2);
}

TEST_CASE("the last client has nobody behind it, so that its silence is retried by its policy", "[R-711]") {
    Two two{{TransportFailure::idle_timeout}, {TransportFailure::idle_timeout}};
    CHECK_THROWS_AS(two(), ApiTimeoutError);
    CHECK(two.first.requests().size() == 1);
    CHECK(two.second.requests().size() == 3);
}

TEST_CASE("another rule than the default decides in its place, but not against a stop or a deadline", "[R-710]") {
    ScriptedTransport first{{quota()}};
    ScriptedTransport second{{says(fault::anthropic_message("from the second"))}};
    Client a{std::ref(first)};
    Client b{std::ref(second), {}, Anthropic{}};
    Fallback never{FailOverIf{[](std::exception const&) { return false; }}, a, b};
    CHECK_THROWS_AS(never.complete(hello), InsufficientQuotaError);
    Fallback always{FailOverIf{[](std::exception const&) { return true; }}, a, b};
    CHECK(always.complete(hello).content == "from the second");
    std::stop_source source;
    source.request_stop();
    auto cancelled = hello;
    cancelled.cancel = source.get_token();
    CHECK_THROWS_AS(always.complete(cancelled), ApiUserAbortError);
    grit::ManualTime const time{1h};
    CHECK_THROWS_AS(always.complete(hello, {time.now() - 1s, {}, grit::ClockView{&time}}), ApiTimeoutError);
    CHECK(second.requests().size() == 1);
}

TEST_CASE("a list of clients that is made at run time does what named ones do", "[R-712]") {
    ScriptedTransport first{{quota()}};
    ScriptedTransport second{{says(fault::anthropic_error(401, "authentication_error", "no"))}};
    ScriptedTransport third{{says(fault::completion("from the third"))}};
    using One = Client<std::reference_wrapper<ScriptedTransport>, AnyDialect>;
    std::deque<One> clients; // neither moves nor copies: a client has its breaker
    Fallback all{[&]() -> std::deque<One>& {
        clients.emplace_back(std::ref(first), Endpoint{.key = ApiKey{"sk-1"}}, AnyDialect{Provider::openai});
        clients.emplace_back(std::ref(second), Endpoint{.key = ApiKey{"sk-2"}, .model = "claude-x"},
                             AnyDialect{Provider::anthropic});
        return clients;
    }()};
    clients.emplace_back(std::ref(third), Endpoint{.key = ApiKey{"sk-3"}, .headers = {{"X-Third", "yes"}}});
    auto const answer = all.complete(hello);
    CHECK(answer.content == "from the third");
    CHECK(answer.attempts.size() == 3);
    // Each has its own provider, key, model and headers.
    CHECK(first.requests().at(0).headers.find("authorization") == "Bearer sk-1");
    CHECK(second.requests().at(0).headers.find("x-api-key") == "sk-2");
    CHECK_FALSE(second.requests().at(0).headers.find("authorization"));
    CHECK_THAT(second.requests().at(0).body, Catch::Matchers::ContainsSubstring("claude-x"));
    CHECK(third.requests().at(0).headers.find("authorization") == "Bearer sk-3");
    CHECK(third.requests().at(0).headers.find("x-third") == "yes");
    CHECK_FALSE(first.requests().at(0).headers.find("x-third"));
    std::deque<One> none;
    CHECK_THROWS_AS(Fallback{none}, std::invalid_argument);
}

TEST_CASE("a fallback and its clients say how long their guards refuse", "[R-713]") {
    ScriptedTransport down{{broken()}};
    grit::ManualTime time;
    grit::CircuitBreaker one{grit::OpenAfterFailures<1>{}, grit::OpenFor<60s>{}, grit::Time{time}};
    grit::CircuitBreaker other{grit::OpenAfterFailures<1>{}, grit::OpenFor<20s>{}, grit::Time{time}};
    Client a{std::ref(down), {}, OpenAi{}, Once{}, std::ref(one)};
    Client b{std::ref(down), {}, OpenAi{}, Once{}, std::ref(other)};
    Client unguarded{std::ref(down), {}, OpenAi{}, Once{}, Once{}};
    Fallback const both{a, b};
    CHECK(both.admits_in() == 0s);
    CHECK_THROWS_AS(a.complete(hello), InternalServerError);
    CHECK(a.admits_in() == 60s);
    CHECK(both.admits_in() == 0s);
    CHECK_THROWS_AS(b.complete(hello), InternalServerError);
    CHECK(both.admits_in() == 20s);
    time.advance(15s);
    CHECK(both.admits_in() == 5s);
    time.advance(5s);
    CHECK(both.admits_in() == 0s);
    one.force_open();
    CHECK(a.admits_in() == grit::Duration::max());
    CHECK(unguarded.admits_in() == 0s);
}

TEST_CASE("a primary that recovers is asked again by the probe of its breaker, and not before", "[R-714]") {
    ScriptedTransport primary{{broken(), broken(), broken(), says(fault::completion("from the first"))}};
    ScriptedTransport spare{{says(fault::completion("from the second"))}};
    grit::ManualTime time;
    grit::CircuitBreaker breaker{grit::OpenAfterFailures<2>{}, grit::OpenFor<60s>{},
                                 grit::FailureIf<ApiConnectionError, InternalServerError>{}, grit::Time{time}};
    Client a{std::ref(primary), {}, OpenAi{}, Once{}, std::ref(breaker)};
    Client b{std::ref(spare), {}, OpenAi{}, Once{}};
    Fallback both{a, b};
    for (int i = 0; i < 10; ++i) CHECK(both.complete(hello).content == "from the second");
    CHECK(primary.requests().size() == 2); // then the circuit was open
    time.advance(60s);
    for (int i = 0; i < 10; ++i) CHECK(both.complete(hello).content == "from the second");
    CHECK(primary.requests().size() == 3); // one probe, which failed
    time.advance(60s);
    {
        // While a probe is under way nobody else asks.
        auto const probe = breaker.try_acquire();
        CHECK(both.complete(hello).content == "from the second");
        CHECK(primary.requests().size() == 3);
    } // it was abandoned
    time.advance(60s);
    for (int i = 0; i < 10; ++i) CHECK(both.complete(hello).content == "from the first");
    CHECK(primary.requests().size() == 13);
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
    CHECK(two(request).content == "from the second"); // the second wait did not fit any more
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

TEST_CASE("what the callable of a stream throws ends the call, even if another client would mend it") {
    Two two{{ScriptedStep::stream(fault::openai_events({"Hel", "lo"}))},
            {ScriptedStep::stream(fault::anthropic_events({"from the second"}))}};
    auto const fails = [](std::string_view) { throw ServiceUnavailableError{{.status = 503}}; };
    CHECK_THROWS_AS(two.with([&](auto& both) { return both.stream(hello, fails); }), ServiceUnavailableError);
    CHECK(two.first.requests().size() == 1);
    CHECK(two.second.requests().empty());
}

TEST_CASE("production over two clients is one result") {
    Two two{{quota()}};
    auto const result = two.with([&](auto& both) { return production_complete(both, hello); });
    CHECK(result.success);
    CHECK(result.attempts == 2);
    CHECK(result.history.at(0).category == Category::billing);
}
