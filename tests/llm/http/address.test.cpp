// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http/address.hpp>

#include <string_view>

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

TEST_CASE("what is shown of an address has no password and no query", "[R-745]") {
    CHECK(shown_address("https://me:secret@host/v1?key=secret#secret") == "https://host/v1");
    CHECK(shown_address("https://host/v1") == "https://host/v1");
    CHECK(shown_address("me:secret@host") == "host");
    // Passwords that should have been escaped.
    for (std::string_view const bad : {"http://me:sec/ret@host/v1", "http://me:sec?ret@host/v1",
                                       "http://me:sec#ret@host/v1", "http://me:sec@ret@host/v1"})
        CHECK(shown_address(bad) == "http://host/v1");
}
