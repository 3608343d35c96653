// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http/headers.hpp>

#include <stdexcept>
#include <string>
#include <string_view>

#include "support/catch.hpp"

using grit::llm::Headers;

TEST_CASE("headers are found without regard to case") {
    Headers const headers{{"Retry-After", "3"}, {"X-Empty", ""}};
    CHECK(headers.find("retry-after") == "3");
    CHECK(headers.find("RETRY-AFTER") == "3");
    CHECK(headers.find("x-empty") == "");
    CHECK_FALSE(headers.find("retry").has_value());
    CHECK_FALSE(headers.find("").has_value());
}

TEST_CASE("a header replaces those of its name") {
    Headers headers{{"A", "1"}, {"B", "2"}};
    headers.merge({{"a", "3"}, {"C", "4"}});
    CHECK(headers.find("A") == "3");
    CHECK(headers.find("B") == "2");
    CHECK(headers.end() - headers.begin() == 3);
}

TEST_CASE("a header cannot start another one") {
    Headers headers;
    using namespace std::string_view_literals;
    for (auto const value : {"a\r\nEvil: 1"sv, "a\nb"sv, "a\rb"sv, "a\x01"sv, "a\x7f"sv, "a\0b"sv}) {
        CHECK_THROWS_AS(headers.set("Name", std::string{value}), std::invalid_argument);
    }
    for (char const* const name : {"", "a b", "a:", "a\n", "\xc3\xa4"}) {
        CHECK_THROWS_AS(headers.set(name, "value"), std::invalid_argument);
    }
    CHECK(headers.begin() == headers.end());
    headers.set("Name", "tab\tand \xc3\xa4");
    CHECK(headers.find("name").has_value());
}

TEST_CASE("the sentence about a bad header does not quote it") {
    try {
        Headers const headers{{"Authorization", "Bearer sk-secret\n"}};
        FAIL("it was taken");
    } catch (std::invalid_argument const& error) {
        CHECK(std::string{error.what()}.find("sk-secret") == std::string::npos);
    }
}

TEST_CASE("a line of the wire is a field or nothing") {
    Headers headers;
    for (char const* const line : {"A: 1\r\n", "B:\t2 \r\n", "C:\r\n", "D: a: b\n", "HTTP/1.1 200 OK\r\n", "\r\n", "",
                                   "bad name: 1\r\n", ": 1\r\n", "E: \x01\r\n"})
        headers.read_line(line);
    CHECK(headers.find("a") == "1");
    CHECK(headers.find("b") == "2");
    CHECK(headers.find("c") == "");
    CHECK(headers.find("d") == "a: b");
    CHECK(headers.end() - headers.begin() == 4);
}
