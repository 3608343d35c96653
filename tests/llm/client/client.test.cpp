// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/client/client.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/transport/curl.hpp>
#include <grit/llm/transport/scripted.hpp>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;
using Steps = std::vector<ScriptedStep>;

namespace {

ScriptedStep says(fault::Respond respond) { return HttpResponse{respond.status, respond.headers, respond.body}; }
ScriptedStep limited(Headers headers = {}) {
    return says(fault::error(429, "requests", "rate_limit_exceeded", "slow down", std::move(headers)));
}
ScriptedStep broken() { return says(fault::error(500, "server_error", "", "try again")); }
ScriptedStep hi() { return says(fault::completion("Hello")); }

ChatRequest const hello{.model = "gpt-4o-mini", .messages = {{Role::user, "Hello!"}}};
Endpoint const here{.base_url = "http://localhost/v1", .key = ApiKey{"sk-0123456789"}};

/// A client with its script, its time and nothing else.
template <class D = OpenAi>
struct Bench {
    ScriptedTransport transport;
    grit::ManualTime time = {};
    Endpoint endpoint = here;

    explicit Bench(Steps script, Endpoint to = here) : transport{std::move(script)}, endpoint{std::move(to)} {}

    auto client() { return Client{std::ref(transport), endpoint, D{}, CompletionRetrying{}.with(grit::Time{time})}; }
    /// The surroundings of a call whose deadline is counted on the bench's clock.
    grit::Context context() const { return {grit::TimePoint::max(), {}, grit::ClockView{&time}}; }
};

/// A stage that counts who enters it, and one that lets nobody in.
struct Counting {
    int* entered;
    struct Call {
        int* entered;
        void start(grit::Attempt const&) const { ++*entered; }
    };
    Call call(grit::Attempt const&) const { return {entered}; }
};
struct Closed {
    struct Call {
        void start(grit::Attempt const&) const { throw grit::Rejected{"breaker", 5s}; }
    };
    Call call(grit::Attempt const&) const { return {}; }
};

std::string event(std::string_view data) { return "data: " + std::string{data} + "\n\n"; }
std::string piece(std::string_view text) {
    return event(R"({"model":"m-1","choices":[{"delta":{"content":")" + std::string{text} + R"("}}]})");
}
std::string const done = "data: [DONE]\n\n";

} // namespace

TEST_CASE("an attempt is one exchange") {
    ScriptedTransport transport{{hi(), limited({{"Retry-After", "7"}})}};
    Client client{std::ref(transport), here};
    auto const answer = client.attempt(hello);
    CHECK(answer.content == "Hello");
    CHECK(answer.usage.total_tokens == 21);
    CHECK(answer.attempts.empty());
    CHECK(transport.requests().at(0).url == "http://localhost/v1/chat/completions");
    CHECK(transport.requests().at(0).headers.find("authorization") == "Bearer sk-0123456789");
    try {
        client.attempt(hello);
        FAIL("no error");
    } catch (RateLimitError const& error) {
        CHECK(error.retry_after() == 7s);
    }
    CHECK(transport.requests().size() == 2);
}

TEST_CASE("a deadline from outside shortens an attempt and never lengthens it") {
    ScriptedTransport transport{{hi()}};
    Client client{std::ref(transport), {.timeouts = {.attempt = 2s}}};
    grit::ManualTime const time{1h};
    auto const within = [&](grit::Duration d) {
        client.attempt(hello, {grit::saturating_add(time.now(), d), {}, grit::ClockView{&time}});
        return transport.requests().back().timeouts.attempt;
    };
    CHECK(within(500ms) == 500ms);
    CHECK(within(1h) == 2s);
    CHECK(within(-1ns) < 0ms);
}

TEST_CASE("a deadline from outside is as far away on the clock of the policy") {
    ScriptedTransport transport{{hi()}};
    Client client{std::ref(transport), {.timeouts = {.attempt = 60s}}};
    grit::ManualTime const around{100h};
    grit::Context const outer{around.now() + 5s, {}, grit::ClockView{&around}};
    for (grit::Duration const start : {grit::Duration{0h}, grit::Duration{200h}}) {
        grit::ManualTime own{start};
        grit::Retrying const policy{grit::StopAfterAttempt<2>{}, grit::Time{own}};
        client.complete(hello, policy, outer);
        CHECK(transport.requests().back().timeouts.attempt == 5s);
    }
}

TEST_CASE("a call is retried under the client's policy and remembers every attempt") {
    Bench bench{{limited({{"Retry-After", "7"}}), TransportFailure::reset, hi()}};
    auto const answer = bench.client().complete(hello);
    CHECK(answer.content == "Hello");
    REQUIRE(answer.attempts.size() == 3);
    CHECK(answer.attempts[0].number == 1);
    CHECK(answer.attempts[0].endpoint == "http://localhost/v1");
    CHECK(answer.attempts[0].model == "gpt-4o-mini");
    CHECK(answer.attempts[0].error_type == "RateLimitError");
    CHECK(answer.attempts[0].category == Category::retryable);
    CHECK(answer.attempts[0].wait == 7s);
    CHECK(answer.attempts[1].error_type == "APIConnectionError");
    CHECK(answer.attempts[1].wait == bench.time.slept()[1]);
    CHECK(answer.attempts[2].error.empty());
    CHECK_FALSE(answer.attempts[2].category.has_value());
}

TEST_CASE("the last error comes out as it was, with every attempt") {
    Bench bench{{broken(), limited(), says(fault::error(503, "", "server_is_overloaded", "later"))}};
    auto client = bench.client();
    CallLog log;
    auto const* const attempts = &log.records();
    try {
        client.complete(hello, UsePolicy{}, grit::no_context, log);
        FAIL("no error");
    } catch (ServiceUnavailableError const& error) {
        CHECK(error.attempts() == 3);
        REQUIRE(error.history() != nullptr);
        CHECK(error.history().get() == attempts); // copied by none of the failures
        CHECK(error.history()->at(0).error_type == "InternalServerError");
        CHECK(error.history()->at(1).error_type == "RateLimitError");
        CHECK(error.history()->at(2).error == error.what());
    }
}

TEST_CASE("another policy for one call takes the place of the client's, so that there is one loop") {
    Bench bench{{broken()}};
    auto client = bench.client();
    grit::ManualTime time;
    constexpr grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitFixed<1s>, grit::RetryIf<InternalServerError>> five;
    CHECK_THROWS_AS(client.complete(hello, five.with(grit::Time{time})), InternalServerError);
    CHECK(bench.transport.requests().size() == 5);
    CHECK(time.slept() == std::vector<grit::Duration>(4, 1s));
    client.guard().disable(); // it would refuse the sixth
    CHECK_THROWS_AS(client.complete(hello, Once{}), InternalServerError);
    CHECK(bench.transport.requests().size() == 6);
    auto const twice = [](auto& operation) {
        try {
            return operation(grit::Attempt{1});
        } catch (InternalServerError const&) {
            return operation(grit::Attempt{2});
        }
    };
    CHECK_THROWS_AS(client.complete(hello, twice), InternalServerError);
    CHECK(bench.transport.requests().size() == 8);
    CHECK(bench.time.slept().empty());
}

TEST_CASE("a guard surrounds each attempt, under whichever policy") {
    ScriptedTransport transport{{broken(), broken(), hi()}};
    grit::ManualTime time;
    int entered = 0;
    Client client{std::ref(transport), here, OpenAi{}, CompletionRetrying{}.with(grit::Time{time}), Counting{&entered}};
    CHECK(client.complete(hello).content == "Hello");
    CHECK(entered == 3);
    CHECK(client.complete(hello, Once{}).content == "Hello");
    CHECK(entered == 4);
    CHECK(client.attempt(hello).content == "Hello");
    CHECK(entered == 4);
}

TEST_CASE("a guard that refuses ends the call with its own refusal, and no request goes out") {
    ScriptedTransport transport{{hi()}};
    Client client{std::ref(transport), here, OpenAi{}, CompletionRetrying{}, Closed{}};
    CallLog log;
    CHECK_THROWS_AS(client.complete(hello, UsePolicy{}, grit::no_context, log), grit::Rejected);
    CHECK(transport.requests().empty());
    CHECK(log.attempts() == 0);
    REQUIRE(log.records().size() == 1);
    CHECK(log.records()[0].error_type == "Rejected");
}

TEST_CASE("a client has a breaker of its own: five failures in a row and the endpoint is left alone") {
    Bench bench{{broken(), broken(), broken(), broken(), broken(), hi()}};
    auto client = bench.client();
    CHECK_THROWS_AS(client.complete(hello), InternalServerError); // three attempts
    CallLog log;
    CHECK_THROWS_AS(client.complete(hello, UsePolicy{}, grit::no_context, log), grit::CircuitOpenError); // two more
    CHECK(log.attempts() == 2);
    CHECK(log.records().back().error_type == "CircuitOpenError");
    CHECK(log.records().back().category == Category::retryable);
    CHECK(client.guard().state() == grit::CircuitState::open);
    CHECK_THROWS_AS(client.complete(hello), grit::CircuitOpenError);
    CHECK(bench.transport.requests().size() == 5);
    client.guard().force_close();
    CHECK(client.complete(hello).content == "Hello");
}

TEST_CASE("a breaker on the clock of a test opens, lets a probe through and closes") {
    ScriptedTransport transport{{broken(), broken(), hi()}};
    grit::ManualTime time;
    grit::CircuitBreaker breaker{grit::OpenAfterFailures<2>{}, grit::OpenFor<60s>{},
                                 grit::FailureIf<ApiConnectionError, InternalServerError>{}, grit::Time{time}};
    Client client{std::ref(transport), here, OpenAi{}, Once{}, std::ref(breaker)};
    CHECK_THROWS_AS(client.complete(hello), InternalServerError);
    CHECK_THROWS_AS(client.complete(hello), InternalServerError);
    try {
        client.complete(hello);
        FAIL("no error");
    } catch (grit::CircuitOpenError const& error) {
        CHECK(error.retry_after() == 60s);
    }
    time.advance(60s);
    CHECK(client.complete(hello).content == "Hello");
    CHECK(client.guard().state() == grit::CircuitState::closed);
}

TEST_CASE("what is not the endpoint's fault does not open its circuit, and a stream that breaks does") {
    for (auto const& step : {limited(), says(fault::error(400, "", "", "no")), says(fault::error(401, "", "", "no")),
                             says(fault::error(402, "", "", "pay")),
                             says(fault::error(429, "insufficient_quota", "insufficient_quota", "pay"))}) {
        Bench bench{{step}};
        auto client = bench.client();
        for (int i = 0; i < 10; ++i) CHECK_THROWS_AS(client.complete(hello, Once{}), ApiStatusError);
        CHECK(client.guard().state() == grit::CircuitState::closed);
    }
    Bench bench{{ScriptedStep::broken_stream({piece("Hel")}, TransportFailure::reset)}};
    auto client = bench.client();
    for (int i = 0; i < 5; ++i) CHECK_THROWS_AS(client.stream(hello, [](std::string_view) {}), StreamError);
    CHECK_THROWS_AS(client.stream(hello, [](std::string_view) {}), grit::CircuitOpenError);
}

TEST_CASE("what a client says of itself, unless it is told otherwise") {
    Bench bench{{broken(), broken(), hi()}};
    bench.client().complete(hello);
    auto const& requests = bench.transport.requests();
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(requests.at(i).headers.find("x-stainless-retry-count") == std::to_string(i));
        CHECK_THAT(std::string{*requests[i].headers.find("user-agent")}, Catch::Matchers::StartsWith("grit/"));
    }
    Bench other{{broken(), hi()}, {.headers = {{"User-Agent", "mine"}, {"X-Stainless-Retry-Count", "42"}}}};
    other.client().complete(hello);
    CHECK(other.transport.requests().at(1).headers.find("x-stainless-retry-count") == "42");
    CHECK(other.transport.requests().at(1).headers.find("user-agent") == "mine");
}

TEST_CASE("a deadline holds over all attempts and the waits between them") {
    Bench bench{{limited({{"Retry-After", "7"}}), limited({{"Retry-After", "7"}}), hi()}, {.deadline = 10s}};
    auto client = bench.client();
    try {
        client.complete(hello, bench.context());
        FAIL("no error");
    } catch (RateLimitError const& error) { // at once, because the next wait would not fit
        CHECK(error.retry_after() == 7s);
        CHECK(error.attempts() == 2);
    }
    CHECK(bench.time.slept() == std::vector<grit::Duration>{7s});
    CHECK(bench.transport.requests().at(0).timeouts.attempt == 10s);
    CHECK(bench.transport.requests().at(1).timeouts.attempt == 3s);
}

TEST_CASE("a request's own deadline replaces the endpoint's") {
    Bench bench{{limited({{"Retry-After", "7"}}), hi()}, {.deadline = 5s}};
    auto request = hello;
    request.deadline = 20s;
    CHECK(bench.client().complete(request, bench.context()).content == "Hello");
    CHECK(bench.transport.requests().at(0).timeouts.attempt == 20s);
}

TEST_CASE("a request without a model asks for the endpoint's") {
    Bench bench{{hi()}, {.model = "m-default"}};
    bench.client().complete({.messages = {{Role::user, "Hello!"}}});
    CHECK_THAT(bench.transport.requests().at(0).body, ContainsSubstring("m-default"));
}

TEST_CASE("a call that is cancelled before it begins sends nothing") {
    Bench bench{{hi()}};
    std::stop_source source;
    source.request_stop();
    auto request = hello;
    request.cancel = source.get_token();
    CHECK_THROWS_AS(bench.client().complete(request), ApiUserAbortError);
    auto const token = source.get_token();
    CHECK_THROWS_AS(bench.client().complete(hello, {grit::TimePoint::max(), grit::StopView{&token}, {}}),
                    ApiUserAbortError);
    CHECK(bench.transport.requests().empty());
}

TEST_CASE("a call that is cancelled while it waits ends with the error that it waited for") {
    std::stop_source source;
    struct Cancels {
        std::stop_source* source;
        grit::TimePoint now() const { return {}; }
        void sleep(grit::Duration) const { source->request_stop(); }
    } time{&source};
    ScriptedTransport transport{{limited()}};
    Client client{std::ref(transport), here, OpenAi{}, CompletionRetrying{}.with(grit::Time{time})};
    auto request = hello;
    request.cancel = source.get_token();
    CHECK_THROWS_AS(client.complete(request), RateLimitError);
    CHECK(transport.requests().size() == 1);
}

TEST_CASE("a stream is delivered piece by piece and returned as a whole") {
    Bench bench{{ScriptedStep::stream(
        {piece("Hel"), piece("lo"), event(R"({"choices":[],"usage":{"total_tokens":21}})"), done})}};
    std::vector<std::string> pieces;
    auto const answer = bench.client().stream(hello, [&](std::string_view text) { pieces.emplace_back(text); });
    CHECK(pieces == std::vector<std::string>{"Hel", "lo"});
    CHECK(answer.content == "Hello");
    CHECK(answer.model == "m-1");
    CHECK(answer.usage.total_tokens == 21);
    CHECK(answer.attempts.size() == 1);
    CHECK_THAT(bench.transport.requests().at(0).body, ContainsSubstring(R"("stream":true)"));
}

TEST_CASE("what fails before the first piece is retried, an error in the first event too") {
    std::string const role = event(R"({"choices":[{"delta":{"role":"assistant","content":""}}]})");
    for (auto const& first :
         {limited(), broken(), ScriptedStep{TransportFailure::reset},
          ScriptedStep::stream({event(R"({"error":{"type":"server_error","message":"x"}})")}),
          ScriptedStep::stream({role, event(R"({"error":{"code":"server_is_overloaded"}})")}),
          ScriptedStep::stream({role}), ScriptedStep::broken_stream({role}, TransportFailure::partial_body)}) {
        Bench bench{{first, ScriptedStep::stream({piece("Hello"), done})}};
        std::string seen;
        auto const answer = bench.client().stream(hello, [&](std::string_view text) { seen += text; });
        CHECK(answer.content == "Hello");
        CHECK(seen == "Hello");
        CHECK(answer.attempts.size() == 2);
    }
}

TEST_CASE("what fails after a piece is not retried, and carries what had arrived") {
    auto const fails_as = [](ScriptedStep step, std::string_view cause, Category category) {
        Bench bench{{std::move(step)}};
        std::string seen;
        try {
            bench.client().stream(hello, [&](std::string_view text) { seen += text; });
            FAIL("no error");
        } catch (StreamError const& error) {
            CHECK(error.partial().content == "Hel");
            CHECK(error.partial().model == "m-1");
            CHECK(error.cause_type() == cause);
            CHECK(categorize(error) == category);
            CHECK(error.attempts() == 1);
            CHECK_THAT(error.what(), ContainsSubstring("The stream broke off"));
        }
        CHECK(seen == "Hel");
        CHECK(bench.transport.requests().size() == 1);
    };
    fails_as(ScriptedStep::stream({piece("Hel"), event(R"({"error":{"type":"server_error","message":"x"}})")}),
             "InternalServerError", Category::retryable);
    fails_as(ScriptedStep::stream({piece("Hel"), event(R"({"error":{"code":"insufficient_quota"}})")}),
             "InsufficientQuotaError", Category::billing);
    fails_as(ScriptedStep::broken_stream({piece("Hel")}, TransportFailure::reset), "APIConnectionError",
             Category::retryable);
    fails_as(ScriptedStep::broken_stream({piece("Hel")}, TransportFailure::idle_timeout), "APITimeoutError",
             Category::retryable);
    fails_as(ScriptedStep::stream({piece("Hel")}), "APIConnectionError", Category::retryable); // no [DONE]
    fails_as(ScriptedStep::stream({piece("Hel"), "data: [DO"}), "APIConnectionError", Category::retryable);
    fails_as(ScriptedStep::stream({piece("Hel"), event("{malformed")}), "APIResponseValidationError",
             Category::retryable);
    fails_as(ScriptedStep::stream({piece("Hel"), ": " + std::string(2'000'000, 'x')}), "APIConnectionError",
             Category::fatal);
}

TEST_CASE("no policy asks again for what has been delivered") {
    Bench bench{{ScriptedStep::broken_stream({piece("Hel")}, TransportFailure::reset)}};
    auto client = bench.client();
    grit::ManualTime time;
    CallLog log;
    constexpr grit::Retrying<grit::StopAfterAttempt<5>, grit::WaitFixed<1s>, grit::RetryAlways> stubborn;
    CHECK_THROWS_AS(client.stream(
                        hello, [](std::string_view) {}, stubborn.with(grit::Time{time}), grit::no_context, log),
                    StreamError);
    CHECK(log.attempts() == 1);
    CHECK_THROWS_AS(client.stream(hello, [](std::string_view) {}, Once{}, grit::no_context, log), StreamError);
}

TEST_CASE("a stream that broke begins again for who takes a restart", "[R-719]") {
    struct Takes {
        std::string& seen;
        void operator()(Delta const& delta) const { seen += delta.text; }
        void operator()(Restart const& restart) const { seen += "<" + restart.broken.error_type + ">"; }
    };
    auto const broken_off = ScriptedStep::broken_stream({piece("Hel")}, TransportFailure::reset);
    auto const whole = ScriptedStep::stream({piece("Hello"), done});
    auto const reports =
        ScriptedStep::stream({piece("He"), event(R"({"error":{"type":"server_error","message":"x"}})")});
    Bench bench{{broken_off, reports, whole}};
    std::string seen;
    auto const answer = bench.client().stream(hello, Takes{seen});
    CHECK(seen == "Hel<APIConnectionError>He<InternalServerError>Hello");
    CHECK(answer.content == "Hello");
    CHECK(answer.attempts.size() == 3);
    // At the end it is the error that it was.
    Bench down{{broken_off}};
    seen.clear();
    CHECK_THROWS_AS(down.client().stream(hello, Takes{seen}), ApiConnectionError);
    CHECK(seen == "Hel<APIConnectionError>Hel<APIConnectionError>Hel");
    // What makes no sense to ask again is not asked again here either.
    Bench poor{{ScriptedStep::stream({piece("Hel"), event(R"({"error":{"code":"insufficient_quota"}})")})}};
    CHECK_THROWS_AS(poor.client().stream(hello, Takes{seen}), InsufficientQuotaError);
    CHECK(poor.transport.requests().size() == 1);
    // Nobody has seen anything.
    Bench unseen{{broken_off, whole}};
    CHECK(unseen.client().stream(hello, Unseen{}).content == "Hello");
}

TEST_CASE("what the caller's callable throws ends the call, even if it would be retried elsewhere") {
    Bench bench{{ScriptedStep::stream({piece("Hel"), piece("lo"), done})}};
    auto client = bench.client();
    CHECK_THROWS_AS(client.stream(hello, [](std::string_view) { throw RateLimitError{{.status = 429}}; }),
                    RateLimitError);
    CHECK_THROWS_AS(client.stream(hello, [](std::string_view) { throw 7; }), int);
    CHECK(bench.transport.requests().size() == 2);
    auto const plain = [](auto& operation) { return operation(grit::Attempt{1}); }; // a policy that is no stage
    CallLog log;
    CHECK_THROWS_AS(client.stream(hello, [](std::string_view) { throw 7; }, plain, grit::no_context, log), int);
}

TEST_CASE("a 2xx that is no stream is an error that shows its beginning without the key") {
    Bench bench{
        {ScriptedStep{HttpResponse{200, {}, R"({"note": "you sent sk-0123456789"})" + std::string(100'000, ' ')}}}};
    try {
        bench.client().stream(hello, [](std::string_view) { FAIL("a piece"); });
        FAIL("no error");
    } catch (ApiResponseValidationError const& error) {
        CHECK_THAT(error.what(), ContainsSubstring("no stream of events"));
        CHECK_THAT(error.what(), ContainsSubstring("you sent [redacted]"));
        CHECK(error.body().size() < 5000);
    }
}

TEST_CASE("an error of a stream shows no key, not even one that the answer echoed") {
    Bench bench{{ScriptedStep::stream(
        {piece("sk-0123456789"), event(R"({"error":{"type":"server_error","message":"sk-0123456789"}})")})}};
    try {
        bench.client().stream(hello, [](std::string_view) {});
        FAIL("no error");
    } catch (StreamError const& error) {
        CHECK_THAT(error.what(), !ContainsSubstring("0123456789"));
        CHECK_THAT(error.partial().content, !ContainsSubstring("0123456789"));
    }
}

TEST_CASE("an error shows no password of the address that a server echoes, nor what is left of a stream", "[R-745]") {
    Endpoint const gateway{.base_url = "http://admin:open%20sesame@localhost/v1?key=0123456789"};
    std::string const echo = "admin:open sesame, YWRtaW46b3BlbiBzZXNhbWU=, open%20sesame, 0123456789";
    auto const hidden = [](std::string const& text) {
        for (auto const* const secret : {"sesame", "YWRt", "0123"}) CHECK_THAT(text, !ContainsSubstring(secret));
        CHECK_THAT(text, ContainsSubstring("[redacted]"));
    };
    Bench whole{{says(fault::error(400, "invalid_request_error", "", echo))}, gateway};
    try {
        whole.client().complete(hello);
        FAIL("no error");
    } catch (BadRequestError const& error) {
        hidden(error.what());
        hidden(error.body());
        hidden(error.history()->back().error);
        CHECK(error.history()->back().endpoint == "http://localhost/v1");
    }
    Bench stream{{ScriptedStep::broken_stream({piece(echo)}, TransportFailure::reset)}, gateway};
    try {
        stream.client().stream(hello, [](std::string_view) {});
        FAIL("no error");
    } catch (StreamError const& error) {
        hidden(error.partial().content);
    }
    // The body is cut in the middle of the password.
    Bench none{{ScriptedStep{HttpResponse{200, {}, "x" + std::string(max_body_bytes - 10, ' ') + "open sesame"}}},
               gateway};
    try {
        none.client().stream(hello, [](std::string_view) {});
        FAIL("no error");
    } catch (ApiResponseValidationError const& error) {
        CHECK_THAT(error.body(), !ContainsSubstring("open"));
    }
}

TEST_CASE("an endpoint to which nothing could be sent is refused when a client is made of it", "[R-777]") {
    ScriptedTransport transport{{hi()}};
    Endpoint const wrong{.base_url = "http://h", .organization = "org\n"};
    CHECK_THROWS_AS((Client{std::ref(transport), wrong}), std::invalid_argument);
    CHECK_THROWS_AS((Client{std::ref(transport), wrong, OpenAi{}, Once{}, Once{}}), std::invalid_argument);
    CHECK_THROWS_AS((Client{std::ref(transport), Endpoint{.base_url = "localhost:8080"}}), std::invalid_argument);
    CHECK(transport.requests().empty());
}

TEST_CASE("Anthropic streams and answers over the same client") {
    Bench<Anthropic> bench{
        {ScriptedStep::stream(
             {"event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\"}}\n\n",
              "event: content_block_delta\ndata: "
              "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}\n\n",
              "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"}),
         R"({"id": "msg_2", "content": [{"type": "text", "text": "Hi"}]})",
         ScriptedStep::stream(
             {"event: error\ndata: "
              "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n"})}};
    auto client = bench.client();
    std::string seen;
    CHECK(client.stream(hello, [&](Delta const& delta) { seen += delta.text; }).id == "msg_1");
    CHECK(seen == "Hi");
    CHECK(client.complete(hello).id == "msg_2");
    CHECK_THROWS_AS(client.stream(hello, [](Delta const&) {}), OverloadedError);
    CHECK(bench.transport.requests().size() == 2 + 3);
    CHECK(bench.transport.requests().at(0).headers.find("x-api-key") == "sk-0123456789");
}

TEST_CASE("an error that a wrong path may have made names the path that was asked", "[R-750]") {
    struct Row {
        int status;
        std::string_view body;
    };
    for (auto const& [status, body] :
         {Row{404, ""}, Row{404, R"({"error": {"message": "no such model"}})"}, Row{405, "Method Not Allowed"},
          Row{200, "<title>Welcome</title>"}, Row{200, ""}})
        for (bool const streamed : {false, true}) {
            Bench<> bench{{HttpResponse{status, {}, std::string{body}}}, {.base_url = "http://me:secret@h/api?key=k"}};
            auto client = bench.client();
            try {
                if (streamed) client.stream(hello, [](std::string_view) {});
                else client.complete(hello);
                FAIL("an answer");
            } catch (ApiError const& error) {
                CAPTURE(status, body, streamed);
                bool const ended_early = streamed && status == 200 && body.empty();
                if (!ended_early) CHECK_THAT(error.what(), ContainsSubstring("(asked: POST /api/chat/completions)"));
                CHECK_THAT(error.what(), !ContainsSubstring("secret"));
                REQUIRE(error.history() != nullptr);
                CHECK(error.history()->back().endpoint == "http://h/api");
            }
        }
}
