// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the tools print: text that does no harm to a terminal, and JSON of one line each.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace llm_tool {

using nlohmann::json;

/// Returns: `text` fit for a terminal: U+FFFD stands for what is no UTF-8, and for each control character but a line
/// end and a tab.
inline std::string shown(std::string_view text) {
    auto const valid = json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
    std::string clean;
    for (std::size_t i = 0; i < valid.size(); ++i) {
        auto const c = static_cast<unsigned char>(valid[i]);
        bool const second = c == 0xC2 && i + 1 < valid.size() && static_cast<unsigned char>(valid[i + 1]) < 0xA0;
        bool const control = (c < ' ' && c != '\n' && c != '\t') || c == 0x7F || second; // second: U+0080 to U+009F
        if (control) clean.append("\xEF\xBF\xBD");
        else clean.push_back(valid[i]);
        i += second ? 1 : 0;
    }
    return clean;
}

/// Returns: `text` without the user information of the addresses in it, which may hold a password.
inline std::string without_passwords(std::string text) {
    for (auto from = text.find("://"); from != text.npos; from = text.find("://", from)) {
        from += 3;
        auto const end = std::min(text.find_first_of("/?# \t\r\n\"'<>", from), text.size());
        auto const at = std::string_view{text}.substr(0, end).rfind('@');
        if (at != text.npos && at >= from) text.erase(from, at + 1 - from);
    }
    return text;
}

/// Returns: an error's text as it may be shown to a person, in one line.
inline std::string shown_error(std::string_view text) {
    auto clean = shown(without_passwords(std::string{text}));
    std::ranges::replace(clean, '\n', ' ');
    return clean;
}

/// Returns: `value` as one line of JSON in UTF-8, whatever is in it, without what any reader takes for a line end or a
/// terminal for a command.
inline std::string json_line(json const& value) {
    auto const text = value.dump(-1, ' ', false, json::error_handler_t::replace);
    std::string line;
    line.reserve(text.size() + 1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const byte = [&](std::size_t at) {
            return static_cast<unsigned char>(i + at < text.size() ? text[i + at] : 0);
        };
        constexpr auto* digits = "0123456789abcdef";
        if (byte(0) == 0x7F) {
            line.append("\\u007f");
        } else if (byte(0) == 0xC2 && byte(1) < 0xA0) {
            line.append("\\u00").append({digits[byte(1) >> 4U], digits[byte(1) & 0xFU]});
            i += 1;
        } else if (byte(0) == 0xE2 && byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9)) {
            line.append(byte(2) == 0xA8 ? "\\u2028" : "\\u2029");
            i += 2;
        } else {
            line.push_back(text[i]);
        }
    }
    line.push_back('\n');
    return line;
}

} // namespace llm_tool
