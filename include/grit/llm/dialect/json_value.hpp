// SPDX-License-Identifier: BSL-1.0
#pragma once
// JSON of strangers: reading what a server may have sent in any shape, and writing what a caller may have given.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <grit/llm/chat/response.hpp>
#include <grit/llm/dialect/text_pieces.hpp>
#include <grit/llm/error/api_error.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

using Json = nlohmann::json;

/// How deep JSON may be nested: deeper than any answer, and no danger for what reads, prints or destroys it.
inline constexpr int max_json_depth = 256;

/// Returns: whether `text` is nested deeper than `max_json_depth`. It is counted before anything is built, because a
/// callback of the parser costs more than all the rest.
inline bool is_too_deep(std::string_view text) noexcept {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            else quoted = c != '"';
        } else if (c == '"') {
            quoted = true;
        } else if (c == '[' || c == '{') {
            if (++depth > max_json_depth) return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

/// Returns: whether `number` is one, and no double holds it.
inline bool is_too_large(std::string_view number) {
    try {
        return Json::parse(number).is_discarded();
    } catch (Json::out_of_range const&) {
        return true;
    } catch (Json::exception const&) {
        return false;
    }
}

/// Returns: where the number ends that begins at `begin`, as far as it looks like one.
inline std::size_t end_of_number(std::string_view text, std::size_t begin) noexcept {
    auto const end_of_digits = [&](std::size_t at) {
        return std::min(text.find_first_not_of("0123456789", at), text.size());
    };
    auto end = end_of_digits(begin + 1);
    if (end < text.size() && text[end] == '.') end = end_of_digits(end + 1);
    if (end == text.size() || (text[end] != 'e' && text[end] != 'E')) return end;
    auto const exponent = end + (end + 1 < text.size() && (text[end + 1] == '+' || text[end + 1] == '-') ? 2 : 1);
    return end_of_digits(std::min(exponent, text.size()));
}

/// Returns: `text` with 1e308 for each number that no double holds, for which the parser refuses all of the text.
inline std::string with_small_numbers(std::string_view text) {
    std::string tame;
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (!quoted && (c == '-' || (c >= '0' && c <= '9'))) {
            auto const end = end_of_number(text, i);
            auto const number = text.substr(i, end - i);
            if (is_too_large(number)) tame.append(c == '-' ? "-1e308" : "1e308");
            else tame.append(number);
            i = end - 1;
            continue;
        }
        tame.push_back(c);
        if (quoted && c == '\\' && i + 1 < text.size()) tame.push_back(text[++i]);
        else if (c == '"') quoted = !quoted;
    }
    return tame;
}

/// Returns: what `text` says, or a discarded value if it is not JSON or nested too deep. A number beyond the largest
/// double is the largest that a double holds, about.
inline Json parse_json(std::string_view text) {
    if (is_too_deep(text)) return Json(Json::value_t::discarded);
    auto value = Json::parse(text, nullptr, false);
    if (value.is_discarded()) value = Json::parse(with_small_numbers(text), nullptr, false);
    return value; // never copied
}

/// Returns: the member, or null if there is none or `value` is no object.
inline Json const& member(Json const& value, char const* name) {
    static Json const null;
    auto const found = value.is_object() ? value.find(name) : value.end();
    return found == value.end() ? null : *found;
}

inline std::string text_of(Json const& value) {
    if (value.is_string()) return value.get<std::string>();
    // Compatible servers number their codes.
    return value.is_number_integer() ? value.dump() : std::string{};
}

/// Returns: a count that a server sends, as an integer or not; zero for what is none. Above 2^53 it is 2^53, so that no
/// sum of counts overflows.
inline std::int64_t count_of(Json const& value) {
    constexpr std::int64_t most = std::int64_t{1} << 53U;
    if (value.is_number_unsigned())
        return static_cast<std::int64_t>(std::min(value.get<std::uint64_t>(), static_cast<std::uint64_t>(most)));
    if (!value.is_number_float()) return 0; // an integer that is not unsigned is below zero
    auto const number = value.get<double>();
    return number >= static_cast<double>(most) ? most : number > 0 ? static_cast<std::int64_t>(number) : 0;
}

/// Adds what a server tells of the tokens, in two members of these names and perhaps `total_tokens`.
///
/// Servers tell it at once, in parts, or again and again; what is null, zero or left out takes nothing back.
inline void add_usage(Usage& known, Json const& told, char const* prompt, char const* completion) {
    auto const take = [&](std::int64_t& count, char const* name) {
        auto const given = count_of(member(told, name));
        if (given > 0) count = given;
        return given > 0;
    };
    take(known.prompt_tokens, prompt);
    take(known.completion_tokens, completion);
    if (!take(known.total_tokens, "total_tokens"))
        known.total_tokens = std::max(known.total_tokens, known.prompt_tokens + known.completion_tokens);
}

inline std::string written(Json const& value) { return value.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// Returns: the arguments of a call, or a piece of them, which servers send as text or as JSON; empty for null.
inline std::string arguments_of(Json const& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.is_null() ? std::string{} : written(value);
}

/// Returns: `arguments`, or an empty object where nothing stands in them: providers insist on an object.
inline std::string object_of(std::string arguments) {
    return arguments.find_first_not_of(" \t\r\n") == arguments.npos || arguments == "null" ? "{}"
                                                                                           : std::move(arguments);
}

/// Follows a JSON object that comes in pieces, to tell whether it is whole. Complexity: linear in all the pieces.
class ObjectEnd {
public:
    void feed(std::string_view piece) noexcept {
        for (char const c : piece) {
            if (escaped_) escaped_ = false;
            else if (quoted_ && c == '\\') escaped_ = true;
            else if (c == '"') quoted_ = !quoted_;
            else if (!quoted_ && (c == '{' || c == '[')) begun_ = true, ++depth_;
            else if (!quoted_ && (c == '}' || c == ']')) --depth_;
        }
    }
    bool whole() const noexcept { return begun_ && depth_ <= 0; }

private:
    std::int64_t depth_ = 0;
    bool begun_ = false;
    bool quoted_ = false;
    bool escaped_ = false;
};

/// Returns: JSON that the caller wrote, to stand inside a request. Throws: InvalidRequestError if it is none.
inline Json given_json(std::string_view text, char const* what, bool object = true) {
    auto value = parse_json(text);
    if (value.is_discarded() || (object && !value.is_object()))
        throw InvalidRequestError{std::string{"grit: "} + what +
                                  (object ? " must be the text of a JSON object" : " must be the text of JSON")};
    return value;
}

/// Returns: `number`, which JSON can say. Throws: InvalidRequestError for an infinity and for what is no number.
inline double given_number(double number, char const* what) {
    if (!std::isfinite(number)) throw InvalidRequestError{std::string{"grit: "} + what + " must be a finite number"};
    return number;
}

inline bool is_blank(std::string_view text) noexcept { return text.find_first_not_of(" \t\r\n") == text.npos; }

} // namespace grit::inline GRIT_ABI::llm::detail
