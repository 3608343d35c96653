// SPDX-License-Identifier: BSL-1.0
#pragma once
// The header fields of a request or a response: names without case, values that cannot start a new line.

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/core/text.hpp>

namespace grit::inline GRIT_ABI::llm {

/// One header field.
struct Header {
    std::string name;
    std::string value;
};

/// The header fields of one message in their order, looked up without regard to case.
///
/// Nothing that could end the line is ever stored, so that a value from outside cannot add a field of its own.
/// Thread safety: as a `std::vector`.
class Headers {
public:
    Headers() = default;

    /// Throws: std::invalid_argument as `set` does.
    Headers(std::initializer_list<Header> fields) {
        for (auto const& field : fields) {
            set(field.name, field.value);
        }
    }

    /// Stores a field in the place of those of the same name.
    ///
    /// Throws: std::invalid_argument if `name` is not a token or `value` has a control character; the sentence never
    /// quotes the value.
    void set(std::string name, std::string value) {
        if (!is_valid(name, value)) {
            throw std::invalid_argument{"grit: a header name must be a token and its value free of control characters"};
        }
        std::erase_if(fields_, [&](Header const& field) { return same_name(field.name, name); });
        fields_.push_back({std::move(name), std::move(value)});
    }

    /// Stores every field of `other`, each as `set` does.
    void merge(Headers const& other) {
        for (auto const& field : other.fields_) {
            set(field.name, field.value);
        }
    }

    /// Stores the field of a line as it came over the wire; a line that is none, or not a valid one, is passed over.
    void read_line(std::string_view line) {
        auto const colon = line.find(':');
        if (colon == line.npos) return;
        auto const name = line.substr(0, colon);
        auto const value = trimmed(line.substr(colon + 1));
        if (is_valid(name, value)) set(std::string{name}, std::string{value});
    }

    /// Returns: the value of the field, or nothing; the view lasts until the next change.
    std::optional<std::string_view> find(std::string_view name) const noexcept {
        for (auto const& field : fields_) {
            if (same_name(field.name, name)) {
                return field.value;
            }
        }
        return std::nullopt;
    }

    auto begin() const noexcept { return fields_.begin(); }
    auto end() const noexcept { return fields_.end(); }

    /// Returns: whether `set` would take the pair.
    static constexpr bool is_valid(std::string_view name, std::string_view value) noexcept {
        constexpr std::string_view symbols = "!#$%&'*+-.^_`|~";
        auto const token = [&](char c) {
            return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || symbols.find(c) != symbols.npos;
        };
        auto const control = [](char c) { return c != '\t' && grit::detail::is_control(c); };
        return !name.empty() && std::ranges::all_of(name, token) && std::ranges::none_of(value, control);
    }

private:
    static constexpr std::string_view trimmed(std::string_view text) noexcept {
        constexpr std::string_view blanks = " \t\r\n";
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
        return text.substr(0, text.find_last_not_of(blanks) + 1);
    }

    static constexpr char lower(char c) noexcept {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }

    static constexpr bool same_name(std::string_view a, std::string_view b) noexcept {
        return std::ranges::equal(a, b, {}, lower, lower);
    }

    std::vector<Header> fields_;
};

} // namespace grit::inline GRIT_ABI::llm
