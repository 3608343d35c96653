// SPDX-License-Identifier: BSL-1.0
#pragma once
// The states of a circuit, why it goes from one to another, and the report of such a change.

#include <cstdint>
#include <string_view>
#include <type_traits>

#include <grit/core/duration.hpp>
#include <grit/core/stage_name.hpp>

namespace grit::inline GRIT_ABI {

/// What a circuit lets through. The last three hold until a control ends them.
enum class CircuitState : unsigned char {
    closed,       ///< every call, and its outcome counts
    metrics_only, ///< every call, and its outcome counts, but the circuit does not open
    disabled,     ///< every call, and no outcome counts
    open = 4,     ///< no call, until its time has passed
    half_open,    ///< a few calls, whose outcomes decide
    forced_open   ///< no call
};

/// Returns: the enumerator's name, a string literal.
constexpr char const* to_string(CircuitState state) noexcept {
    switch (state) {
    case CircuitState::closed: return "closed";
    case CircuitState::metrics_only: return "metrics_only";
    case CircuitState::disabled: return "disabled";
    case CircuitState::open: return "open";
    case CircuitState::half_open: return "half_open";
    case CircuitState::forced_open: return "forced_open";
    }
    return "unknown";
}

/// Why the state changed.
enum class ChangeReason : unsigned char {
    tripped,          ///< a trip policy found too many failures; of metrics_only: it would have opened
    elapsed,          ///< the time of the open circuit has passed, and a call became its first probe
    probes_succeeded, ///< enough probes succeeded
    probe_failed,     ///< more probes failed than are allowed
    probes_lost,      ///< probes did not come back within their lease, and a call became the next first probe
    asked,            ///< open_until or open_for: the service asked for a pause
    control,          ///< force_open, force_close, disable, metrics_only, reset or restore
    shared            ///< open_shared or close_shared: a fleet of breakers has decided so
};

/// Returns: the enumerator's name, a string literal.
constexpr char const* to_string(ChangeReason reason) noexcept {
    switch (reason) {
    case ChangeReason::tripped: return "tripped";
    case ChangeReason::elapsed: return "elapsed";
    case ChangeReason::probes_succeeded: return "probes_succeeded";
    case ChangeReason::probe_failed: return "probe_failed";
    case ChangeReason::probes_lost: return "probes_lost";
    case ChangeReason::asked: return "asked";
    case ChangeReason::control: return "control";
    case ChangeReason::shared: return "shared";
    }
    return "unknown";
}

/// A circuit to be kept across a restart. Times are spans, since a steady clock starts anew.
struct CircuitSnapshot {
    CircuitState state = CircuitState::closed; ///< a half-open circuit is kept as an open one whose time has passed
    Duration retry_after = Duration::zero();   ///< how long it was still to be open
    int openings = 0;                          ///< in a row
    friend constexpr bool operator==(CircuitSnapshot const&, CircuitSnapshot const&) = default;
};

/// The calls that a trip policy or a half-open circuit has counted, and those of them that speak against the service.
struct CircuitCounts {
    std::int64_t calls = 0;
    std::int64_t failures = 0; ///< of OpenAtSlowCallRate: the slow ones

    /// Returns: the percentage of failures, rounded down; zero where nothing was counted.
    constexpr int percent() const noexcept { return calls == 0 ? 0 : static_cast<int>(failures * 100 / calls); }
    friend constexpr bool operator==(CircuitCounts const&, CircuitCounts const&) = default;
};

/// One change of state, as OnStateChange is told. It is a value: it may be kept after the breaker is gone. Changes of
/// one circuit are ordered by their epochs, not by the order in which threads deliver them.
struct StateChange {
    CircuitState from;
    CircuitState to;
    ChangeReason reason;
    std::uint32_t epoch;  ///< of the new state; one more than that of the old, 24 bits
    Duration retry_after; ///< how long it will be open; zero if it is not, or until a control says otherwise
    CircuitCounts
        counts;     ///< what led to it: of the trip policy that tripped, or the probes that have ended; else empty
    StageName name; ///< of Name, or "circuit_breaker"
};

} // namespace grit::inline GRIT_ABI
