// SPDX-License-Identifier: BSL-1.0
// Two endpoints over a real connection, the first of which goes wrong in every way that gateways are known for. Each
// situation in both dialects, and streamed and not, where that differs.
#include <grit/llm/client/fallback.hpp>

#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/llm/client/restart.hpp>
#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/transport/curl.hpp>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Clock = std::chrono::steady_clock;

namespace {

/// What a provider sends, in its own words.
template <class D>
struct Words {
    static constexpr bool openai = std::is_same_v<D, OpenAi>;

    static std::vector<std::string> events(std::vector<std::string> const& pieces) {
        return openai ? fault::openai_events(pieces) : fault::anthropic_events(pieces);
    }
    /// Which event reports the finish reason, and how many come before the first piece.
    static std::size_t finish(std::size_t pieces) { return openai ? 1 + pieces : 4 + pieces; }
    static constexpr std::size_t opening = openai ? 1 : 3;

    static fault::Respond error(int status, std::string_view type, std::string_view code, std::string_view message,
                                Headers headers = {}) {
        return openai ? fault::error(status, type, code, message, std::move(headers))
                      : fault::anthropic_error(status, type, message, code, std::move(headers));
    }
    static std::string error_event(std::string_view type, std::string_view code, std::string_view message) {
        return openai ? fault::openai_error_event(type, code, message) : fault::anthropic_error_event(type, message);
    }
    /// Returns: the answer "<who> answers", streamed if that is asked for.
    static fault::Step answer(std::string who) {
        return fault::Reply{[who = std::move(who)](fault::Request const& request) {
            if (request.body.find("\"stream\":true") != std::string::npos)
                return fault::wire(fault::Stream{.events = events({who, " answers"})}, request);
            return fault::wire(
                openai ? fault::completion(who + " answers") : fault::anthropic_message(who + " answers"), request);
        }};
    }
    /// Returns: the first events of "first answers", then others, then an end.
    static fault::Stream begun(std::size_t count, std::vector<std::string> const& then, fault::End end) {
        auto all = events({"first", " answers"});
        all.resize(count);
        all.insert(all.end(), then.begin(), then.end());
        return {.events = all, .count = all.size(), .end = end, .interval = 5ms};
    }
};

struct Outcome {
    std::string content = {};
    std::string error_type = {};
    /// What a callable of the stream saw.
    std::string seen = {};
    std::vector<AttemptRecord> attempts = {};
    std::size_t first = 0;
    std::size_t second = 0;
    std::vector<fault::Request> at_second = {};
    std::vector<grit::Duration> slept = {};
    Clock::duration took = {};
};

enum class How { whole, streamed, restarted };

struct Screen {
    std::string& seen;
    void operator()(std::string_view text) const { seen += text; }
};
struct Rewound : Screen {
    using Screen::operator();
    void operator()(Restart const& restart) const { seen += "<" + restart.broken.error_type + ">"; }
};

/// Asks two endpoints: one that speaks D and goes wrong, and one of the other provider.
template <class D>
Outcome ask(std::vector<fault::Step> script, How how, std::vector<fault::Step> spare = {}, Endpoint first = {}) {
    using Other = std::conditional_t<std::is_same_v<D, OpenAi>, Anthropic, OpenAi>;
    if (spare.empty()) spare.push_back(Words<Other>::answer("second"));
    fault::FaultServer const one{std::move(script)};
    fault::FaultServer const two{std::move(spare)};
    Timeouts const limits{.connect = 2s, .first_byte = 200ms, .first_token = 200ms, .idle = 200ms, .attempt = 5s};
    grit::ManualTime time;
    auto const policy = CompletionRetrying{}.with(grit::Time{time});
    CurlTransport const transport{{.proxy = ""}};
    if (first.base_url.empty()) first.base_url = one.url();
    first.key = ApiKey{"sk-of-the-first"};
    first.timeouts = limits;
    Client a{transport, first, D{}, policy};
    Client b{transport,
             {.base_url = two.url(), .key = ApiKey{"sk-of-the-second"}, .timeouts = limits, .model = "spare-model"},
             Other{},
             policy};
    Fallback both{a, b};
    ChatRequest const hello{.model = "first-model", .messages = {{Role::user, "Hello!"}}};
    Outcome outcome;
    CallLog log;
    auto const start = Clock::now();
    try {
        auto const answer = [&] {
            if (how == How::whole) return both.complete(hello, UsePolicy{}, grit::no_context, log);
            if (how == How::streamed)
                return both.stream(hello, Screen{outcome.seen}, UsePolicy{}, grit::no_context, log);
            return both.stream(hello, Rewound{{outcome.seen}}, UsePolicy{}, grit::no_context, log);
        }();
        outcome.content = answer.content;
    } catch (ApiError const& error) {
        outcome.error_type = std::string{error.type_name()};
    }
    outcome.took = Clock::now() - start;
    outcome.attempts = log.records();
    outcome.first = one.requests().size();
    outcome.second = two.requests().size();
    outcome.at_second = two.requests();
    outcome.slept = std::vector<grit::Duration>(time.slept());
    return outcome;
}

/// Runs a situation of both dialects, streamed and not.
template <class Situation>
void everywhere(Situation const& situation) {
    for (auto const how : {How::whole, How::streamed}) {
        CAPTURE(static_cast<int>(how));
        {
            INFO("OpenAI first");
            situation(OpenAi{}, how);
        }
        {
            INFO("Anthropic first");
            situation(Anthropic{}, how);
        }
    }
}
template <class Situation>
void in_streams(Situation const& situation) {
    {
        INFO("OpenAI first");
        situation(OpenAi{});
    }
    {
        INFO("Anthropic first");
        situation(Anthropic{});
    }
}

void check_second_answers(Outcome const& outcome, std::size_t first, How how) {
    CHECK(outcome.content == "second answers");
    CHECK(outcome.error_type.empty());
    CHECK(outcome.first == first);
    REQUIRE(outcome.second == 1);
    if (how != How::whole) CHECK(outcome.seen == "second answers");
    // Its own model and key, and nothing of the other's.
    auto const& request = outcome.at_second[0];
    CHECK_THAT(request.body, Catch::Matchers::ContainsSubstring("spare-model"));
    for (auto const& field : request.headers)
        CHECK_THAT(field.value, !Catch::Matchers::ContainsSubstring("sk-of-the-first"));
}

} // namespace

TEST_CASE("failover: nobody listens", "[R-720]") {
    everywhere([]<class D>(D, How how) {
        auto const outcome = ask<D>({fault::Close{}}, how, {}, {.base_url = fault::refusing_url()});
        check_second_answers(outcome, 0, how);
        CHECK(outcome.attempts.size() == 4);
    });
}

TEST_CASE("failover: the connection is reset, or closed without a word", "[R-720]") {
    everywhere([]<class D>(D, How how) {
        check_second_answers(ask<D>({fault::Reset{}}, how), 3, how);
        check_second_answers(ask<D>({fault::Close{}}, how), 3, how);
        // One that is reset once is worth another attempt.
        auto const again = ask<D>({fault::Reset{}, Words<D>::answer("first")}, how);
        CHECK(again.content == "first answers");
        CHECK(again.second == 0);
    });
}

TEST_CASE("failover: a status of the server's fault", "[R-720]") {
    everywhere([]<class D>(D, How how) {
        for (int const status : {500, 502, 503, 529})
            check_second_answers(ask<D>({Words<D>::error(status, "api_error", "", "down")}, how), 3, how);
    });
}

TEST_CASE("failover: a short rate limit is waited for", "[R-720]") {
    everywhere([]<class D>(D, How how) {
        auto const outcome = ask<D>(
            {Words<D>::error(429, "rate_limit_error", "", "slow", {{"Retry-After", "2"}}), Words<D>::answer("first")},
            how);
        CHECK(outcome.content == "first answers");
        CHECK(outcome.first == 2);
        CHECK(outcome.second == 0);
        REQUIRE(outcome.slept.size() == 1);
        CHECK(outcome.slept[0] >= 2s);
    });
}

TEST_CASE("failover: a rate limit that asks for more than is waited goes on at once", "[R-720]") {
    everywhere([]<class D>(D, How how) {
        auto const outcome =
            ask<D>({Words<D>::error(429, "rate_limit_error", "", "slow", {{"Retry-After", "90"}})}, how);
        check_second_answers(outcome, 1, how);
        CHECK(outcome.slept.empty());
    });
}

TEST_CASE("failover: a server that hangs before its headers is left after one attempt", "[R-720]") {
    everywhere([]<class D>(D, How how) {
        auto const outcome = ask<D>({fault::Silence{}}, how);
        check_second_answers(outcome, 1, how);
        CHECK(outcome.took >= 200ms);
        CHECK(outcome.took < 3s);
    });
}

TEST_CASE("failover: a stream that is kept alive and does not begin is left after one attempt", "[R-720]") {
    in_streams([]<class D>(D) {
        for (std::string_view const alive : {": ping\n\n", "event: ping\ndata: {\"type\": \"ping\"}\n\n"}) {
            std::vector<std::string> const pings(1000, std::string{alive});
            auto const outcome =
                ask<D>({Words<D>::begun(Words<D>::opening, pings, fault::End::silence)}, How::streamed);
            check_second_answers(outcome, 1, How::streamed);
            CHECK_THAT(outcome.attempts.at(0).error,
                       Catch::Matchers::ContainsSubstring("nothing of the answer in time"));
            CHECK(outcome.took < 3s);
        }
    });
}

TEST_CASE("failover: a stream that stalls in the middle, pings or not", "[R-720]") {
    in_streams([]<class D>(D) {
        for (std::size_t const pings : {0U, 1000U}) {
            auto const stalls = Words<D>::begun(Words<D>::opening + 1, std::vector<std::string>(pings, ": ping\n\n"),
                                                fault::End::silence);
            // Who has seen a piece gets a typed error, and nobody else is asked.
            auto const told = ask<D>({stalls}, How::streamed);
            CHECK(told.error_type == "StreamError");
            CHECK(told.seen == "first");
            CHECK(told.first == 1);
            CHECK(told.second == 0);
            CHECK_THAT(told.attempts.at(0).error, Catch::Matchers::ContainsSubstring("stalled"));
            // Who can take it back gets the whole answer of the next, after one silence.
            auto const again = ask<D>({stalls}, How::restarted);
            CHECK(again.content == "second answers");
            CHECK(again.seen == "first<APITimeoutError>second answers");
            CHECK(again.first == 1);
        }
    });
    auto const whole = ask<OpenAi>({fault::Stall{}}, How::whole);
    check_second_answers(whole, 1, How::whole);
}

TEST_CASE("failover: a stream that is cut before anything was delivered", "[R-720]") {
    in_streams([]<class D>(D) {
        for (auto const end : {fault::End::close, fault::End::reset}) {
            auto const cut = Words<D>::begun(Words<D>::opening, {}, end);
            check_second_answers(ask<D>({cut}, How::streamed), 3, How::streamed);
            auto const again = ask<D>({cut, Words<D>::answer("first")}, How::streamed);
            CHECK(again.content == "first answers");
            CHECK(again.second == 0);
        }
    });
    auto const body = fault::cut_body(fault::completion("first answers"), 20, fault::End::reset);
    check_second_answers(ask<OpenAi>({body}, How::whole), 3, How::whole); // nobody has seen anything of it
}

TEST_CASE("failover: a stream that is cut after something was delivered", "[R-720]") {
    in_streams([]<class D>(D) {
        for (auto const end : {fault::End::close, fault::End::reset}) {
            auto const cut = Words<D>::begun(Words<D>::opening + 1, {}, end);
            auto const told = ask<D>({cut}, How::streamed);
            CHECK(told.error_type == "StreamError");
            CHECK(told.seen == "first");
            CHECK(told.first == 1);
            CHECK(told.second == 0);
            auto const again = ask<D>({cut, cut, Words<D>::answer("first")}, How::restarted);
            CHECK(again.content == "first answers");
            CHECK(again.seen == "first<APIConnectionError>first<APIConnectionError>first answers");
            CHECK(again.second == 0);
            auto const next = ask<D>({cut}, How::restarted);
            CHECK(next.content == "second answers");
            CHECK(next.first == 3);
        }
    });
}

TEST_CASE("failover: a malformed event", "[R-720]") {
    in_streams([]<class D>(D) {
        auto const malformed = Words<D>::begun(Words<D>::opening, {"data: {\"broken\n\n"}, fault::End::keep);
        auto const again = ask<D>({malformed, Words<D>::answer("first")}, How::streamed);
        CHECK(again.content == "first answers");
        CHECK(again.first == 2);
        check_second_answers(ask<D>({malformed}, How::streamed), 3, How::streamed);
        auto const late = Words<D>::begun(Words<D>::opening + 1, {"data: {\"broken\n\n"}, fault::End::keep);
        CHECK(ask<D>({late}, How::streamed).error_type == "StreamError");
        // Passed over where that is asked for.
        auto events = Words<D>::events({"first", " answers"});
        events.insert(events.begin() + Words<D>::opening + 1, "data: {\"broken\n\n");
        auto const over = ask<D>({fault::Stream{.events = events}}, How::streamed, {}, {.max_malformed_events = 1});
        CHECK(over.content == "first answers");
        CHECK(over.attempts.at(0).malformed_events == 1);
    });
}

TEST_CASE("failover: a stream without its terminator", "[R-720]") {
    in_streams([]<class D>(D) {
        auto const ends_after = [](std::size_t count) {
            return fault::Stream{.events = Words<D>::events({"first", " answers"}),
                                 .count = count,
                                 .end = fault::End::close,
                                 .framing = fault::Framing::until_close};
        };
        auto const finish = Words<D>::finish(2);
        auto const whole = ask<D>({ends_after(finish + 1)}, How::streamed);
        CHECK(whole.content == "first answers");
        CHECK(whole.first == 1);
        auto const half = ask<D>({ends_after(finish)}, How::streamed);
        CHECK(half.error_type == "StreamError");
        CHECK(half.content.empty());
        CHECK(ask<D>({ends_after(finish)}, How::restarted).content == "second answers");
    });
}

TEST_CASE("failover: a model that is not there", "[R-720]") {
    everywhere([]<class D>(D, How how) {
        auto const type = Words<D>::openai ? "invalid_request_error" : "not_found_error";
        auto const code = Words<D>::openai ? "model_not_found" : "";
        check_second_answers(ask<D>({Words<D>::error(404, type, code, "no such model")}, how), 1, how);
    });
}

TEST_CASE("failover: a context that is too long, and a request that is too large", "[R-720]") {
    everywhere([]<class D>(D, How how) {
        auto const longer = Words<D>::openai
                                ? fault::error(400, "invalid_request_error", "context_length_exceeded", "too long")
                                : fault::anthropic_error(400, "invalid_request_error",
                                                         "prompt is too long: 208310 tokens > 200000 maximum");
        check_second_answers(ask<D>({longer}, how), 1, how);
        check_second_answers(ask<D>({Words<D>::error(413, "request_too_large", "", "too large")}, how), 1, how);
        // What the caller has to mend is his.
        auto const wrong = ask<D>({Words<D>::error(400, "invalid_request_error", "", "no such parameter")}, how);
        CHECK(wrong.error_type == "BadRequestError");
        CHECK(wrong.first == 1);
        CHECK(wrong.second == 0);
    });
}

TEST_CASE("failover: the authentication and the money of one endpoint", "[R-720]") {
    everywhere([]<class D>(D, How how) {
        check_second_answers(ask<D>({Words<D>::error(401, "authentication_error", "", "no")}, how), 1, how);
        check_second_answers(ask<D>({Words<D>::error(403, "permission_error", "", "no")}, how), 1, how);
        check_second_answers(ask<D>({Words<D>::error(402, "billing_error", "", "pay")}, how), 1, how);
    });
}

TEST_CASE("failover: an error with status 200 is the error that it names", "[R-720]") {
    auto const named = [](Outcome const& outcome, std::string_view type, std::size_t requests) {
        CHECK(outcome.content == "second answers");
        CHECK(outcome.first == requests);
        CHECK(outcome.attempts.at(0).error_type == type);
    };
    everywhere([&]<class D>(D, How how) {
        auto body = Words<D>::error(200, "overloaded_error", "", "busy");
        named(ask<D>({body}, how), "OverloadedError", 3);
        auto key = Words<D>::error(200, "authentication_error", "", "no");
        named(ask<D>({key}, how), "AuthenticationError", 1);
    });
    in_streams([&]<class D>(D) {
        auto const says = [](std::string_view type) {
            return Words<D>::begun(Words<D>::opening, {Words<D>::error_event(type, "", "x")}, fault::End::keep);
        };
        named(ask<D>({says("overloaded_error")}, How::streamed), "OverloadedError", 3);
        named(ask<D>({says("authentication_error")}, How::streamed), "AuthenticationError", 1);
    });
    // A gateway's form: inside the choice, with the status as a number.
    std::string const choice =
        R"({"choices":[{"index":0,"finish_reason":"error","error":{"code":502,"message":"behind"},)";
    named(ask<OpenAi>({fault::Respond{200, {}, choice + R"("message":{"role":"assistant","content":""}}]})"}},
                      How::whole),
          "InternalServerError", 3);
    auto const event = "data: " + choice + R"("delta":{"content":""}}]})" + "\n\n";
    named(ask<OpenAi>({fault::Stream{.events = {event}}}, How::streamed), "InternalServerError", 3);
    named(ask<OpenAi>({fault::Respond{200, {}, R"({"error":{"code":402,"message":"pay"}})"}}, How::streamed),
          "PaymentRequiredError", 1);
}

TEST_CASE("failover: a primary that recovers is probed, and not hammered", "[R-720]") {
    fault::FaultServer const one{{fault::Reset{}, fault::Reset{}, Words<OpenAi>::answer("first")}};
    fault::FaultServer const two{{Words<Anthropic>::answer("second")}};
    grit::ManualTime time;
    grit::CircuitBreaker breaker{grit::OpenAfterFailures<1>{}, grit::OpenFor<30s>{},
                                 grit::FailureIf<ApiConnectionError, InternalServerError>{}, grit::Time{time}};
    CurlTransport const transport{{.proxy = ""}};
    Client a{transport, {.base_url = one.url()}, OpenAi{}, Once{}, std::ref(breaker)};
    Client b{transport, {.base_url = two.url()}, Anthropic{}, Once{}};
    Fallback both{a, b};
    auto const twenty = [&] {
        std::vector<std::string> said;
        for (int i = 0; i < 20; ++i)
            said.push_back(both.complete({.model = "m", .messages = {{Role::user, "Hello!"}}}).content);
        said.erase(std::unique(said.begin(), said.end()), said.end());
        return said;
    };
    CHECK(twenty() == std::vector<std::string>{"second answers"});
    CHECK(one.requests().size() == 1);
    time.advance(30s);
    CHECK(twenty() == std::vector<std::string>{"second answers"});
    CHECK(one.requests().size() == 2); // the probe failed
    time.advance(30s);
    CHECK(twenty() == std::vector<std::string>{"first answers"});
    CHECK(one.requests().size() == 22);
    CHECK(two.requests().size() == 40);
}

TEST_CASE("failover: both are down", "[R-720]") {
    everywhere([]<class D>(D, How how) {
        auto const outcome = ask<D>({fault::Reset{}}, how, {fault::Respond{503, {}, "down"}});
        CHECK(outcome.content.empty());
        CHECK(outcome.error_type == "ServiceUnavailableError"); // of the last
        CHECK(outcome.first == 3);
        CHECK(outcome.second == 3);
        REQUIRE(outcome.attempts.size() == 6);
        CHECK(outcome.attempts[0].error_type == "APIConnectionError");
        CHECK(outcome.took < 3s);
    });
}
