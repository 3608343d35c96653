// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/chat/endpoint.hpp>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using Catch::Matchers::ContainsSubstring;
using grit::llm::ApiKey;
using grit::llm::Endpoint;
using grit::llm::detail::checked;

namespace {

/// What is said against an endpoint; empty if nothing is.
std::string refusal(Endpoint endpoint) {
    try {
        checked(std::move(endpoint));
        return {};
    } catch (std::invalid_argument const& error) {
        return error.what();
    }
}

} // namespace

TEST_CASE("an endpoint without more is the dialect's own provider, without a key") {
    grit::llm::Endpoint const endpoint;
    CHECK(endpoint.base_url.empty());
    CHECK(endpoint.key.empty());
    CHECK(refusal(endpoint).empty());
}

TEST_CASE("a value that no request could carry is refused, and the sentence names the member and no value", "[R-777]") {
    std::vector<std::pair<std::string, char const*>> const refusals{
        {refusal({.organization = "org-sesame\n"}), "'Endpoint::organization'"},
        {refusal({.project = "sesame\r\nX: y"}), "'Endpoint::project'"},
        {refusal({.project = std::string{"sesame\0", 7}}), "'Endpoint::project'"},
        {refusal({.key_header = "sesame:"}), "'Endpoint::key_header'"},
        {refusal({.key_header = "sesame key"}), "'Endpoint::key_header'"},
        {refusal({.base_url = "https://sesame/v1\n"}), "'Endpoint::base_url'"},
    };
    for (auto const& [sentence, member] : refusals) {
        CHECK_THAT(sentence, ContainsSubstring(member));
        CHECK_THAT(sentence, !ContainsSubstring("sesame"));
    }
    CHECK(refusal({.organization = "org-\xc3\xa4", .project = "a b", .key_header = "api-key"}).empty());
}

TEST_CASE("an address that is none is refused, with what is wrong in it", "[R-777]") {
    for (auto const* const none : {"host/v1", "localhost:8080", "ftp://host", "https://", "https:///v1", "http://:80",
                                   "http://me:secret@/v1", "/v1"})
        CHECK_THAT(refusal({.base_url = none}), ContainsSubstring("http:// or https://"));
    for (auto const* const blank : {"http://host /v1", "http://host/v 1", "http://host/v1\n", "http://host/v1?a= b"})
        CHECK_THAT(refusal({.base_url = blank}), ContainsSubstring("%20"));
    // A part of the password would be looked up as a host.
    for (auto const* const cut : {"http://me:sec/ret@host/v1", "http://me:sec?ret@host/v1", "http://me:sec#ret@host/v1",
                                  "http://me:s@c/ret@host/v1", "http://me:s@c?ret@host/v1", "http://host:port/v1"})
        CHECK_THAT(refusal({.base_url = cut}), ContainsSubstring("%2F"));
    for (auto const* const good :
         {"http://host", "HTTPS://Host:8443/v1?a=b", "http://[::1]:80/", "http://me:open sesame@h/v1",
          "http://me:a@b@host/v1", "https://gateway/models/@cf/x", "https://host/v1?user=a@b"}) {
        CAPTURE(good);
        CHECK(refusal({.base_url = good}).empty());
    }
}

TEST_CASE("the key of an endpoint hides the secrets of its address", "[R-745]") {
    auto const endpoint = checked({.base_url = "https://admin:sesame@host/v1", .key = ApiKey{"sk-0123456789"}});
    CHECK(endpoint.key.redact("admin sesame sk-0123456789") == "[redacted] [redacted] [redacted]");
    CHECK(endpoint.base_url == "https://admin:sesame@host/v1");
}
