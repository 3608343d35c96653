// SPDX-License-Identifier: BSL-1.0
#pragma once
// The parts of an address, and what of it may be shown.

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/llm/http/base64.hpp>

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

namespace detail {

/// Returns: `text` with its escapes, `%` and two digits, as the bytes that they stand for.
inline std::string unescaped(std::string_view text) {
    std::string plain;
    while (!text.empty()) {
        unsigned byte = 0;
        bool const escape = text.size() >= 3 && text.front() == '%' &&
                            std::from_chars(text.data() + 1, text.data() + 3, byte, 16).ptr == text.data() + 3;
        plain.push_back(escape ? static_cast<char>(byte) : text.front());
        text.remove_prefix(escape ? 3 : 1);
    }
    return plain;
}

/// Returns: whether the value that an address has by that name is a key, as far as a name tells.
inline bool names_secret(std::string_view name) {
    std::string small;
    for (char const c : name) small.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
    constexpr std::array<std::string_view, 6> words{"key", "token", "secret", "pass", "sig", "code"};
    return std::ranges::any_of(words, [&](std::string_view word) { return small.find(word) != small.npos; });
}

} // namespace detail

/// Returns: what a server may echo of the secrets in an address, the longest first: the name, the password and the keys
/// of its query, each as it is written, plain and as JSON has it, and the name and password as they are sent.
///
/// What has up to four characters is left out: it stands in too many words, and the gaps would tell it.
inline std::vector<std::string> secrets_of(Address const& address) {
    std::vector<std::string> secrets;
    auto const add = [&](std::string text) {
        if (text.size() > 4) secrets.push_back(std::move(text));
    };
    auto const add_forms = [&](std::string_view written) {
        auto plain = detail::unescaped(written);
        std::string json;
        for (char const c : plain) json.append(c == '"' || c == '\\' ? "\\" : "").push_back(c);
        if (json != plain) add(std::move(json));
        if (plain != written) add(std::move(plain));
        add(std::string{written});
    };
    if (auto const user = address.user_info; !user.empty()) {
        add(base64(detail::unescaped(user)));
        add_forms(user);
        auto const colon = std::min(user.find(':'), user.size());
        add_forms(user.substr(0, colon));
        add_forms(user.substr(std::min(colon + 1, user.size())));
    }
    for (auto query = address.query; !query.empty();) {
        auto const pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(pair.size() + 1, query.size()));
        auto const equals = pair.find('=');
        if (equals != pair.npos && detail::names_secret(pair.substr(0, equals))) add_forms(pair.substr(equals + 1));
    }
    std::ranges::sort(secrets, std::ranges::greater{}, &std::string::size);
    return secrets;
}

} // namespace grit::inline GRIT_ABI::llm
