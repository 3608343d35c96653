// SPDX-License-Identifier: BSL-1.0
#pragma once
// Base64: images and files in a request, a name and a password in a header field, vectors in an answer.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::llm {

namespace detail {
inline constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
} // namespace detail

/// Returns: `bytes` in base64, as `Part::data` has it: with padding, on one line. Source: RFC 4648, 4.
constexpr std::string base64(std::string_view bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        auto const byte = [&](std::size_t at) -> std::uint32_t {
            return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0U;
        };
        auto const group = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
        for (std::size_t digit = 0; digit < 4; ++digit)
            text.push_back(i + digit > bytes.size() ? '=' : detail::base64_digits[group >> (18 - 6 * digit) & 63U]);
    }
    return text;
}

/// Returns: the bytes that `text` stands for, with or without padding; nothing if it is no base64.
constexpr std::optional<std::string> from_base64(std::string_view text) {
    constexpr auto values = [] {
        std::array<unsigned char, 256> table{};
        table.fill(64);
        for (unsigned char value = 0; value < 64; ++value)
            table[static_cast<unsigned char>(detail::base64_digits[value])] = value;
        return table;
    }();
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t group = 0;
    unsigned bits = 0;
    for (char const c : text) {
        auto const value = values[static_cast<unsigned char>(c)];
        if (value == 64) return std::nullopt;
        group = group << 6U | value;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<char>(group >> bits & 0xFFU));
    }
    return bytes;
}

} // namespace grit::inline GRIT_ABI::llm
