// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/transport/curl_failure.hpp>

#include <grit/llm/error/category.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("every result of libcurl that matters has its meaning") {
    STATIC_REQUIRE(transport_failure(CURLE_COULDNT_CONNECT, ECONNREFUSED) == TransportFailure::refused);
    STATIC_REQUIRE(transport_failure(CURLE_COULDNT_CONNECT, ENETUNREACH) == TransportFailure::unreachable);
    STATIC_REQUIRE(transport_failure(CURLE_COULDNT_RESOLVE_HOST, 0) == TransportFailure::dns_temporary);
    STATIC_REQUIRE(transport_failure(CURLE_OPERATION_TIMEDOUT, 0) == TransportFailure::connect_timeout);
    STATIC_REQUIRE(transport_failure(CURLE_SSL_CONNECT_ERROR, 0) == TransportFailure::tls_handshake);
    STATIC_REQUIRE(transport_failure(CURLE_PEER_FAILED_VERIFICATION, 0) == TransportFailure::tls_verify);
    STATIC_REQUIRE(transport_failure(CURLE_SSL_CACERT_BADFILE, 0) == TransportFailure::tls_setup);
    STATIC_REQUIRE(transport_failure(CURLE_RECV_ERROR, 0) == TransportFailure::reset);
    STATIC_REQUIRE(transport_failure(CURLE_SEND_ERROR, 0) == TransportFailure::reset);
    STATIC_REQUIRE(transport_failure(CURLE_GOT_NOTHING, 0) == TransportFailure::early_end);
    STATIC_REQUIRE(transport_failure(CURLE_PARTIAL_FILE, 0) == TransportFailure::partial_body);
    STATIC_REQUIRE(transport_failure(CURLE_WEIRD_SERVER_REPLY, 0) == TransportFailure::protocol);
    STATIC_REQUIRE(transport_failure(CURLE_UNSUPPORTED_PROTOCOL, 0) == TransportFailure::invalid_request);
    STATIC_REQUIRE(transport_failure(CURLE_FILESIZE_EXCEEDED, 0) == TransportFailure::too_large);
    STATIC_REQUIRE(transport_failure(static_cast<CURLcode>(95), 0) == TransportFailure::reset);
    STATIC_REQUIRE(transport_failure(static_cast<CURLcode>(96), 0) == TransportFailure::tls_handshake);
    STATIC_REQUIRE(transport_failure(CURLE_FAILED_INIT, 0) == TransportFailure::unknown);
}

TEST_CASE("what libcurl's adapter takes for transient is retryable here, and nothing else") {
    for (int code = 0; code < 128; ++code) {
        CAPTURE(code);
        auto const curl_code = static_cast<CURLcode>(code);
        bool const retryable = categorize(transport_failure(curl_code, 0)) == Category::retryable;
        CHECK(retryable == grit::curl::is_transient(curl_code));
    }
}

TEST_CASE("what else is known of a failure is shown without the key") {
    HttpRequest const request{.headers = {{"Authorization", "Bearer sk-0123456789"}, {"x-api-key", "sk-ant"}}};
    try {
        detail::fail_exchange(request, TransportFailure::refused, "host sk-0123456789 or sk-ant");
    } catch (ApiConnectionError const& error) {
        CHECK(std::string_view{error.what()} == "Connection error: connection refused (host [redacted] or [redacted])");
    }
    CHECK_THROWS_AS(detail::fail_exchange(request, TransportFailure::idle_timeout, {}), ApiTimeoutError);
}

TEST_CASE("the password of an address that libcurl quotes is not shown", "[R-745]") {
    auto const said = [](std::string_view text) {
        try {
            detail::fail_exchange({}, TransportFailure::invalid_request, text);
        } catch (ApiConnectionError const& error) {
            return std::string{error.what()};
        }
    };
    CHECK_THAT(said("Unsupported proxy scheme for 'ftp://me:secret@host:1'"),
               Catch::Matchers::EndsWith("(Unsupported proxy scheme for 'ftp://host:1')"));
    CHECK_THAT(said("Unsupported proxy syntax in 'me:sec@re t@host:x'"),
               Catch::Matchers::EndsWith("(Unsupported proxy syntax in 'host:x')"));
    CHECK_THAT(said("me:secret@host"), Catch::Matchers::EndsWith("(host)"));
    CHECK_THAT(said("no address"), Catch::Matchers::EndsWith("(no address)"));
}
