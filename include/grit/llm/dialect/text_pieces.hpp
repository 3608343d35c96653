// SPDX-License-Identifier: BSL-1.0
#pragma once
// Halves of characters: servers cut a text anywhere, and JSON knows no half of a character.

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

#include <grit/core/text.hpp>

namespace grit::inline GRIT_ABI::llm::detail {

/// What stands for a byte that is no part of a character until its other half comes: U+10FF80 to U+10FFFF.
inline constexpr std::string_view hidden_mark = "\xF4\x8F";

inline void append_hidden(std::string& text, unsigned byte) {
    text.append(hidden_mark).push_back(byte < 0xC0U ? '\xBE' : '\xBF');
    text.push_back(static_cast<char>(0x80U | (byte & 0x3FU)));
}

/// Returns: how long the character is that begins like this; 0 if none does.
constexpr std::size_t character_size(char first) noexcept {
    auto const lead = static_cast<unsigned char>(first);
    if (lead < 0x80) return 1;
    return lead < 0xC2 || lead > 0xF4 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

/// Returns: how many bytes at the front belong to one character: `character_size`, or less if the rest is missing.
constexpr std::size_t character_part(std::string_view text) noexcept {
    auto const size = text.empty() ? 0 : character_size(text.front());
    std::size_t part = size == 0 ? 0 : 1;
    while (part < size && part < text.size() && grit::detail::goes_on(text[part])) ++part;
    return part;
}

/// Returns: whether `text` begins with the three bytes that stand for half of a surrogate pair, the high or the low
/// one.
constexpr bool is_surrogate(std::string_view text, bool high) noexcept {
    return text.size() >= 3 && text[0] == '\xED' &&
           (static_cast<unsigned char>(text[1]) & 0xF0U) == (high ? 0xA0U : 0xB0U);
}

/// Returns: JSON in which what may be a half of a character, as raw bytes or as an escape, is hidden byte by byte.
inline std::string hide_halves(std::string_view text) {
    std::string hidden;
    while (!text.empty()) {
        unsigned unit = 0;
        bool const escape = text.size() >= 6 && text.starts_with("\\u");
        if (escape) std::from_chars(text.data() + 2, text.data() + 6, unit, 16);
        auto const part = character_part(text);
        if (unit >= 0xD800U && unit < 0xE000U) {
            append_hidden(hidden, 0xEDU);
            append_hidden(hidden, 0x80U | (unit >> 6U & 0x3FU));
            append_hidden(hidden, 0x80U | (unit & 0x3FU));
            text.remove_prefix(6);
        } else if (text.starts_with('\\') && text.size() > 1) {
            hidden.append(text.substr(0, 2));
            text.remove_prefix(2);
        } else if (part == 0 || part < character_size(text.front()) || is_surrogate(text, true) ||
                   is_surrogate(text, false) || text.starts_with(hidden_mark)) {
            append_hidden(hidden, static_cast<unsigned char>(text.front()));
            text.remove_prefix(1);
        } else {
            hidden.append(text.substr(0, part));
            text.remove_prefix(part);
        }
    }
    return hidden;
}

/// Joins the halves of characters in the pieces of one text, which `hide_halves` has hidden.
class TextPieces {
public:
    /// Returns: the whole characters of what was kept and `piece`; a half at the end is kept.
    std::string take(std::string_view piece) {
        if (kept_.empty() && piece.find(hidden_mark) == piece.npos) return std::string{piece};
        while (!piece.empty()) {
            bool const hidden =
                piece.size() >= 4 && piece.starts_with(hidden_mark) && (piece[2] == '\xBE' || piece[2] == '\xBF');
            kept_.push_back(hidden ? static_cast<char>((piece[2] == '\xBE' ? 0x80U : 0xC0U) |
                                                       (static_cast<unsigned char>(piece[3]) & 0x3FU))
                                   : piece.front());
            piece.remove_prefix(hidden ? 4 : 1);
        }
        return joined(false);
    }

    /// Returns: what is left at the end, U+FFFD for a half that has no other.
    std::string rest() { return joined(true); }

private:
    std::string joined(bool at_end) {
        std::string text;
        std::string_view left = kept_;
        while (!left.empty()) {
            auto const part = character_part(left);
            bool const high = is_surrogate(left, true);
            if (!at_end && left.size() < (high ? 6U : character_size(left.front())) && (high || part == left.size()))
                break;
            if (high && is_surrogate(left.substr(3), false)) {
                append_pair(text, left);
                left.remove_prefix(6);
            } else if (part > 0 && part == character_size(left.front()) && !high && !is_surrogate(left, false)) {
                text.append(left.substr(0, part));
                left.remove_prefix(part);
            } else {
                text.append("\xEF\xBF\xBD");
                left.remove_prefix(part == 0 ? 1 : part);
            }
        }
        kept_ = std::string{left};
        return text;
    }

    static void append_pair(std::string& text, std::string_view pair) {
        auto const bits = [&](std::size_t i) { return static_cast<unsigned char>(pair[i]) & 0x3FU; };
        auto const point = 0x10000U + ((bits(1) & 0xFU) << 16U | bits(2) << 10U | (bits(4) & 0xFU) << 6U | bits(5));
        for (unsigned const byte : {0xF0U | point >> 18U, 0x80U | (point >> 12U & 0x3FU), 0x80U | (point >> 6U & 0x3FU),
                                    0x80U | (point & 0x3FU)})
            text.push_back(static_cast<char>(byte));
    }

    std::string kept_ = {};
};

/// Returns: a text that comes in no pieces: a half of a character in it has no other.
inline std::string whole_text(std::string_view text) {
    TextPieces pieces;
    auto whole = pieces.take(text);
    return whole.append(pieces.rest());
}

} // namespace grit::inline GRIT_ABI::llm::detail
