// SPDX-License-Identifier: BSL-1.0
#pragma once
// std::format: formatters for StopReason, CircuitState, ChangeReason and StateChange, where the library has it.

#include <version>

#include <grit/adapter/format_text.hpp>

#if defined(__cpp_lib_format)
#include <format>

/// `std::format("{}", change)` is "payments: closed -> open (tripped, 5 of 5 failed, for 30s)"; of a reason or a state
/// it is the name. Width, fill and alignment are those of a text. A Duration is a std::chrono one: `<chrono>` has it.
template <grit::detail::Formatted T>
struct std::formatter<T, char> : std::formatter<std::string_view, char> {
    template <class Context>
    auto format(T const& value, Context& context) const {
        return std::formatter<std::string_view, char>::format(grit::detail::format_text(value), context);
    }
};
#endif
