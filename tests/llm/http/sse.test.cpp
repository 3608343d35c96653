// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/http/sse.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace grit::llm;

namespace {

using Events = std::vector<std::string>;

/// Events as "name|data|id".
struct Decoded {
    Events events = {};
    bool fits = true;
};

Decoded decode(std::vector<std::string_view> const& pieces, std::size_t max = 1 << 20) {
    Decoded decoded;
    SseDecoder decoder{max};
    for (auto const piece : pieces)
        decoded.fits = decoder.feed(piece, [&](SseEvent const& event) {
            decoded.events.push_back(std::string{event.event} + "|" + std::string{event.data} + "|" +
                                     std::string{event.id});
        });
    return decoded;
}

std::string replaced(std::string text, std::string_view end) {
    for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos; at += end.size()) text.replace(at, 1, end);
    return text;
}

} // namespace

TEST_CASE("events are told as they are completed") {
    CHECK(decode({"data: a\n\n"}).events == Events{"|a|"});
    CHECK(decode({"event: ping\ndata: {}\n\n"}).events == Events{"ping|{}|"});
    CHECK(decode({"data: a\n\ndata: b\n\n"}).events == Events{"|a|", "|b|"});
    CHECK(decode({"data:a\n\n"}).events == Events{"|a|"});
    CHECK(decode({"data:  a \n\n"}).events == Events{"| a |"});
}

TEST_CASE("data lines are joined, empty ones too") {
    CHECK(decode({"data: a\ndata: b\n\n"}).events == Events{"|a\nb|"});
    CHECK(decode({"data: {\ndata:\ndata: }\n\n"}).events == Events{"|{\n\n}|"});
    CHECK(decode({"data\n\n"}).events == Events{"||"});
    CHECK(decode({"data\ndata\n\n"}).events == Events{"|\n|"});
    CHECK(decode({"data: a\\n\\nb\n\n"}).events == Events{"|a\\n\\nb|"});
    CHECK(decode({"data: \xe2\x80\xa8\n\n"}).events == Events{"|\xe2\x80\xa8|"});
}

TEST_CASE("an event without data is none, and what is unfinished is not told") {
    CHECK(decode({"event: ping\n\n"}).events.empty());
    CHECK(decode({"event: a\n\ndata: b\n\n"}).events == Events{"|b|"});
    CHECK(decode({"data: a\n"}).events.empty());
    CHECK(decode({"data: a"}).events.empty());
    CHECK(decode({"\n\n\n"}).events.empty());
}

TEST_CASE("the event at the end is told of without its empty line, if it is asked for") {
    auto const ended = [](std::string_view bytes, std::size_t max = 1 << 20) {
        Events told;
        SseDecoder decoder{max};
        decoder.feed(bytes, [](SseEvent const&) {});
        decoder.end(
            [&](SseEvent const& event) { told.push_back(std::string{event.event} + "|" + std::string{event.data}); });
        return told;
    };
    for (std::string_view const bytes :
         {"event: x\ndata: a", "event: x\ndata: a\n", "event: x\rdata: a\r", "event: x\r\ndata: a\r\n",
          "data: b\n\nevent: x\ndata: a", "data: a\nevent: x", "event: x\ndata: a\n: ping"}) {
        CAPTURE(bytes);
        CHECK(ended(bytes) == Events{"x|a"});
    }
    for (std::string_view const bytes :
         {"", "data: a\n\n", "data: a\r\r", "event: x", ": ping", "<html>", "data: a\n\nevent: x\n"}) {
        CAPTURE(bytes);
        CHECK(ended(bytes).empty());
    }
    CHECK(ended("data: 12345", 5).empty());
}

TEST_CASE("comments, retries and unknown fields are passed over, and an id stays") {
    CHECK(decode({": hello\ndata: a\nretry: 7\nother: x\n\n:\n\n"}).events == Events{"|a|"});
    CHECK(decode({"id: 7\ndata: a\n\ndata: b\n\nid\ndata: c\n\n"}).events == Events{"|a|7", "|b|7", "|c|"});
    CHECK(decode({std::string_view{"id: 7\0\ndata: a\n\n", 16}}).events == Events{"|a|"});
    CHECK(decode({"data : a\n\n"}).events.empty());
    CHECK(decode({"DATA: a\n\n"}).events.empty());
}

TEST_CASE("a byte order mark is passed over at the start alone") {
    CHECK(decode({"\xef\xbb\xbf"
                  "data: a\n\n"})
              .events == Events{"|a|"});
    CHECK(decode({"\xef", "\xbb", "\xbf", "data: a\n\n"}).events == Events{"|a|"});
    CHECK(decode({"\xef\xbb"
                  "data: a\n\ndata: b\n\n"})
              .events == Events{"|b|"});
    CHECK(decode({"data: a\n\n\xef\xbb\xbf"
                  "data: b\n\n"})
              .events == Events{"|a|"});
}

TEST_CASE("every way to cut the bytes and to end the lines gives the same events") {
    std::string const text =
        ": hi\nid: 1\nevent: one\ndata: a\xc3\xa4\n\ndata: b\ndata: c\n\n\n\nevent: x\n\ndata: d\n\n";
    Events const expected{"one|a\xc3\xa4|1", "|b\nc|1", "|d|1"};
    for (std::string_view const end : {"\n", "\r", "\r\n"}) {
        auto const stream = replaced(text, end);
        CHECK(decode({stream}).events == expected);
        for (std::size_t cut = 0; cut <= stream.size(); ++cut)
            REQUIRE(decode({std::string_view{stream}.substr(0, cut), std::string_view{stream}.substr(cut)}).events ==
                    expected);
        std::vector<std::string_view> bytes;
        for (std::size_t i = 0; i < stream.size(); ++i) bytes.push_back(std::string_view{stream}.substr(i, 1));
        CHECK(decode(bytes).events == expected);
    }
    CHECK(decode({"data: a\r\rdata: b\n\r\ndata: c\r\n\n"}).events == Events{"|a|", "|b|", "|c|"});
    CHECK(decode({"data: a\r", "", "\n", "\r", "\n"}).events == Events{"|a|"});
}

TEST_CASE("no line and no event is longer than allowed") {
    CHECK(decode({"data: 1234\n\n"}, 10).events == Events{"|1234|"});
    CHECK(decode({"data: 12345\n\n"}, 10).events.empty());
    CHECK_FALSE(decode({"data: 12345\n\n"}, 10).fits);
    CHECK_FALSE(decode({"data: 1", "2345"}, 10).fits);
    CHECK_FALSE(decode({"data: 123\ndata: 123\n\n"}, 10).fits);
    CHECK_FALSE(decode({": a comment without an end"}, 10).fits);
    // Nothing more is told, even if it would fit.
    CHECK(decode({"data: 12345678\n\n", "data: 1\n\n"}, 10).events.empty());
    CHECK(decode({"data: 123\n\ndata: 123\n\ndata: 123\n\n"}, 10).events.size() == 3);
}

TEST_CASE("whoever takes the events can end the decoding") {
    SseDecoder decoder;
    int told = 0;
    CHECK(decoder.feed("data: a\n\ndata: b\n\n", [&](SseEvent const&) {
        ++told;
        return false;
    }));
    CHECK(told == 1);
}

TEST_CASE("lines that end with carriage returns alone take linear time") {
    std::string text;
    for (int i = 0; i < 200'000; ++i) text += "data: a\r\r";
    std::size_t told = 0;
    SseDecoder decoder;
    CHECK(decoder.feed(text, [&](SseEvent const&) { ++told; }));
    CHECK(told == 200'000);
}
