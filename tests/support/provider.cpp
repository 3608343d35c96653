// SPDX-License-Identifier: BSL-1.0
#include "support/provider.hpp"

#include <cstddef>
#include <string>
#include <utility>

namespace fault {

namespace {

std::string data(std::string const& json) { return "data: " + json + "\n\n"; }

std::string named(std::string const& name, std::string const& rest) {
    return "event: " + name + "\ndata: {\"type\":\"" + name + "\"" + rest + "}\n\n";
}

std::string chunk(std::string const& choices, std::string const& usage) {
    return data(R"({"id":"chatcmpl-1","object":"chat.completion.chunk","model":"gpt-4o-mini-2024-07-18","choices":[)" +
                choices + R"(],"usage":)" + usage + "}");
}

std::string choice(std::string const& delta, std::string const& reason = "null") {
    return R"({"index":0,"delta":)" + delta + R"(,"finish_reason":)" + reason + "}";
}

std::string quoted_or_null(std::string_view text) { return text.empty() ? "null" : quoted(text); }

std::string openai_error_body(std::string_view type, std::string_view code, std::string_view message) {
    return R"({"error":{"message":)" + quoted(message) + R"(,"type":)" + quoted(type) + R"(,"param":null,"code":)" +
           quoted_or_null(code) + "}}";
}

std::string anthropic_error_object(std::string_view type, std::string_view message, std::string_view error_code) {
    std::string const details = error_code.empty() ? "null" : R"({"error_code":)" + quoted(error_code) + "}";
    return R"("error":{"details":)" + details + R"(,"type":)" + quoted(type) + R"(,"message":)" + quoted(message) + "}";
}

} // namespace

std::string quoted(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string json{"\""};
    for (char const c : text) {
        if (c == '"' || c == '\\') json += '\\';
        if (auto const code = static_cast<unsigned char>(c); code < 0x20U) {
            json += "\\u00";
            json += digits[code / 16U];
            json += digits[code % 16U];
        } else {
            json += c;
        }
    }
    return json += '"';
}

Respond completion(std::string_view content) {
    return {
        .status = 200,
        .headers = {{"Content-Type", "application/json"}, {"X-Request-Id", "req_scripted"}},
        .body =
            R"({"id":"chatcmpl-1","object":"chat.completion","model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,)"
            R"("message":{"role":"assistant","content":)" +
            quoted(content) +
            R"(},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21}})"};
}

Respond error(int status, std::string_view type, std::string_view code, std::string_view message,
              grit::llm::Headers headers) {
    headers.set("Content-Type", "application/json");
    headers.set("X-Request-Id", "req_scripted");
    return {.status = status, .headers = std::move(headers), .body = openai_error_body(type, code, message)};
}

std::vector<std::string> openai_events(std::vector<std::string> const& pieces) {
    std::vector<std::string> events{chunk(choice(R"({"role":"assistant","content":""})"), "null")};
    for (auto const& piece : pieces) events.push_back(chunk(choice(R"({"content":)" + quoted(piece) + "}"), "null"));
    events.push_back(chunk(choice("{}", R"("stop")"), "null"));
    events.push_back(chunk("", R"({"prompt_tokens":9,"completion_tokens":12,"total_tokens":21})"));
    events.emplace_back("data: [DONE]\n\n");
    return events;
}

std::string openai_error_event(std::string_view type, std::string_view code, std::string_view message) {
    return data(openai_error_body(type, code, message));
}

Respond anthropic_message(std::string_view content) {
    return {.status = 200,
            .headers = {{"Content-Type", "application/json"}, {"request-id", "req_scripted"}},
            .body = R"({"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":)"
                    R"([{"type":"text","text":)" +
                    quoted(content) +
                    R"(}],"stop_reason":"end_turn","stop_sequence":null,)"
                    R"("usage":{"input_tokens":9,"output_tokens":12}})"};
}

Respond anthropic_error(int status, std::string_view type, std::string_view message, std::string_view error_code,
                        grit::llm::Headers headers) {
    headers.set("Content-Type", "application/json");
    headers.set("request-id", "req_scripted");
    return {.status = status,
            .headers = std::move(headers),
            .body = R"({"type":"error",)" + anthropic_error_object(type, message, error_code) +
                    R"(,"request_id":"req_scripted"})"};
}

std::vector<std::string> anthropic_events(std::vector<std::string> const& pieces) {
    std::vector<std::string> events{
        named("message_start",
              R"(,"message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5","content":[],)"
              R"("stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":9,"output_tokens":1}})"),
        named("content_block_start", R"(,"index":0,"content_block":{"type":"text","text":""})"), named("ping", "")};
    for (auto const& piece : pieces)
        events.push_back(
            named("content_block_delta", R"(,"index":0,"delta":{"type":"text_delta","text":)" + quoted(piece) + "}"));
    events.push_back(named("content_block_stop", R"(,"index":0)"));
    events.push_back(named("message_delta",
                           R"(,"delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":12})"));
    events.push_back(named("message_stop", ""));
    return events;
}

std::string anthropic_error_event(std::string_view type, std::string_view message) {
    return named("error", "," + anthropic_error_object(type, message, ""));
}

std::vector<std::string> with_line_ends(std::vector<std::string> events, std::string_view end) {
    for (auto& event : events) {
        std::string changed;
        for (char const c : event)
            if (c == '\n') changed += end;
            else changed += c;
        event = std::move(changed);
    }
    return events;
}

} // namespace fault
