// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http/address.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("an address falls into its parts") {
    constexpr auto whole = parse_address("https://me:a%40b@host.example:8443/v1/x?api-version=2&y=/#part");
    STATIC_REQUIRE(whole.scheme == "https://");
    STATIC_REQUIRE(whole.user_info == "me:a%40b");
    STATIC_REQUIRE(whole.authority == "host.example:8443");
    STATIC_REQUIRE(whole.host() == "host.example");
    STATIC_REQUIRE(whole.path == "/v1/x");
    STATIC_REQUIRE(whole.query == "api-version=2&y=/");
}

TEST_CASE("a part that is missing is empty") {
    constexpr auto host = parse_address("http://[::1]");
    STATIC_REQUIRE(host.authority == "[::1]");
    STATIC_REQUIRE(host.host() == "[::1]");
    STATIC_REQUIRE(parse_address("http://[::1]:80/").host() == "[::1]");
    STATIC_REQUIRE(host.path.empty());
    STATIC_REQUIRE(parse_address("http://h?q").query == "q");
    STATIC_REQUIRE(parse_address("h/p").authority == "h");
    STATIC_REQUIRE(parse_address("").authority.empty());
}

TEST_CASE("what a server may echo of the secrets of an address is known in each of its forms", "[R-745]") {
    using Texts = std::vector<std::string>;
    auto const secrets = [](std::string_view text) {
        auto found = secrets_of(parse_address(text));
        CHECK(std::ranges::is_sorted(found, std::ranges::greater{}, &std::string::size));
        std::ranges::sort(found);
        return found;
    };
    CHECK(secrets("https://host/v1?api-version=2024-10-21").empty());
    CHECK(secrets("https://admin:sesame@host") == Texts{"YWRtaW46c2VzYW1l", "admin", "admin:sesame", "sesame"});
    CHECK(secrets("https://token-of-mine@host") == Texts{"dG9rZW4tb2YtbWluZQ==", "token-of-mine", "token-of-mine"});
    // Escapes, as they are written and plain.
    CHECK(secrets("https://me:open%20sesame@host") ==
          Texts{"bWU6b3BlbiBzZXNhbWU=", "me:open sesame", "me:open%20sesame", "open sesame", "open%20sesame"});
    // What JSON spells in another way.
    CHECK(secrets("https://me:se%22same@host") == Texts{"bWU6c2Uic2FtZQ==", "me:se\"same", "me:se%22same",
                                                        "me:se\\\"same", "se\"same", "se%22same", "se\\\"same"});
    // Short ones stand in too many words.
    CHECK(secrets("https://me:a@host") == Texts{"bWU6YQ=="});
    CHECK(secrets("https://host/v1?team=sesame&API-Key=sk%2D0123&sig=short&token&code=a") ==
          Texts{"short", "sk%2D0123", "sk-0123"});
}

TEST_CASE("what is shown of an address has no password and no query", "[R-745]") {
    CHECK(shown_address("https://me:secret@host/v1?key=secret#secret") == "https://host/v1");
    CHECK(shown_address("https://host/v1") == "https://host/v1");
    CHECK(shown_address("me:secret@host") == "host");
    // Passwords that should have been escaped.
    for (std::string_view const bad : {"http://me:sec/ret@host/v1", "http://me:sec?ret@host/v1",
                                       "http://me:sec#ret@host/v1", "http://me:sec@ret@host/v1"})
        CHECK(shown_address(bad) == "http://host/v1");
}
