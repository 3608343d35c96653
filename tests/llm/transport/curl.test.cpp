// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/transport/curl.hpp>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

using namespace std::chrono_literals;
using namespace grit::llm;
using Catch::Matchers::ContainsSubstring;
using Clock = std::chrono::steady_clock;

namespace {

CurlTransport direct(CurlOptions options = {}) {
    options.proxy = "";
    return CurlTransport{std::move(options)};
}

HttpRequest request_to(std::string const& url, Timeouts timeouts = {.connect = 5s, .attempt = 10s}) {
    return {.url = url,
            .headers = {{"Authorization", "Bearer sk-0123456789"}, {"X-Empty", ""}},
            .body = R"({"model": "m"})",
            .timeouts = timeouts};
}

struct Failed {
    TransportFailure kind;
    std::string type;
    std::string what;
    Clock::duration took;
};

Failed failure_of(CurlTransport const& transport, HttpRequest const& request) {
    auto const start = Clock::now();
    try {
        auto const response = transport(request);
        FAIL("an answer with status " << response.status);
        throw;
    } catch (ApiConnectionError const& error) {
        CHECK_THAT(error.what(), !ContainsSubstring("0123456789"));
        CHECK_THAT(error.what(), ContainsSubstring(std::string{to_string(error.kind())}));
        return {error.kind(), std::string{error.type_name()}, error.what(), Clock::now() - start};
    }
}

Failed failure_of(fault::Step step, Timeouts timeouts = {.connect = 5s, .attempt = 10s}) {
    fault::FaultServer const server{{std::move(step)}};
    auto const transport = direct();
    return failure_of(transport, request_to(server.url(), timeouts));
}

/// A variable of the environment for as long as it lives.
class Variable {
public:
    Variable(char const* name, std::string const& value) : name_(name) {
        if (auto const* const before = std::getenv(name)) before_ = before;
        ::setenv(name, value.c_str(), 1);
    }
    ~Variable() {
        if (before_) ::setenv(name_, before_->c_str(), 1);
        else ::unsetenv(name_);
    }
    Variable(Variable const&) = delete;
    Variable& operator=(Variable const&) = delete;

private:
    char const* name_;
    std::optional<std::string> before_ = {};
};

/// A port of 127.0.0.1 that accepts connections and never says a word, or that nobody listens on.
class Port {
public:
    explicit Port(bool listens) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
        if (listens) REQUIRE(::listen(socket_, 4) == 0);
        number_ = std::to_string(ntohs(address.sin_port));
    }
    ~Port() { ::close(socket_); }
    Port(Port const&) = delete;
    Port& operator=(Port const&) = delete;

    std::string const& number() const { return number_; }

private:
    int socket_;
    std::string number_;
};

} // namespace

TEST_CASE("a request goes out as it was given and its answer comes back") {
    fault::FaultServer const server{{fault::Respond{200, {{"X-Request-Id", "req_1"}, {"X-Empty", ""}}, "Hello"}}};
    auto const transport = direct();
    auto const response = transport(request_to(server.url() + "/v1/chat/completions"));
    CHECK(response.status == 200);
    CHECK(response.body == "Hello");
    CHECK(response.headers.find("x-request-id") == "req_1");
    CHECK(response.headers.find("x-empty") == "");
    auto const requests = server.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].method == "POST");
    CHECK(requests[0].target == "/v1/chat/completions");
    CHECK(requests[0].body == R"({"model": "m"})");
    CHECK(requests[0].headers.find("authorization") == "Bearer sk-0123456789");
    CHECK(requests[0].headers.find("x-empty") == "");
    CHECK(requests[0].headers.find("content-length") == "14");
    CHECK_FALSE(requests[0].headers.find("expect").has_value());
}

TEST_CASE("a GET has no body, and a POST may follow it over the same connection", "[R-748]") {
    fault::FaultServer const server{{fault::Respond{200, {}, "list"}, fault::Respond{200, {}, "posted"}}};
    auto const transport = direct();
    auto request = request_to(server.url() + "/v1/models?limit=2");
    for (auto const method : {Method::get, Method::post, Method::get}) {
        request.method = method;
        CHECK(transport(request).status == 200);
    }
    auto const requests = server.requests();
    REQUIRE(requests.size() == 3);
    CHECK(requests[0].method == "GET");
    CHECK(requests[0].target == "/v1/models?limit=2");
    CHECK(requests[0].body.empty());
    CHECK_FALSE(requests[0].headers.find("content-length").has_value());
    CHECK(requests[0].headers.find("authorization") == "Bearer sk-0123456789");
    CHECK(requests[1].method == "POST");
    CHECK(requests[1].body == R"({"model": "m"})");
    CHECK(requests[2].method == "GET");
    CHECK(requests[2].body.empty());
    CHECK(server.connections() == 1);
}

TEST_CASE("a proxy is asked for the whole address, unless the host is one of those that go without", "[R-749]") {
    fault::FaultServer const proxy{{fault::Respond{200, {}, "by proxy"}}};
    fault::FaultServer const server{{fault::Respond{200, {}, "straight"}}};
    CurlTransport const transport{{.proxy = proxy.url()}};
    CHECK(transport(request_to("http://provider.invalid/v1/models")).body == "by proxy");
    CHECK(proxy.requests()[0].target == "http://provider.invalid/v1/models");
    Variable const none{"no_proxy", "127.0.0.1"};
    CHECK(transport(request_to(server.url() + "/v1")).body == "straight");
    CHECK(proxy.requests().size() == 1);
}

TEST_CASE("the environment names the proxy of a transport that has none", "[R-749]") {
    fault::FaultServer const proxy{{fault::Respond{200, {}, "by proxy"}}};
    Variable const all{"http_proxy", proxy.url()};
    Variable const none{"no_proxy", ""};
    CHECK(CurlTransport{}(request_to("http://provider.invalid/v1")).body == "by proxy");
    CHECK(failure_of(direct(), request_to("http://provider.invalid/v1")).type == "APIConnectionError");
}

TEST_CASE("a proxy sees neither the key nor the path of a request by TLS, and its own password is not shown",
          "[R-749]") {
    fault::FaultServer const proxy{{fault::Respond{403, {}, "no"}}};
    auto with_password = proxy.url();
    with_password.insert(with_password.find("//") + 2, "me:0123456789@");
    failure_of(CurlTransport{{.proxy = with_password}}, request_to("https://provider.invalid/v1/models"));
    auto const requests = proxy.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].method == "CONNECT");
    CHECK(requests[0].target == "provider.invalid:443");
    CHECK(requests[0].headers.find("proxy-authorization").has_value());
    CHECK_FALSE(requests[0].headers.find("authorization").has_value());
}

TEST_CASE("an error status is an answer, with its headers and its body") {
    fault::FaultServer const server{{fault::Respond{429, {{"Retry-After", "7"}}, "slow down"},
                                     fault::Respond{500, {}, ""}, fault::Respond{302, {{"Location", "/elsewhere"}}, ""},
                                     fault::Respond{200, {}, "done"}}};
    auto const transport = direct();
    auto const request = request_to(server.url());
    auto const limited = transport(request);
    CHECK(limited.status == 429);
    CHECK(limited.headers.find("retry-after") == "7");
    CHECK(limited.body == "slow down");
    auto const failed = transport(request);
    CHECK(failed.status == 500);
    CHECK_FALSE(failed.headers.find("retry-after").has_value());
    CHECK(failed.body.empty());
    CHECK(transport(request).status == 302);
    CHECK(transport(request).body == "done");
    CHECK(server.requests().size() == 4);
}

TEST_CASE("a body of more than a megabyte goes out without a pause") {
    fault::FaultServer const server{{fault::Respond{}}};
    auto const transport = direct();
    auto request = request_to(server.url());
    request.body.assign(std::size_t{3} << 20U, 'x');
    auto const start = Clock::now();
    CHECK(transport(request).status == 200);
    CHECK(Clock::now() - start < 900ms);
    CHECK(server.requests().at(0).body == request.body);
}

TEST_CASE("an answer without a length ends with its connection") {
    fault::FaultServer const server{{fault::Raw{"HTTP/1.1 200 OK\r\n\r\nHello"}}};
    auto const transport = direct();
    CHECK(transport(request_to(server.url())).body == "Hello");
}

TEST_CASE("what precedes the answer and what follows it is no part of it") {
    fault::FaultServer const server{{fault::Raw{"HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\n"
                                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nBad Name: 1\r\n\r\n"
                                                "5\r\nHello\r\n0\r\nX-Trailer: 1\r\n\r\n"}}};
    auto const transport = direct();
    auto const response = transport(request_to(server.url()));
    CHECK(response.status == 200);
    CHECK(response.body == "Hello");
    CHECK_FALSE(response.headers.find("retry-after").has_value());
    CHECK_FALSE(response.headers.find("x-trailer").has_value());
}

TEST_CASE("a broken exchange says how it broke") {
    CHECK(failure_of(fault::Reset{}).kind == TransportFailure::reset);
    CHECK(failure_of(fault::Close{}).kind == TransportFailure::early_end);
    CHECK(failure_of(fault::Raw{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHello"}).kind ==
          TransportFailure::partial_body);
    CHECK(failure_of(fault::Raw{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nHel"}).kind ==
          TransportFailure::partial_body);
    CHECK(failure_of(fault::Raw{"SSH-2.0-OpenSSH_9.2\r\n"}).kind == TransportFailure::protocol);
    CHECK(failure_of(fault::Close{}).type == "APIConnectionError");
}

TEST_CASE("a port that nobody listens on refuses") {
    Port const port{false};
    auto const transport = direct();
    auto const failed = failure_of(transport, request_to("http://127.0.0.1:" + port.number()));
    CHECK(failed.kind == TransportFailure::refused);
    CHECK_THAT(failed.what, ContainsSubstring(port.number()));
}

TEST_CASE("each timeout ends the attempt in its time") {
    auto const within = [](Failed const& failed, TransportFailure kind) {
        CHECK(failed.kind == kind);
        CHECK(failed.type == "APITimeoutError");
        CHECK(failed.took >= 100ms);
        CHECK(failed.took < 2s);
    };
    within(failure_of(fault::Silence{}, {.first_byte = 100ms}), TransportFailure::first_byte_timeout);
    within(failure_of(fault::Silence{}, {.attempt = 100ms}), TransportFailure::attempt_timeout);
    within(failure_of(fault::Stall{}, {.idle = 100ms}), TransportFailure::idle_timeout);
    within(failure_of(fault::Stall{}, {.first_byte = 10ms, .idle = no_timeout, .attempt = 100ms}),
           TransportFailure::attempt_timeout);
    within(failure_of(fault::Trickle{}, {.idle = 5s, .attempt = 150ms}), TransportFailure::attempt_timeout);
    Port const silent{true};
    auto const transport = direct();
    within(failure_of(transport, request_to("https://127.0.0.1:" + silent.number(), {.connect = 100ms})),
           TransportFailure::connect_timeout);
}

TEST_CASE("a stream that is only kept alive has neither begun nor gone on", "[R-715]") {
    // Comments come ten times as often as any limit allows silence.
    auto const kept_alive_after = [](std::string const& first) {
        std::vector<std::string> events{first};
        events.resize(500, ": ping\n\n");
        fault::FaultServer const server{{fault::Stream{.events = events, .interval = 10ms}}};
        auto reader = [&](HttpResponse const&, std::string_view piece) {
            return piece.find("token") == piece.npos ? Reading::alive : Reading::more;
        };
        auto const transport = direct();
        auto const start = Clock::now();
        Failed failed{};
        try {
            transport(request_to(server.url(), {.first_byte = 5s, .first_token = 100ms, .idle = 150ms, .attempt = 10s}),
                      BodySink{reader});
        } catch (ApiTimeoutError const& error) {
            failed.kind = error.kind();
        }
        failed.took = Clock::now() - start;
        return failed;
    };
    auto const begins = kept_alive_after(": ping\n\n");
    CHECK(begins.kind == TransportFailure::first_token_timeout);
    CHECK(begins.took >= 100ms);
    CHECK(begins.took < 2s);
    auto const goes_on = kept_alive_after("data: token\n\n");
    CHECK(goes_on.kind == TransportFailure::idle_timeout);
    CHECK(goes_on.took >= 150ms);
    CHECK(goes_on.took < 2s);
}

TEST_CASE("a timeout of zero ends the attempt at once") {
    auto const failed = failure_of(fault::Silence{}, {.attempt = 0ms});
    CHECK(failed.kind == TransportFailure::attempt_timeout);
    CHECK(failed.took < 1s);
}

TEST_CASE("a body that trickles faster than the idle limit arrives") {
    fault::FaultServer const server{{fault::Trickle{"Hello", 20ms}}};
    auto const transport = direct();
    CHECK(transport(request_to(server.url(), {.idle = 5s})).body == "Hello");
}

TEST_CASE("TLS with a server that speaks none breaks off in the handshake") {
    fault::FaultServer const server{{fault::Respond{}}};
    auto const transport = direct();
    auto const failed = failure_of(transport, request_to("https" + server.url().substr(4), {.connect = 2s}));
    CHECK(failed.kind == TransportFailure::tls_handshake);
}

TEST_CASE("certificates that cannot be read are not the same as none") {
    Port const silent{true};
    auto const transport = direct({.ca_file = "/no/such/file.pem"});
    CHECK(failure_of(transport, request_to("https://127.0.0.1:" + silent.number())).kind ==
          TransportFailure::tls_setup);
}

TEST_CASE("an answer longer than the bound is not read to its end") {
    fault::FaultServer const server{
        {fault::Respond{200, {}, std::string(1001, 'x')}, fault::Respond{200, {}, std::string(1000, 'x')}}};
    auto const transport = direct({.max_response_bytes = 1000});
    CHECK(failure_of(transport, request_to(server.url())).kind == TransportFailure::too_large);
    CHECK(transport(request_to(server.url())).body.size() == 1000);
}

TEST_CASE("headers without end are not read to theirs") {
    std::string head{"HTTP/1.1 200 OK\r\n"};
    for (int i = 0; i < 20'000; ++i) head += "X-" + std::to_string(i) + ": some value\r\n";
    CHECK(failure_of(fault::Raw{head}).kind == TransportFailure::too_large);
}

TEST_CASE("a header line of 100 kB is an error of its exchange, and not a lack of memory") {
    fault::FaultServer const server{
        {fault::Respond{200, {{"X-Long", std::string(110'000, 'x')}}, "Hello"}, fault::Respond{200, {}, "Hello"}}};
    auto const transport = direct();
    CHECK(failure_of(transport, request_to(server.url())).kind == TransportFailure::too_large);
    CHECK(transport(request_to(server.url())).body == "Hello");
}

TEST_CASE("what is no address of HTTP is never sent") {
    auto const transport = direct();
    for (char const* const url :
         {"", "file:///etc/passwd", "ftp://127.0.0.1/", "127.0.0.1:80", "http://", "http://a b/", "sk-0123456789"}) {
        CAPTURE(url);
        CHECK(failure_of(transport, request_to(url)).kind == TransportFailure::invalid_request);
    }
}

TEST_CASE("a key in the place of the host is not shown") {
    auto const transport = direct();
    auto const failed =
        failure_of(transport, request_to("http://sk-0123456789.invalid/", {.connect = 2s, .attempt = 5s}));
    CAPTURE(failed.what);
    CHECK(failed.kind != TransportFailure::unknown);
}

TEST_CASE("a connection is kept, and after a failure the next call makes a new one") {
    fault::FaultServer const server{
        {fault::Respond{200, {}, "1"}, fault::Stall{}, fault::Respond{200, {}, "3"}, fault::Respond{200, {}, "4"}}};
    auto const transport = direct();
    auto const request = request_to(server.url(), {.idle = 50ms});
    CHECK(transport(request).body == "1");
    CHECK(failure_of(transport, request).kind == TransportFailure::idle_timeout);
    CHECK(transport(request).body == "3");
    CHECK(transport(request).body == "4");
}

TEST_CASE("transports of their own work in parallel") {
    fault::FaultServer const server{{fault::Respond{200, {}, "Hello"}}};
    std::vector<std::thread> threads;
    std::vector<int> good(4);
    for (auto& count : good)
        threads.emplace_back([&server, &count] {
            auto const transport = direct();
            for (int i = 0; i < 10; ++i) count += transport(request_to(server.url())).body == "Hello" ? 1 : 0;
        });
    for (auto& thread : threads) thread.join();
    CHECK(good == std::vector<int>(4, 10));
}

TEST_CASE("a transport can be moved, and a copy shares the connections") {
    STATIC_REQUIRE(StreamingTransport<CurlTransport>);
    STATIC_REQUIRE(std::is_nothrow_move_constructible_v<CurlTransport>);
    fault::FaultServer const server{{fault::Respond{200, {}, "Hello"}}};
    auto const transport = direct();
    auto const copy = transport;
    CHECK(transport(request_to(server.url())).body == "Hello");
    CHECK(copy.idle_connections() == 1);
    CHECK(copy(request_to(server.url())).body == "Hello");
    CHECK(transport.idle_connections() == 1);
}

TEST_CASE("one transport works for many threads and keeps no more connections than it may") {
    fault::FaultServer const server{{fault::Respond{200, {}, "Hello"}}};
    auto const transport = direct({.max_idle_connections = 3});
    std::vector<std::thread> threads;
    std::vector<int> good(8);
    for (auto& count : good)
        threads.emplace_back([&server, &transport, &count] {
            for (int i = 0; i < 20; ++i) count += transport(request_to(server.url())).body == "Hello" ? 1 : 0;
        });
    for (auto& thread : threads) thread.join();
    CHECK(good == std::vector<int>(8, 20));
    CHECK(transport.idle_connections() <= 3);
}

TEST_CASE("the body of a 2xx goes to its reader as it comes, any other is kept") {
    fault::FaultServer const server{{fault::Trickle{"Hello", 5ms}, fault::Respond{500, {}, "broken"}}};
    auto const transport = direct();
    std::vector<std::string> pieces;
    auto reader = [&](HttpResponse const& head, std::string_view piece) {
        CHECK(head.status == 200);
        pieces.emplace_back(piece);
        return Reading::more;
    };
    auto const response = transport(request_to(server.url()), BodySink{reader});
    CHECK(response.status == 200);
    CHECK(response.body.empty());
    CHECK(pieces.size() > 1);
    auto const failed = transport(request_to(server.url()), BodySink{reader});
    CHECK(failed.status == 500);
    CHECK(failed.body == "broken");
}

TEST_CASE("a reader that has enough, or wants no more, ends the exchange without an error") {
    for (auto const reading : {Reading::enough, Reading::stop}) {
        fault::FaultServer const server{{fault::Stall{}, fault::Respond{200, {}, "next"}}};
        auto const transport = direct();
        int pieces = 0;
        auto reader = [&](HttpResponse const&, std::string_view) {
            ++pieces;
            return reading;
        };
        auto const start = Clock::now();
        CHECK(transport(request_to(server.url()), BodySink{reader}).status == 200);
        CHECK(Clock::now() - start < 1s);
        CHECK(pieces == 1);
        CHECK(transport(request_to(server.url())).body == "next");
    }
}

TEST_CASE("a stop ends an exchange at once, wherever it is") {
    for (fault::Step const& step : std::vector<fault::Step>{fault::Silence{}, fault::Stall{}, fault::Trickle{}}) {
        fault::FaultServer const server{{step}};
        auto const transport = direct();
        std::stop_source source;
        auto request = request_to(server.url());
        request.cancel = source.get_token();
        std::thread stopper{[&] {
            std::this_thread::sleep_for(100ms);
            source.request_stop();
        }};
        auto const start = Clock::now();
        CHECK_THROWS_AS(transport(request), ApiUserAbortError);
        auto const took = Clock::now() - start;
        stopper.join();
        CHECK(took >= 100ms);
        CHECK(took < 1s);
        CHECK_THROWS_AS(transport(request), ApiUserAbortError);
        CHECK(server.requests().size() == 1);
    }
}

TEST_CASE("a stop that cannot wake anybody is asked for") {
    fault::FaultServer const server{{fault::Silence{}}};
    auto const transport = direct();
    auto const start = Clock::now();
    struct After {
        Clock::time_point at;
        bool stop_requested() const { return Clock::now() >= at; }
    } const stop{start + 100ms};
    auto request = request_to(server.url());
    request.stop = grit::StopView{&stop};
    CHECK_THROWS_AS(transport(request), ApiUserAbortError);
    CHECK(Clock::now() - start < 1s);
}
