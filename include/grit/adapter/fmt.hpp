// SPDX-License-Identifier: BSL-1.0
#pragma once
// fmt: formatters for StopReason, CircuitState, ChangeReason and StateChange.

#include <fmt/format.h>

#include <grit/adapter/format_text.hpp>

/// `fmt::format("{}", change)` is "payments: closed -> open (tripped, 5 of 5 failed, for 30s)"; of a reason or a state
/// it is the name. Width, fill and alignment are those of a text. A Duration is a std::chrono one: `<fmt/chrono.h>` has
/// it.
template <grit::detail::Formatted T>
struct fmt::formatter<T, char> : fmt::formatter<std::string_view, char> {
    template <class Context>
    auto format(T const& value, Context& context) const {
        return fmt::formatter<std::string_view, char>::format(grit::detail::format_text(value), context);
    }
};
