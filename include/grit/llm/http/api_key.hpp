// SPDX-License-Identifier: BSL-1.0
#pragma once
// A key that is sent and never shown.

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Returns: `text` with every occurrence of `secret` replaced by "[redacted]"; as it is if the secret is empty.
inline std::string redact(std::string_view text, std::string_view secret) {
    std::string shown;
    while (!secret.empty()) {
        auto const found = text.find(secret);
        if (found == text.npos) break;
        shown.append(text.substr(0, found)).append("[redacted]");
        text.remove_prefix(found + secret.size());
    }
    return shown.append(text);
}

/// The key of an account. It has no stream operator and no conversion; whoever needs the text says `reveal`.
///
/// Thread safety: as a `std::string`.
class ApiKey {
public:
    /// No key: none is sent.
    ApiKey() = default;

    /// Throws: std::invalid_argument, without the key, if it holds what no key has: space, control, quote, backslash,
    /// `<`,
    /// `>` or `&`. Such a character could end the header, or be spelled differently when a server echoes the key.
    explicit ApiKey(std::string text) : text_(std::move(text)) {
        auto const in_keys = [](char c) {
            return c > ' ' && c < '\x7f' && std::string_view{"\"'\\<>&"}.find(c) == std::string_view::npos;
        };
        if (!std::ranges::all_of(text_, in_keys))
            throw std::invalid_argument{
                "grit: the API key has a character that no key has; is there a line end in it?"};
    }

    bool empty() const noexcept { return text_.empty(); }

    /// Returns: the key itself, to be sent and nothing else.
    std::string_view reveal() const noexcept { return text_; }

    /// Has `secret`, which is sent beside the key, taken out of texts as well.
    void hide(std::string secret) { hidden_.push_back(std::move(secret)); }

    /// Returns: `text` without the key and what else it hides.
    std::string redact(std::string_view text) const {
        auto shown = llm::redact(text, text_);
        for (auto const& secret : hidden_) shown = llm::redact(shown, secret);
        return shown;
    }

    /// Returns: `text`, which was cut, without the part of a secret at its end that `redact` would not find.
    std::string_view without_half(std::string_view text) const noexcept {
        auto const drop = [&](std::string_view secret) {
            for (auto half = secret.size(); half > 0; --half)
                if (text.ends_with(secret.substr(0, half))) text.remove_suffix(half);
        };
        drop(text_);
        for (auto const& secret : hidden_) drop(secret);
        return text;
    }

private:
    std::string text_;
    std::vector<std::string> hidden_ = {};
};

} // namespace grit::inline GRIT_ABI::llm
