// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/transport/scripted.hpp>

#include <exception>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("a scripted transport answers step by step, the last one again and again, and keeps what it was asked") {
    STATIC_REQUIRE(StreamingTransport<ScriptedTransport>);
    ScriptedTransport transport{{HttpResponse{429, {{"Retry-After", "7"}}, "slow down"}, TransportFailure::reset,
                                 TransportFailure::idle_timeout, std::make_exception_ptr(std::runtime_error{"x"}),
                                 "{}"}};
    CHECK(transport({.url = "a"}).status == 429);
    CHECK_THROWS_AS(transport({.url = "b"}), ApiConnectionError);
    CHECK_THROWS_AS(transport({.url = "c"}), ApiTimeoutError);
    CHECK_THROWS_AS(transport({.url = "d"}), std::runtime_error);
    CHECK(transport({.url = "e"}).body == "{}");
    CHECK(transport({.url = "f"}).status == 200);
    REQUIRE(transport.requests().size() == 6);
    CHECK(transport.requests()[3].url == "d");
    CHECK_THROWS_AS(ScriptedTransport{std::vector<ScriptedStep>{}}, std::invalid_argument);
}

TEST_CASE("a scripted stream comes in its pieces, as far as its reader wants") {
    ScriptedTransport transport{{ScriptedStep::stream({"a", "b", "c"})}};
    std::string seen;
    auto until = [&](HttpResponse const& head, std::string_view piece) {
        CHECK(head.status == 200);
        seen += piece;
        return piece == "b" ? Reading::enough : Reading::more;
    };
    CHECK(transport({}, BodySink{until}).body.empty());
    CHECK(seen == "ab");
    CHECK(transport({}).body == "abc");
}

TEST_CASE("a scripted stream breaks off, and an error is no stream") {
    ScriptedTransport transport{
        {ScriptedStep::broken_stream({"a"}, TransportFailure::reset), HttpResponse{500, {}, "x"}}};
    std::string seen;
    auto reader = [&](HttpResponse const&, std::string_view piece) {
        seen += piece;
        return Reading::more;
    };
    CHECK_THROWS_AS(transport({}, BodySink{reader}), ApiConnectionError);
    CHECK(transport({}, BodySink{reader}).body == "x");
    CHECK(seen == "a");
}

TEST_CASE("a stop breaks a scripted stream off") {
    ScriptedTransport transport{{ScriptedStep::stream({"a", "b"})}};
    std::stop_source source;
    std::string seen;
    auto reader = [&](HttpResponse const&, std::string_view piece) {
        seen += piece;
        source.request_stop();
        return Reading::more;
    };
    CHECK_THROWS_AS(transport({.cancel = source.get_token()}, BodySink{reader}), ApiUserAbortError);
    CHECK(seen == "a");
}
