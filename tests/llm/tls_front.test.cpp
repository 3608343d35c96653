// SPDX-License-Identifier: BSL-1.0
// TLS as it is and as it should not be: what a client does about certificates.
#include "support/tls_front.hpp"

#include <chrono>
#include <string>

#include <grit/llm/transport/curl.hpp>

#include "support/catch.hpp"
#include "support/fault_server.hpp"

namespace {

using namespace std::chrono_literals;
using namespace grit::llm;
using fault::Certificate;

/// Never through a proxy that the environment may name.
CurlOptions trusting(std::string ca_file) { return {.ca_file = std::move(ca_file), .proxy = ""}; }

HttpRequest request_to(std::string const& url) {
    return {.url = url + "/v1", .body = "{}", .timeouts = {.connect = 5s, .attempt = 10s}};
}

TransportFailure failure_of(CurlOptions options, std::string const& url) {
    try {
        CurlTransport{std::move(options)}(request_to(url));
    } catch (ApiConnectionError const& error) {
        return error.kind();
    }
    FAIL("an answer came");
    return {};
}

} // namespace

TEST_CASE("a trusted certificate carries requests, and the connection is kept") {
    fault::FaultServer const server{{fault::completion("Hello")}};
    fault::TlsFront const front{server.port(), Certificate::valid};
    CurlTransport transport{trusting(front.ca_file())};
    CHECK(transport(request_to(front.url())).body == fault::completion("Hello").body);
    CHECK(transport(request_to(front.url())).status == 200);
    CHECK(front.handshakes() == 1);
    CHECK(server.connections() == 1);
}

TEST_CASE("a certificate that nobody vouches for, for another name or out of date carries nothing") {
    fault::FaultServer const server{{fault::completion("Hello")}};
    fault::TlsFront const valid{server.port(), Certificate::valid};
    fault::TlsFront const expired{server.port(), Certificate::expired};
    fault::TlsFront const wrong_name{server.port(), Certificate::wrong_name};
    CHECK(failure_of({.proxy = ""}, valid.url()) == TransportFailure::tls_verify);
    CHECK(failure_of(trusting(expired.ca_file()), expired.url()) == TransportFailure::tls_verify);
    CHECK(failure_of(trusting(wrong_name.ca_file()), wrong_name.url()) == TransportFailure::tls_verify);
    CHECK(failure_of(trusting(expired.ca_file()), valid.url()) == TransportFailure::tls_verify);
    CHECK(server.requests().empty());
}

TEST_CASE("a handshake that stalls ends on time, one that breaks off is no verdict on the certificate") {
    fault::FaultServer const silent{{}, {.accepts = {fault::Accept::silence}}};
    auto request = request_to("https" + silent.url().substr(4));
    request.timeouts.connect = 100ms;
    CHECK_THROWS_AS(CurlTransport{trusting("")}(request), ApiTimeoutError);
    fault::FaultServer const broken{{}, {.accepts = {fault::Accept::reset}}};
    auto const kind = failure_of(trusting(""), "https" + broken.url().substr(4));
    // A reset that comes before the connection is seen to be made: there was none.
    CHECK((kind == TransportFailure::tls_handshake || kind == TransportFailure::reset ||
           kind == TransportFailure::refused || kind == TransportFailure::unreachable));
}

TEST_CASE("only the option whose name says unsafe takes any certificate") {
    fault::FaultServer const server{{fault::completion("Hello")}};
    for (auto const certificate : {Certificate::valid, Certificate::expired, Certificate::wrong_name}) {
        fault::TlsFront const front{server.port(), certificate};
        CHECK(failure_of({.proxy = "", .unsafe_accept_any_certificate = false}, front.url()) ==
              TransportFailure::tls_verify);
        CHECK(front.handshakes() == 0);
        CurlTransport const trusting_all{{.proxy = "", .unsafe_accept_any_certificate = true}};
        CHECK(trusting_all(request_to(front.url())).body == fault::completion("Hello").body);
        CHECK(front.handshakes() == 1);
    }
    CHECK(server.requests().size() == 3);
}
