// SPDX-License-Identifier: BSL-1.0
#include <grit/llm/dialect/json.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace grit::llm;
using namespace grit::llm::detail;
using Catch::Matchers::ContainsSubstring;

namespace {

constexpr std::chrono::system_clock::time_point now{};

} // namespace

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

TEST_CASE("json: what stands for no number, or an endless one, is no JSON, and the error names it", "[R-733]") {
    ApiKey const key;
    auto const said = [&](std::string body) {
        HttpResponse const response{.status = 200, .headers = {}, .body = std::move(body)};
        try {
            throw_validation_error(response, answer_body(response, key, now), "choices", key, now);
        } catch (ApiResponseValidationError const& error) {
            CHECK_FALSE(error.should_retry().has_value());
            return std::string{error.what()};
        }
    };
    CHECK_THAT(said(R"({"logprobs": [{"token": "a", "logprob": -Infinity}]})"),
               ContainsSubstring("because it is not JSON, which has no -Infinity: {"));
    CHECK_THAT(said(R"({"score": Infinity})"), ContainsSubstring("which has no Infinity"));
    CHECK_THAT(said(R"( [1e999, NaN])"), ContainsSubstring("which has no NaN"));
    CHECK_THAT(said(R"({"text": "a \" NaN", "score": no})"), ContainsSubstring("because it is not JSON: {"));
    CHECK_THAT(said("<html>NaN"), ContainsSubstring("because it is not JSON: <"));
    CHECK_THAT(said(R"({"text": "NaN"})"), ContainsSubstring("because it has no choices"));

    HttpResponse const head{.status = 200};
    try {
        event_body({.data = R"({"logprob": NaN})"}, head, key, now);
        FAIL("it was taken");
    } catch (ApiResponseValidationError const& error) {
        CHECK_THAT(error.what(), ContainsSubstring("which has no NaN"));
        CHECK(error.should_retry().value_or(false));
    }
}

TEST_CASE("json: an error inside an error inside an error is read once", "[R-732]") {
    std::string text;
    for (int i = 0; i < 250; ++i) text += R"({"error": )";
    text += R"({"message": "m"})" + std::string(250, '}');
    CHECK(provider_error(parse_json(text), text).message == "m");
}

TEST_CASE("json: bytes that JSON does not know hide nothing of a whole answer", "[R-744]") {
    HttpResponse const spent{.status = 429,
                             .body = "{\"error\": {\"message\": \"d\xe9pass\xe9\", \"code\": \"insufficient_quota\"}}"};
    CHECK_THROWS_AS(answer_body(spent, {}, now), InsufficientQuotaError);
    HttpResponse const cut{.status = 429, .body = R"({"error": {"message": "\ud83d", "code": "insufficient_quota"}})"};
    CHECK_THROWS_AS(answer_body(cut, {}, now), InsufficientQuotaError);
    // A half that has its other one is joined, beside one that has not; escapes stay what they are.
    HttpResponse const answer{.status = 200,
                              .body = "{\"a\": \"\\ud83d\\ude00 \\\"\\\\ud83d \\ud83d\", \"b\": \"\xf0\x9f\"}"};
    auto const body = answer_body(answer, {}, now);
    CHECK(body.at("a") == "\xf0\x9f\x98\x80 \"\\ud83d \xef\xbf\xbd");
    CHECK(body.at("b") == "\xef\xbf\xbd");
    CHECK(parse_body("<\xff>").is_discarded());
    // What a gateway hands on as a text.
    auto const behind = parse_json(R"({"error": {"metadata": {"raw": "{\"message\": \"m\\ud83d\", \"code\": 7}"}}})");
    CHECK(provider_error(behind, {}).message == "m\xef\xbf\xbd");
}
