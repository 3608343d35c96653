// SPDX-License-Identifier: BSL-1.0
#pragma once
// ConstantText: a string literal as a template argument.

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

} // namespace grit::inline GRIT_ABI
