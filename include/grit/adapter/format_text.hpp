// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the formatters of fmt and of the standard library write: the values that logs and events tell of, as text.

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include <grit/circuit_breaker/state.hpp>
#include <grit/core/describe.hpp>
#include <grit/core/stop_reason.hpp>

namespace grit::inline GRIT_ABI::detail {

inline void write_change(TextWriter& out, StateChange const& change) {
    out.put(change.name);
    out.put(": ");
    out.put(to_string(change.from));
    out.put(" -> ");
    out.put(to_string(change.to));
    out.put(" (");
    out.put(to_string(change.reason));
    if (change.counts.calls != 0) {
        out.put(", ");
        out.put_number(change.counts.failures);
        out.put(" of ");
        out.put_number(change.counts.calls);
        out.put(" failed");
    }
    if (change.retry_after > Duration::zero()) {
        out.put(", for ");
        out.put_duration(change.retry_after.count());
    }
    out.put(")");
}

constexpr std::string_view format_text(StopReason reason) { return to_string(reason); }
constexpr std::string_view format_text(CircuitState state) { return to_string(state); }
constexpr std::string_view format_text(ChangeReason reason) { return to_string(reason); }
inline std::string format_text(StateChange const& change) {
    TextWriter out{nullptr};
    write_change(out, change);
    std::string text(out.size, '\0');
    out = TextWriter{text.data()};
    write_change(out, change);
    return text;
}

template <class T>
concept Formatted = std::same_as<T, StopReason> || std::same_as<T, CircuitState> || std::same_as<T, ChangeReason> ||
                    std::same_as<T, StateChange>;

} // namespace grit::inline GRIT_ABI::detail
