// SPDX-License-Identifier: BSL-1.0
#pragma once
// Text: a string literal as a template argument, and what comes from outside as one line.

#include <cstddef>
#include <string_view>

#include <grit/core/duration.hpp>

namespace grit::inline GRIT_ABI {

/// A text as a template argument: `RetryIfMessage<"busy">`. Converts from a string literal; `dynamic` says run time.
template <std::size_t N>
struct ConstantText {
    char characters[N]{}; // public, because a template argument must be structural
    bool is_dynamic = false;

    constexpr ConstantText(Dynamic) noexcept : is_dynamic(true) {}
    constexpr ConstantText(char const (&literal)[N]) noexcept {
        for (std::size_t i = 0; i != N; ++i) characters[i] = literal[i];
    }

    constexpr std::string_view view() const noexcept { return {characters, N - 1}; }
};
ConstantText(Dynamic) -> ConstantText<1>;

namespace detail {
/// True for a byte of UTF-8 that goes on with a character, of which there are three in one at most.
constexpr bool goes_on(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
constexpr bool is_control(char c) noexcept { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }
constexpr bool is_one_line(std::string_view text) noexcept {
    for (char const c : text)
        if (is_control(c)) return false;
    return true;
}

/// Control characters become spaces, so that nothing from outside can begin a line of its own.
template <class Characters>
constexpr void put_in_one_line(Characters& text) {
    for (char& c : text)
        if (is_control(c)) c = ' ';
}
} // namespace detail

} // namespace grit::inline GRIT_ABI
