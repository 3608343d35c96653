// SPDX-License-Identifier: BSL-1.0
#pragma once
// Name: what logs and events call the operation that is retried, or the circuit.

#include <string>
#include <string_view>

#include <grit/core/concepts.hpp>
#include <grit/core/contract.hpp>
#include <grit/core/text.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {
/// A text that is a constant, or held.
template <ConstantText Text>
struct NameText {
    static constexpr std::string_view get() noexcept { return Text.view(); }
};
template <ConstantText Text>
    requires(Text.is_dynamic)
struct NameText<Text> {
    std::string text;
    constexpr std::string_view get() const noexcept { return text; }
};
} // namespace detail

/// Names a call in logs and a circuit in events: `Name<"chat">`, or `Name{host}` with a text that comes at run time, of
/// which it holds a copy with spaces in the place of control characters, so that no log is forged.
///
/// Requires: it is not empty. Throws: std::invalid_argument if it is, and comes at run time. Thread safety: a const
/// value.
template <ConstantText Text = dynamic>
class Name {
    static_assert(detail::is_met<(Text.is_dynamic || !Text.view().empty())>,
                  "grit: a 'Name' is empty, because its text has no character; write Name<\"chat\">, or leave the Name "
                  "out");
    static_assert(detail::is_met<(Text.is_dynamic || detail::is_one_line(Text.view()))>,
                  "grit: a 'Name' is more than one line, because its text has a control character; leave that out");

public:
    static constexpr Family family = Family::name;
    using Kind = Name<>;
    static constexpr char const* name = "Name";
    static consteval auto arguments() { return Types<Constant<Text>>{}; }

    constexpr Name()
        requires(!Text.is_dynamic)
    = default;
    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Text.is_dynamic)
    explicit constexpr Name(T const& text) : text_{std::string{as_view(text)}} {
        if (text_.text.empty())
            reject<Exceptions>("grit: a 'Name' is empty, because its text has no character; write Name{\"chat\"}, or "
                               "leave the Name out");
        detail::put_in_one_line(text_.text);
    }

    constexpr std::string_view get() const noexcept { return text_.get(); }

private:
    template <class T>
    static constexpr std::string_view as_view(T const& text) {
        constexpr bool is_text = std::is_convertible_v<T const&, std::string_view>;
        static_assert(is_text, "grit: a 'Name' was given something that is no text, because it does not convert to "
                               "std::string_view; write Name{host} with a std::string, or Name<\"chat\">, instead");
        if constexpr (is_text) return text;
        else return {};
    }

    [[no_unique_address]] detail::NameText<Text> text_;
};
template <class T>
Name(T const&) -> Name<>;

namespace detail {

/// Returns: the name in a set, or what stands for it where none is named.
template <class... Names, class Set>
constexpr std::string_view name_in([[maybe_unused]] Set const& set, Types<Names...>, std::string_view otherwise) {
    ((otherwise = policy_of<Names>(set).get()), ...);
    return otherwise;
}

} // namespace detail
} // namespace grit::inline GRIT_ABI
