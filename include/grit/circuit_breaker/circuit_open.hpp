// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a caller gets from a circuit that does not let the call through: an error value, and an exception.

#include <grit/circuit_breaker/state.hpp>
#include <grit/core/rejected.hpp>

namespace grit::inline GRIT_ABI {

/// Thrown by the call operator of a CircuitBreaker that did not run the operation.
///
/// retry_after(): of an open circuit until its time has passed; of a half-open one until its probes count as lost, if
/// none comes back before; never below 100 ms for that, and 100 ms for a circuit that was forced open, so that whoever
/// goes by it does not ask in a busy loop.
class CircuitOpenError : public Rejected {
public:
    /// Holds a copy of the name.
    CircuitOpenError(CircuitState state, Duration retry_after, char const* name = "circuit_breaker")
        : Rejected(name, retry_after), state_(state) {}

    CircuitState state() const noexcept { return state_; }
    char const* what() const noexcept override {
        switch (state_) {
        case CircuitState::half_open: return "the circuit is half-open and has enough probes";
        case CircuitState::forced_open: return "the circuit is forced open";
        default: return "the circuit is open";
        }
    }

private:
    CircuitState state_;
};

/// The same as a value, made without an allocation. It holds the name of the breaker, and of a name that came at run
/// time and is longer than 63 bytes the first 60 and "...".
///
/// In a result it is what CircuitOpenError is as an exception: a predicate that names CircuitOpenError or Rejected
/// names it, and WaitHint reads its retry_after().
class CircuitOpen {
public:
    using Thrown = CircuitOpenError;
    static constexpr errc code = errc::circuit_open;

    /// No rejection.
    constexpr CircuitOpen() noexcept : CircuitOpen(CircuitState::closed, Duration::zero(), {}) {}
    constexpr CircuitOpen(CircuitState state, Duration retry_after, std::string_view name = "circuit_breaker") noexcept
        : retry_after_(retry_after), name_(name), state_(state) {}

    constexpr CircuitState state() const noexcept { return state_; }
    constexpr Duration retry_after() const noexcept { return retry_after_; }
    /// Returns: the name of the breaker that refused.
    constexpr char const* stage() const noexcept { return name_.c_str(); }
    explicit operator CircuitOpenError() const { return {state_, retry_after_, stage()}; }

    /// Whoever refused.
    friend constexpr bool operator==(CircuitOpen const& a, CircuitOpen const& b) noexcept {
        return a.state_ == b.state_ && a.retry_after_ == b.retry_after_;
    }

private:
    Duration retry_after_;
    StageName name_;
    CircuitState state_;
};

} // namespace grit::inline GRIT_ABI
