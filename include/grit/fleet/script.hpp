// SPDX-License-Identifier: BSL-1.0
#pragma once
// Script: one atomic step on the shared state of a fleet, as text for a store and as a function for a process alone.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::fleet {

class Keyspace;

namespace detail {

/// SHA-1 of a text as 40 hexadecimal digits: what Redis calls a script. Source: RFC 3174.
class Sha1 {
public:
    static constexpr std::array<char, 40> of(std::string_view text) noexcept {
        Sha1 sum;
        std::size_t const whole = text.size() / 64 * 64;
        for (std::size_t at = 0; at != whole; at += 64) sum.take(text.substr(at, 64));
        // The last block or two: the rest, a bit that is set, zeros, and the length in bits.
        char rest[128]{};
        std::size_t const left = text.size() - whole;
        for (std::size_t i = 0; i != left; ++i) rest[i] = text[whole + i];
        rest[left] = static_cast<char>(0x80);
        std::size_t const size = left < 56 ? 64 : 128;
        std::uint64_t const bits = std::uint64_t{text.size()} * 8;
        for (std::size_t i = 0; i != 8; ++i) rest[size - 1 - i] = static_cast<char>(bits >> 8 * i & 255);
        for (std::size_t at = 0; at != size; at += 64) sum.take({rest + at, 64});

        std::array<char, 40> hex{};
        for (std::size_t i = 0; i != hex.size(); ++i)
            hex[i] = "0123456789abcdef"[sum.state_[i / 8] >> (28 - 4 * (i % 8)) & 15];
        return hex;
    }

private:
    static constexpr std::uint32_t turned(std::uint32_t n, int bits) noexcept { return n << bits | n >> (32 - bits); }

    constexpr void take(std::string_view block) noexcept {
        std::uint32_t words[80]{};
        for (std::size_t i = 0; i != 64; ++i) words[i / 4] = words[i / 4] << 8 | static_cast<unsigned char>(block[i]);
        for (std::size_t i = 16; i != 80; ++i)
            words[i] = turned(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
        std::array<std::uint32_t, 5> s = state_;
        for (std::size_t i = 0; i != 80; ++i) {
            std::uint32_t const mixed = i < 20   ? ((s[1] & s[2]) | (~s[1] & s[3])) + 0x5a827999
                                        : i < 40 ? (s[1] ^ s[2] ^ s[3]) + 0x6ed9eba1
                                        : i < 60 ? ((s[1] & s[2]) | (s[1] & s[3]) | (s[2] & s[3])) + 0x8f1bbcdc
                                                 : (s[1] ^ s[2] ^ s[3]) + 0xca62c1d6;
            std::uint32_t const next = turned(s[0], 5) + mixed + s[4] + words[i];
            s = {next, s[0], turned(s[1], 30), s[2], s[3]};
        }
        for (std::size_t i = 0; i != 5; ++i) state_[i] += s[i];
    }

    std::array<std::uint32_t, 5> state_{0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
};

} // namespace detail

/// One step that a store does as a whole: a text in Lua, and the same as a function, which is its model.
///
/// It reads the keys that it is given and no other, all of one tag, and integers; it answers with integers. The first
/// integer is the time in microseconds since 1970, or 0 for the time of the store. What is absolute stays in the store:
/// only spans leave it, so that no clock of a client matters.
/// Thread safety: a const value.
class Script {
public:
    /// Does the step on a keyspace. What it does not write of the reply is zero.
    using Model = void (*)(Keyspace& keys, std::span<std::string_view const> names, std::span<std::int64_t const> args,
                           std::span<std::int64_t> reply);

    /// Requires: the text lives as long as the script: a literal.
    consteval Script(std::string_view text, Model function) noexcept
        : text_(text), sha1_(detail::Sha1::of(text)), model_(function) {}

    constexpr std::string_view text() const noexcept { return text_; }
    /// Returns: SHA-1 of the text, 40 hexadecimal digits.
    constexpr std::string_view sha1() const noexcept { return {sha1_.data(), sha1_.size()}; }
    constexpr Model model() const noexcept { return model_; }

private:
    std::string_view text_;
    std::array<char, 40> sha1_;
    Model model_;
};

} // namespace grit::inline GRIT_ABI::fleet
