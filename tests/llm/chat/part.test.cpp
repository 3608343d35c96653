// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/chat/part.hpp>

#include <string>

#include "support/catch.hpp"

using namespace grit::llm;

TEST_CASE("a part is text unless it says what else") {
    CHECK(Part{.text = "a"}.kind == Part::Kind::text);
    CHECK(text_part("a").text == "a");
    CHECK(image_url("https://example.org/a.png").kind == Part::Kind::image);
    CHECK(image_data("AAAA", "image/png").media_type == "image/png");
    CHECK(file_data("AAAA", "application/pdf", "a.pdf").name == "a.pdf");
    CHECK(audio_data("AAAA", "audio/wav").kind == Part::Kind::audio);
}

TEST_CASE("a kind of part has a name") {
    STATIC_REQUIRE(to_string(Part::Kind::text) == "text");
    STATIC_REQUIRE(to_string(Part::Kind::image) == "image");
    STATIC_REQUIRE(to_string(Part::Kind::file) == "file");
    STATIC_REQUIRE(to_string(Part::Kind::audio) == "audio");
    STATIC_REQUIRE(to_string(Part::Kind::json) == "json");
}

TEST_CASE("bytes become base64 as the standard's own examples have it") {
    CHECK(base64("").empty());
    CHECK(base64("f") == "Zg==");
    CHECK(base64("fo") == "Zm8=");
    CHECK(base64("foo") == "Zm9v");
    CHECK(base64("foob") == "Zm9vYg==");
    CHECK(base64("fooba") == "Zm9vYmE=");
    CHECK(base64("foobar") == "Zm9vYmFy");
    CHECK(base64(std::string("\0\xff\xfe", 3)) == "AP/+");
}
