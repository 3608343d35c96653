// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the dialects have in common about bodies: errors in every shape, keep-alives, and what is no answer.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <grit/llm/dialect/json_value.hpp>
#include <grit/llm/dialect/text_pieces.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/error/throw_status_error.hpp>
#include <grit/llm/http/api_key.hpp>
#include <grit/llm/http/response.hpp>
#include <grit/llm/http/sse.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// Returns: the title of a page, on one line; empty if there is none. A gateway's page says in it what went wrong.
inline std::string page_title(std::string_view page) {
    auto const at = [&](std::string_view tag, std::size_t from) {
        auto const same = [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); };
        auto const found = std::search(page.begin() + static_cast<std::ptrdiff_t>(from), page.end(), tag.begin(),
                                       tag.end(), [&](char b, char a) { return same(a, b); });
        return static_cast<std::size_t>(found - page.begin());
    };
    auto const tag = at("<title", 0);
    auto const begin = std::min(page.find('>', tag == page.size() ? page.npos : tag), page.size());
    auto const end = at("</title", begin);
    if (begin == page.size() || end == page.size()) return {};
    std::string title;
    for (char const c : page.substr(begin + 1, end - begin - 1)) {
        bool const space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
        if (!space) title.push_back(c);
        else if (!title.empty() && title.back() != ' ') title.push_back(' ');
    }
    if (title.ends_with(' ')) title.pop_back();
    return title;
}

/// Whether a member that stands for an error says that there is one.
inline bool says_something(Json const& value) {
    bool const is_empty_text = value.is_string() && value.get_ref<std::string const&>().empty();
    return !(value.empty() || is_empty_text || value == false || value == 0);
}

/// Returns: whether a message has no content, no call, no refusal, nothing unknown either: a role alone says nothing.
inline bool says_nothing(Json const& message) {
    for (auto const& [name, value] : message.items())
        if (name != "role" && says_something(value)) return false;
    return true;
}

/// Returns: what the body of a whole answer says. Halves of characters and other bytes that JSON does not know become
/// U+FFFD: they must not hide what stands beside them, such as the code of an error.
inline Json parse_body(std::string_view text) {
    auto body = parse_json(text);
    if (!body.is_discarded()) return body;
    auto const mended = whole_text(hide_halves(text));
    return mended == text ? body : parse_json(mended);
}

/// Returns: how long to wait, as a Retry-After has it, if one of the members by which servers say it is in `said`.
inline std::string wait_of(Json const& said) {
    auto const text = [](Json const& value) { return value.is_number() ? value.dump() : text_of(value); };
    for (auto const* const name :
         {"retryDelay", "retry_after", "retryAfter", "retry_after_seconds", "retryAfterSeconds"})
        if (auto found = text(member(said, name)); !found.empty()) return found;
    for (auto const* const name : {"retry_after_ms", "retryAfterMs"})
        if (auto found = text(member(said, name)); !found.empty()) return found + "ms";
    // A duration of protobuf that is no text.
    auto const& delay = member(said, "retryDelay");
    if (auto const seconds = text(member(delay, "seconds")); !seconds.empty()) {
        auto const nanos = text(member(delay, "nanos"));
        return seconds + "s" + (nanos.empty() ? "" : nanos + "ns");
    }
    // The fields of the answer that a gateway got.
    for (auto const* const name : {"Retry-After", "retry-after", "X-RateLimit-Reset", "x-ratelimit-reset"})
        if (auto found = text(member(member(said, "headers"), name)); !found.empty()) return found;
    return {};
}

/// Reads what a failure says into the members that are still empty. The innermost word comes first, because it is that
/// of the server that failed; what stands around it fills the rest. `parse_json` has bounded the depth.
inline void read_error(Json const& said, ProviderError& error) {
    auto const fill = [](std::string& text, std::string found) {
        if (text.empty()) text = std::move(found);
    };
    if (said.is_string()) return fill(error.message, said.get<std::string>());
    if (said.is_array() && !said.empty()) return read_error(said.front(), error);
    if (!said.is_object()) return;
    auto const& inner = member(said, "error");
    if (!inner.is_string()) read_error(inner, error);
    read_error(member(said, "errors"), error);
    for (auto const* const name : {"message", "error_message", "error_msg", "error_description", "msg"})
        if (error.message.empty()) read_error(member(said, name), error);
    // A word, such as "rate_limit_exceeded", or all that there is.
    if (inner.is_string() &&
        (!error.message.empty() || inner.get_ref<std::string const&>().find(' ') == std::string::npos))
        fill(error.code, inner.get<std::string>());
    if (inner.is_string()) read_error(inner, error); // an object was read above, and once is enough
    if (error.message.empty()) read_error(member(said, "detail"), error);
    fill(error.code, text_of(member(said, "code")));
    fill(error.code, text_of(member(said, "error_code")));
    if (auto type = text_of(member(said, "type")); type != "error") fill(error.type, std::move(type));
    auto const& status = member(said, "status");
    fill(status.is_string() ? error.type : error.code, text_of(status));
    auto const& details = member(said, "details");
    fill(error.error_code, text_of(member(details, "error_code")));
    fill(error.wait, wait_of(said));
    fill(error.wait, wait_of(details));
    if (details.is_array())
        for (auto const& detail : details) fill(error.wait, wait_of(detail));
    fill(error.wait, wait_of(member(said, "metadata")));
    // A gateway hands on what the server behind it said.
    auto const& raw = member(member(said, "metadata"), "raw");
    if (raw.is_null()) return;
    auto const parsed = raw.is_string() ? parse_body(raw.get_ref<std::string const&>()) : raw;
    ProviderError behind;
    read_error(parsed.is_discarded() ? raw : parsed, behind);
    if (!behind.message.empty() && error.message.find(behind.message) == std::string::npos)
        error.message += (error.message.empty() ? "" : ": ") + behind.message;
    fill(error.type, std::move(behind.type));
    fill(error.code, std::move(behind.code));
    fill(error.wait, std::move(behind.wait));
}

/// Returns: what the body of a failure says, in the envelope of either provider, of a compatible server or a gateway,
/// or in none.
inline ProviderError provider_error(Json const& body, std::string_view text) {
    if (body.is_discarded()) return {.message = page_title(text), .body = std::string{is_blank(text) ? "" : text}};
    ProviderError error{.request_id = text_of(member(body, "request_id")), .body = written(body)};
    read_error(body, error);
    return error;
}

/// Returns: whether a body that should be an answer, or a part of one, says that there is none.
inline bool reports_error(Json const& body) {
    if (body.is_array()) return !body.empty() && body.front().is_object() && reports_error(body.front());
    if (says_something(member(body, "error")) || says_something(member(body, "errors"))) return true;
    if (member(body, "object") == "error" || member(body, "type") == "error") return true;
    bool const answers = body.contains("choices") || body.contains("content") || body.contains("type");
    return !answers && (says_something(member(body, "error_code")) || says_something(member(body, "detail")));
}

/// Returns: NaN, or an infinity, that stands where a number ought to be in what is JSON but for that; empty if none
/// does. Some servers write such, and JSON has no word for them.
inline std::string_view no_number_in(std::string_view text) noexcept {
    auto const begin = text.find_first_not_of(" \t\r\n");
    if (begin == text.npos || (text[begin] != '{' && text[begin] != '[')) return {};
    bool quoted = false;
    for (std::size_t i = begin; i < text.size(); ++i) {
        if (quoted && text[i] == '\\') ++i;
        else if (text[i] == '"') quoted = !quoted;
        else if (!quoted)
            for (std::string_view const word : {"NaN", "-Infinity", "Infinity"})
                if (text.substr(i).starts_with(word)) return word;
    }
    return {};
}

/// A 2xx whose body is no answer. One that says nothing at all, or an event that makes no sense, may be asked for
/// again.
[[noreturn]] inline void throw_validation_error(HttpResponse const& response, Json const& body, char const* lacks,
                                                ApiKey const& key, std::chrono::system_clock::time_point now,
                                                bool nothing = false) {
    auto details = status_details(response, provider_error(body, response.body), key, now);
    bool const blank = is_blank(response.body);
    if (nothing || blank || body.empty()) details.should_retry = details.should_retry.value_or(true);
    std::string cause = blank                 ? "it is empty"
                        : body.is_discarded() ? "it is not JSON"
                                              : std::string{"it has no "} + lacks;
    auto const no_number = body.is_discarded() ? no_number_in(response.body) : std::string_view{};
    if (!no_number.empty()) cause.append(", which has no ").append(no_number);
    throw ApiResponseValidationError{"The answer has status " + std::to_string(response.status) +
                                         " and is no completion, because " + cause +
                                         (details.message.empty() ? "" : ": " + details.message),
                                     std::move(details)};
}

/// Returns: whether an event only keeps the connection open, by its name or by saying nothing.
inline bool is_keep_alive(SseEvent const& event) noexcept {
    for (std::string_view const name : {"ping", "keepalive", "keep-alive", "heartbeat"})
        if (event.event == name) return true;
    return event.event != "error" && is_blank(event.data);
}

/// Returns: what an event of a stream says, a JSON object; an empty one if it only keeps the connection open.
///
/// Throws: the error that the event reports; ApiResponseValidationError for an event that is no JSON object.
inline Json event_body(SseEvent const& event, HttpResponse const& head, ApiKey const& key,
                       std::chrono::system_clock::time_point now) {
    if (is_keep_alive(event)) return Json::object();
    auto body = parse_json(event.data);
    // Halves of characters are no JSON; what hides them must not come from the server.
    if (body.is_discarded() || event.data.find(hidden_mark) != event.data.npos)
        body = parse_json(hide_halves(event.data));
    if (event.event == "error" || reports_error(body)) {
        auto error = provider_error(body, event.data);
        for (auto* const text : {&error.message, &error.body, &error.type, &error.code, &error.error_code})
            *text = whole_text(*text);
        throw_event_error(head, error, key, now);
    }
    if (!body.is_object())
        throw_validation_error({head.status, head.headers, std::string{event.data}}, body, "JSON object", key, now,
                               true);
    return body;
}

/// Returns: what the body of a whole answer says, JSON of any kind.
///
/// Throws: the error of the status, or the one that the body of a 2xx reports.
inline Json answer_body(HttpResponse const& response, ApiKey const& key, std::chrono::system_clock::time_point now) {
    auto body = parse_body(response.body);
    if (response.status < 200 || response.status >= 300)
        throw_status_error(response, provider_error(body, response.body), key, now);
    if (reports_error(body)) throw_event_error(response, provider_error(body, response.body), key, now);
    return body;
}

} // namespace grit::inline GRIT_ABI::llm::detail
