// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.hpp"

using namespace grit::llm;
using namespace grit::llm::detail;

namespace {

constexpr std::chrono::system_clock::time_point now{};

std::string nested(int depth, char open, char close) {
    auto const count = static_cast<std::size_t>(depth);
    return std::string(count, open) + std::string(count, close);
}

} // namespace

TEST_CASE("json: what is no JSON, or deeper than any answer, is discarded") {
    for (char const* const text : {"", "{", "{]", "nul", "\"a", "{\"a\":}", "[1,]", "\xff"}) {
        CAPTURE(text);
        CHECK(parse_json(text).is_discarded());
    }
    CHECK_FALSE(parse_json(nested(64, '[', ']')).is_discarded());
    CHECK(parse_json(nested(65, '[', ']')).is_discarded());
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

TEST_CASE("json: every envelope of an error is read") {
    auto const read = [](char const* text) { return provider_error(parse_json(text), text); };
    auto const full = read(
        R"({"error": {"message": "m", "type": "t", "code": 7, "details": {"error_code": "e"}}, "request_id": "r"})");
    CHECK(full.message == "m");
    CHECK(full.type == "t");
    CHECK(full.code == "7");
    CHECK(full.error_code == "e");
    CHECK(full.request_id == "r");
    CHECK(read(R"({"error": "text"})").message == "text");
    CHECK(read(R"({"message": "text"})").message == "text");
    CHECK(read(R"({"error": {"message": null}})").message.empty());
    CHECK(read("[]").message.empty());
    CHECK(read("<html>").message.empty());
    CHECK(read("<html>").body == "<html>");
    // An escape cannot hide a key that is looked for.
    CHECK(read("{\"message\": \"s\\u006b-1\"}").body == R"({"message":"sk-1"})");
}

TEST_CASE("json: the sentence, the type and the code are found in every shape that servers give an error") {
    struct Row {
        char const* text;
        char const* message;
        char const* type;
        char const* code;
    };
    std::vector<Row> const rows{
        {R"({"error": {"message": "m", "type": "t", "code": "c"}})", "m", "t", "c"},
        {R"({"type": "error", "error": {"type": "t", "message": "m"}})", "m", "t", ""},
        {R"({"object": "error", "message": "m", "type": "t", "param": null, "code": 400})", "m", "t", "400"},
        {R"({"error_code": "c", "message": "m"})", "m", "", "c"},
        {R"({"error_code": 336003, "error_msg": "m"})", "m", "", "336003"},
        {R"({"detail": "m"})", "m", "", ""},
        {R"({"detail": [{"loc": ["body", "x"], "msg": "m", "type": "missing"}]})", "m", "missing", ""},
        {R"({"detail": {"error": {"message": "m", "code": "c"}}})", "m", "", "c"},
        {R"({"title": "t", "status": 503, "detail": "m"})", "m", "", "503"},
        {R"([{"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED"}}])", "m", "RESOURCE_EXHAUSTED",
         "429"},
        {R"({"success": false, "errors": [{"code": 7009, "message": "m"}, {"message": "n"}]})", "m", "", "7009"},
        {R"({"errors": ["m", "n"]})", "m", "", ""},
        {R"({"error": "a sentence"})", "a sentence", "", ""},
        {R"({"error": "word"})", "word", "", "word"},
        {R"({"error": "word", "message": "m"})", "m", "", "word"},
        {R"({"error": "word", "error_description": "m"})", "m", "", "word"},
        {R"({"error": ["m"]})", "m", "", ""},
        {R"({"error": {"error": {"message": "m", "type": "t"}}})", "m", "t", ""},
        {R"({"message": ["m", "n"], "error": "Bad Request"})", "m", "", "Bad Request"},
        {R"({"message": "m", "type": "t", "code": "c"})", "m", "t", "c"},
        {R"("m")", "m", "", ""},
        {R"({"error": {"message": "m", "code": 429, "metadata": {"raw": "behind", "provider_name": "p"}}})",
         "m: behind", "", "429"},
        {R"({"error": {"message": "m", "metadata": {"raw": "{\"error\":{\"message\":\"b\",\"code\":\"c\"}}"}}})",
         "m: b", "", "c"},
        {R"({"error": {"message": "m", "metadata": {"raw": {"message": "b", "type": "t"}}}})", "m: b", "t", ""},
        {R"({"error": {"message": "m b", "metadata": {"raw": "b"}}})", "m b", "", ""},
        {"<!DOCTYPE html>\n<HTML><head><Title lang=en>\n  example.com |\n 502: Bad gateway </TITLE>",
         "example.com | 502: Bad gateway", "", ""},
        {"<html>no title", "", "", ""},
        {"<title>never ended", "", "", ""},
        {"<title", "", "", ""},
        {"no JSON", "", "", ""},
        {"{}", "", "", ""},
        {"7", "", "", ""}};
    for (auto const& row : rows) {
        CAPTURE(row.text);
        auto const error = provider_error(parse_json(row.text), row.text);
        CHECK(error.message == row.message);
        CHECK(error.type == row.type);
        CHECK(error.code == row.code);
        CHECK_FALSE(error.body.empty());
    }
}

TEST_CASE("json: the wait is found wherever servers put it in a body") {
    struct Row {
        char const* text;
        char const* wait;
    };
    std::vector<Row> const rows{
        {R"({"error": {"code": 429, "details": [{"@type": "type.googleapis.com/google.rpc.QuotaFailure"},
             {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.07s"}]}})",
         "34.07s"},
        {R"([{"error": {"details": [{"retryDelay": {"seconds": 34, "nanos": 70000000}}]}}])", "34s70000000ns"},
        {R"({"error": {"details": [{"retryDelay": {"seconds": "34"}}]}})", "34s"},
        {R"({"message": "m", "retry_after": 1.5})", "1.5"},
        {R"({"error": {"message": "m", "retry_after": "7"}})", "7"},
        {R"({"error": {"message": "m"}, "retryAfter": 7})", "7"},
        {R"({"error": {"message": "m", "details": {"retry_after_ms": 70}}})", "70ms"},
        {R"({"error": {"message": "m", "metadata": {"retry_after_seconds": 7}}})", "7"},
        {R"({"error": {"message": "m", "metadata": {"headers": {"X-RateLimit-Reset": "1741305600000"}}}})",
         "1741305600000"},
        {R"({"error": {"message": "m", "metadata": {"raw": "{\"error\":{\"retry_after\":3}}"}}})", "3"},
        {R"({"error": {"message": "m", "details": "retryDelay"}})", ""},
        {R"({"error": {"message": "m", "details": [7, null, {"retryDelay": null}]}})", ""}};
    for (auto const& row : rows) {
        CAPTURE(row.text);
        CHECK(provider_error(parse_json(row.text), row.text).wait == row.wait);
    }
}

TEST_CASE("json: an event that only keeps the connection open says nothing, in any form") {
    for (auto const& event : std::vector<SseEvent>{{.data = ""},
                                                   {.data = " "},
                                                   {.data = "\n"},
                                                   {.event = "ping", .data = "ping"},
                                                   {.event = "ping"},
                                                   {.event = "keepalive", .data = "7"},
                                                   {.event = "keep-alive"},
                                                   {.event = "heartbeat", .data = "[1]"}}) {
        CAPTURE(event.event, event.data);
        CHECK(event_body(event, {.status = 200}, {}, now) == Json::object());
    }
    CHECK_THROWS_AS(event_body({.event = "error", .data = ""}, {.status = 200}, {}, now), ApiStatusError);
    CHECK_THROWS_AS(event_body({.event = "other", .data = "ping"}, {.status = 200}, {}, now),
                    ApiResponseValidationError);
}

TEST_CASE("json: an event is an object, or the error that it reports") {
    HttpResponse const head{.status = 200};
    ApiKey const key;
    CHECK(event_body({.data = R"({"a": 1})"}, head, key, now).at("a") == 1);
    CHECK_THROWS_AS(event_body({.data = "[1]"}, head, key, now), ApiResponseValidationError);
    CHECK_THROWS_AS(event_body({.data = "{"}, head, key, now), ApiResponseValidationError);
    SseEvent const overloaded{.data = R"({"error": {"type": "overloaded_error"}})"};
    CHECK_THROWS_AS(event_body(overloaded, head, key, now), OverloadedError);
    CHECK_THROWS_AS(event_body({.event = "error", .data = overloaded.data}, head, key, now), OverloadedError);
    CHECK_THROWS_AS(event_body({.event = "error", .data = "no JSON"}, head, key, now), ApiStatusError);
}
