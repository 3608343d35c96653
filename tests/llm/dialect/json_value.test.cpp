// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/json_value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace grit::llm;
using namespace grit::llm::detail;

namespace {

std::string nested(int depth, char open, char close) {
    auto const count = static_cast<std::size_t>(depth);
    return std::string(count, open) + std::string(count, close);
}

} // namespace

TEST_CASE("json: what is no JSON, or deeper than any answer, is discarded", "[R-732]") {
    for (char const* const text : {"", "{", "{]", "nul", "\"a", "{\"a\":}", "[1,]", "\xff"}) {
        CAPTURE(text);
        CHECK(parse_json(text).is_discarded());
    }
    CHECK_FALSE(parse_json(nested(256, '[', ']')).is_discarded());
    CHECK(parse_json(nested(257, '[', ']')).is_discarded());
    CHECK(parse_json(nested(100'000, '[', ']')).is_discarded());
    // Brackets inside a text are no depth, whatever is escaped in it.
    CHECK(parse_json(R"(["\"[[\\"])").front() == "\"[[\\");
    CHECK(parse_json('"' + std::string(1000, '[') + '"').is_string());
}

TEST_CASE("json: a member that is not there is null, whatever is asked for it") {
    auto const value = parse_json(R"({"a": {"b": 1}})");
    CHECK(member(member(value, "a"), "b") == 1);
    CHECK(member(value, "b").is_null());
    CHECK(member(member(value, "b"), "c").is_null());
    CHECK(member(parse_json("[1]"), "a").is_null());
    CHECK(member(parse_json("}"), "a").is_null());
}

TEST_CASE("json: texts and counts are read from what servers send for them") {
    CHECK(text_of(parse_json(R"("a")")) == "a");
    CHECK(text_of(parse_json("429")) == "429");
    CHECK(text_of(parse_json("4.5")).empty());
    CHECK(text_of(parse_json("null")).empty());
    CHECK(text_of(parse_json(R"(["a"])")).empty());
    CHECK(count_of(parse_json("12")) == 12);
    CHECK(count_of(parse_json("\"12\"")) == 0);
    CHECK(count_of(parse_json("12.0")) == 12);
    CHECK(count_of(parse_json("1e3")) == 1000);
    for (auto const* const none : {"null", "-1", "-1.5", "-1e300", "0", "0.0", "{}", "[1]", "true"}) {
        CAPTURE(none);
        CHECK(count_of(parse_json(none)) == 0);
    }
    for (auto const* const most : {"9007199254740993", "9223372036854775807", "9223372036854775808",
                                   "18446744073709551615", "99999999999999999999999999", "1e300"}) {
        CAPTURE(most);
        CHECK(count_of(parse_json(most)) == std::int64_t{1} << 53U);
    }
}

TEST_CASE("json: what is known of the tokens is not taken back, and a total that is not told is the sum") {
    struct Row {
        char const* what;
        std::vector<char const*> told;
        Usage usage;
    };
    constexpr std::int64_t most = std::int64_t{1} << 53U;
    std::vector<Row> const rows{
        {"all at once", {R"({"p": 9, "c": 12, "total_tokens": 22})"}, {9, 12, 22}},
        {"no total", {R"({"p": 9, "c": 12})"}, {9, 12, 21}},
        {"a total of null, of zero",
         {R"({"p": 9, "c": 12, "total_tokens": null})", R"({"total_tokens": 0})"},
         {9, 12, 21}},
        {"a total alone", {R"({"total_tokens": 21})"}, {0, 0, 21}},
        {"a total, and its parts later", {R"({"total_tokens": 21})", R"({"p": 9})", R"({"c": 12})"}, {9, 12, 21}},
        {"numbers with a point", {R"({"p": 9.0, "c": 1.2e1, "total_tokens": 21.0})"}, {9, 12, 21}},
        {"an empty object, zeros, null and other types later",
         {R"({"p": 9, "c": 12, "total_tokens": 21})", "{}", R"({"p": 0, "c": 0, "total_tokens": 0})", "null", "[]", "7",
          R"({"p": null, "c": "x", "total_tokens": {}})", R"({"p": -1})"},
         {9, 12, 21}},
        {"again and again, as it grows, without a total",
         {R"({"p": 9, "c": 1, "total_tokens": 10})", R"({"p": 9, "c": 12})"},
         {9, 12, 21}},
        {"too large", {R"({"p": 99999999999999999999, "c": 18446744073709551615})"}, {most, most, 2 * most}},
        {"nothing", {"null"}, {0, 0, 0}}};
    for (auto const& row : rows) {
        CAPTURE(row.what);
        Usage usage;
        for (auto const* const told : row.told) add_usage(usage, parse_json(told), "p", "c");
        CHECK(usage == row.usage);
    }
}

TEST_CASE("json: arguments are an object, whatever stands for none") {
    CHECK(arguments_of(parse_json(R"("{\"a\":")")) == "{\"a\":");
    CHECK(arguments_of(parse_json(R"({"a": 1})")) == R"({"a":1})");
    CHECK(arguments_of(parse_json("null")).empty());
    for (auto const* const none : {"", " \t\r\n", "null", "{}"}) CHECK(object_of(none) == "{}");
    CHECK(object_of(R"({"a": 1})") == R"({"a": 1})");
}

TEST_CASE("json: the end of an object is found, however it is cut") {
    std::string const text = R"( {"a": ["}\"]\\", {"b": "{"}]})";
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        ObjectEnd end;
        end.feed(std::string_view{text}.substr(0, cut));
        CHECK(end.whole() == (cut == text.size()));
        end.feed(std::string_view{text}.substr(cut));
        CHECK(end.whole());
    }
    CHECK_FALSE(ObjectEnd{}.whole());
}

TEST_CASE("json: bytes that are no UTF-8 are written as what they are not") {
    CHECK(written(Json{{"a", "b\xff"}}) == "{\"a\":\"b\xef\xbf\xbd\"}");
}

TEST_CASE("json: what the caller wrote must be JSON, and its name is in the sentence") {
    CHECK(given_json(R"({"a": 1})", "Tool::parameters").at("a") == 1);
    CHECK(given_json("[1]", "x", false).front() == 1);
    CHECK_THROWS_WITH(given_json("[1]", "Tool::parameters"),
                      "grit: Tool::parameters must be the text of a JSON object");
    CHECK_THROWS_WITH(given_json("{", "x", false), "grit: x must be the text of JSON");
    CHECK_THROWS_AS(given_json("", "x"), InvalidRequestError);
}

TEST_CASE("json: a number that no double holds is a large one, and what is no number stays none", "[R-733]") {
    CHECK(count_of(parse_json("1e400")) == std::int64_t{1} << 53U);
    CHECK(count_of(parse_json("-1e400")) == 0);
    CHECK(count_of(parse_json(std::string(400, '9'))) == std::int64_t{1} << 53U);
    CHECK(count_of(parse_json("1e-400")) == 0);
    auto const value = parse_json(R"({"a": 1e400, "b\\\"1e999": "1e999", "c": [-1E+999, 12]})");
    CHECK(value.at("a") == 1e308);
    CHECK(value.at("b\\\"1e999") == "1e999");
    CHECK(value.at("c") == Json::parse("[-1e308, 12]"));
    for (auto const* const none : {"01e400", "1e400e", "--1e400", "[1e400 1]", "1-2", "01", "1e", "{\"a\": 1e400"}) {
        CAPTURE(none);
        CHECK(parse_json(none).is_discarded());
    }
}

TEST_CASE("json: what a caller nests too deep is refused with a sentence", "[R-732]") {
    for (auto const& text : {nested(100'000, '[', ']'), nested(100'000, '[', ' ')}) {
        CHECK_THROWS_AS(given_json(text, "x", false), InvalidRequestError);
        CHECK_THROWS_AS(given_json(R"({"a": )" + text + "}", "x"), InvalidRequestError);
    }
    CHECK_THROWS_AS(given_json("{\"a\": \"\xff\"}", "x"), InvalidRequestError);
}
