// SPDX-License-Identifier: BSL-1.0
#pragma once
// The parts of an address, and what of it may be shown.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI::llm {

/// An address in its parts: views of the text that it was read from. A fragment is none of them, because it is not
/// sent.
struct Address {
    /// "https://", or nothing.
    std::string_view scheme = {};
    /// "name:password", as it is written, with its escapes.
    std::string_view user_info = {};
    /// The host, with the port if there is one.
    std::string_view authority = {};
    /// "/v1", or nothing.
    std::string_view path = {};
    /// What stands behind the question mark.
    std::string_view query = {};

    /// Returns: the host without its port.
    constexpr std::string_view host() const noexcept {
        auto const bracket = authority.rfind(']'); // an IPv6 address
        auto const colon = authority.rfind(':');
        bool const port = colon != authority.npos && (bracket == authority.npos || colon > bracket);
        return port ? authority.substr(0, colon) : authority;
    }
};

/// Returns: the parts of `text`; it need not be a valid address. Source: RFC 3986, 3.
constexpr Address parse_address(std::string_view text) noexcept {
    Address parts;
    auto const take = [&](std::size_t size) {
        auto const taken = text.substr(0, size);
        text.remove_prefix(taken.size());
        return taken;
    };
    text = text.substr(0, text.find('#'));
    if (auto const end = text.find("://"); end != text.npos) parts.scheme = take(end + 3);
    parts.authority = take(text.find_first_of("/?"));
    if (auto const at = parts.authority.rfind('@'); at != parts.authority.npos) {
        parts.user_info = parts.authority.substr(0, at);
        parts.authority.remove_prefix(at + 1);
    }
    parts.path = take(text.find('?'));
    parts.query = text.substr(std::min<std::size_t>(1, text.size()));
    return parts;
}

/// Returns: `text` without what may be secret in it: a name and a password, and the query.
///
/// Whatever stands before an `@` may be a part of a password that was not escaped: all of it goes.
constexpr std::string shown_address(std::string_view text) {
    auto const scheme = text.find("://");
    std::string shown{scheme == text.npos ? std::string_view{} : text.substr(0, scheme + 3)};
    text.remove_prefix(shown.size());
    if (auto const at = text.rfind('@'); at != text.npos) text.remove_prefix(at + 1);
    return shown.append(text.substr(0, text.find_first_of("?#")));
}

} // namespace grit::inline GRIT_ABI::llm
