// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/text_pieces.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <type_traits>
#include <vector>

#include <grit/llm/dialect/anthropic.hpp>
#include <grit/llm/dialect/openai.hpp>
#include <grit/llm/error/status_error.hpp>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {

struct Told {
    std::string content = {};
    std::string delivered = {};
    std::string arguments = {};
};

/// Streams pieces of a text, as they stand in JSON, as the content and as the arguments of a call.
template <class Dialect>
Told streamed(std::vector<std::string> const& pieces) {
    bool const openai = std::is_same_v<Dialect, OpenAi>;
    typename Dialect::Stream stream;
    Told told;
    auto const take = [&](std::string const& data) {
        stream.take({.data = data}, {.status = 200}, {}, std::chrono::system_clock::time_point{},
                    [&](Delta const& delta) { told.delivered += delta.text; });
    };
    for (auto const& piece : pieces)
        take(openai ? R"({"choices":[{"delta":{"content":")" + piece + "\"}}]}"
                    : R"({"type":"content_block_delta","index":0,"delta":{"text":")" + piece + "\"}}");
    if (!openai) take(R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c1"}})");
    for (auto const& piece : pieces)
        take(openai
                 ? R"({"choices":[{"delta":{"tool_calls":[{"id":"c1","function":{"arguments":")" + piece + "\"}}]}}]}"
                 : R"({"type":"content_block_delta","index":1,"delta":{"partial_json":")" + piece + "\"}}");
    take(openai ? "[DONE]" : R"({"type":"message_stop"})");
    told.content = stream.answer().content;
    told.arguments = stream.answer().tool_calls.at(0).arguments;
    return told;
}

} // namespace

TEST_CASE("text pieces: the halves of a character are joined, wherever a server cuts and however it writes them") {
    struct Row {
        std::vector<std::string> pieces;
        std::string text;
    };
    std::vector<Row> rows{
        {{R"(a\ud83d)", R"(\ude00b)"},
         "a\xF0\x9F\x98\x80"
         "b"},
        {{R"(a\uD83D)", "", R"(\uDE00)"}, "a\xF0\x9F\x98\x80"},
        {{R"(\ud83d\ude00\ud83d)", R"(\ude00)"}, "\xF0\x9F\x98\x80\xF0\x9F\x98\x80"},
        {{R"(\\ud83d\n)", "\xC3", "\xA4"}, "\\ud83d\n\xC3\xA4"},
        {{"\xF4\x8F\xBE\x80", "x"}, "\xF4\x8F\xBE\x80x"}, // a character that a half could be taken for
    };
    for (std::string const text : {"\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "a\xE2\x82\xAC\xC3\xA4z"})
        for (std::size_t i = 0; i <= text.size(); ++i)
            for (std::size_t j = i; j <= text.size(); ++j)
                rows.push_back({{text.substr(0, i), text.substr(i, j - i), text.substr(j)}, text});
    for (auto const& row : rows) {
        CAPTURE(row.pieces, row.text);
        for (auto const& told : {streamed<OpenAi>(row.pieces), streamed<Anthropic>(row.pieces)}) {
            CHECK(told.content == row.text);
            CHECK(told.delivered == row.text);
            CHECK(told.arguments == row.text);
        }
    }
}

TEST_CASE("text pieces: a half without its other half is told as what it is not") {
    std::string const unknown = "\xEF\xBF\xBD";
    struct Row {
        std::vector<std::string> pieces;
        std::string text;
    };
    for (auto const& row : std::vector<Row>{{{R"(a\ud83d)"}, "a" + unknown},
                                            {{R"(a\ud83d)", "bcde"}, "a" + unknown + "bcde"},
                                            {{R"(\ude00)", "b"}, unknown + "b"},
                                            {{R"(\ud83d\ud83d)", R"(\ude00)"}, unknown + "\xF0\x9F\x98\x80"},
                                            {{"a\xE2\x82", "b"}, "a" + unknown + "b"},
                                            {{"\xFF", "\x80"}, unknown + unknown},
                                            {{"a\xC3"}, "a" + unknown}}) {
        CAPTURE(row.pieces);
        CHECK(streamed<OpenAi>(row.pieces).content == row.text);
        CHECK(streamed<OpenAi>(row.pieces).arguments == row.text);
        CHECK(streamed<Anthropic>(row.pieces).arguments == row.text);
        CHECK(streamed<OpenAi>(row.pieces).delivered == row.text);
        CHECK(streamed<Anthropic>(row.pieces).content == row.text);
    }
}

TEST_CASE("text pieces: an error with half a character is still the error that it names") {
    OpenAi::Stream stream;
    try {
        stream.take({.data = "{\"error\": {\"message\": \"slow\xC3\", \"code\": \"rate_limit_exceeded\"}}"},
                    {.status = 200}, {}, {}, [](Delta const&) {});
        FAIL("no error");
    } catch (RateLimitError const& error) {
        CHECK(error.message() == "slow\xEF\xBF\xBD");
        CHECK(error.body().find("slow\xEF\xBF\xBD\"") != std::string::npos);
    }
}
