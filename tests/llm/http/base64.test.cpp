// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http/base64.hpp>

#include <string>
#include <string_view>
#include <utility>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("base64 goes both ways") {
    // The vectors of RFC 4648, 10.
    for (auto const& [bytes, text] : {std::pair<std::string_view, std::string_view>{"", ""},
                                      {"f", "Zg=="},
                                      {"fo", "Zm8="},
                                      {"foo", "Zm9v"},
                                      {"foob", "Zm9vYg=="},
                                      {"fooba", "Zm9vYmE="},
                                      {"foobar", "Zm9vYmFy"}}) {
        CHECK(base64(bytes) == text);
        CHECK(from_base64(text) == bytes);
    }
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all.push_back(static_cast<char>(byte));
    CHECK(from_base64(base64(all)) == all);
}

TEST_CASE("base64 may lack its padding, and nothing else is read as base64") {
    CHECK(from_base64("Zg") == "f");
    CHECK_FALSE(from_base64("Z").has_value());
    CHECK_FALSE(from_base64("Zg= =").has_value());
    CHECK_FALSE(from_base64("Z-8=").has_value());
}
