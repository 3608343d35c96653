// SPDX-License-Identifier: BSL-1.0
#pragma once
// Permit: the two-step form of a call, for coroutines and callbacks: admitted now, its outcome told later.

#include <utility>

#include <grit/circuit_breaker/circuit_open.hpp>
#include <grit/circuit_breaker/outcome.hpp>

namespace grit::inline GRIT_ABI {

/// The right to one call, or the reason why there is none. Move-only; destroyed without a word it is neutral.
///
/// Its outcome counts only if the circuit has not changed its state meanwhile; what comes later is discarded.
/// Requires: the breaker outlives it. Thread safety: one thread at a time; it may be passed to another.
template <class Circuit>
class [[nodiscard]] Permit {
public:
    using Token = typename Circuit::Token;

    Permit(Circuit& circuit, Token token) noexcept : circuit_(&circuit), token_(token) {}
    explicit Permit(CircuitOpen rejection) noexcept : rejection_(rejection) {}

    Permit(Permit&& other) noexcept
        : circuit_(std::exchange(other.circuit_, nullptr)), token_(other.token_), rejection_(other.rejection_) {}
    Permit& operator=(Permit&& other) noexcept {
        Permit moved{std::move(other)};
        std::swap(circuit_, moved.circuit_);
        std::swap(token_, moved.token_);
        std::swap(rejection_, moved.rejection_);
        return *this;
    }
    ~Permit() { end(Outcome::neutral); }

    /// Returns: true if the call may be made and its outcome has not been told.
    explicit operator bool() const noexcept { return circuit_ != nullptr; }

    /// Returns: why the call may not be made. Requires: it was not admitted.
    CircuitOpen const& rejection() const noexcept { return rejection_; }

    // The outcome; the first one counts, and later ones change nothing.
    void success() { end(Outcome::success); }
    void failure() { end(Outcome::failure); }
    void neutral() { end(Outcome::neutral); }
    void end(Outcome outcome) {
        if (Circuit* const circuit = std::exchange(circuit_, nullptr)) circuit->end(token_, outcome);
    }

private:
    Circuit* circuit_ = nullptr;
    Token token_{};
    CircuitOpen rejection_;
};

} // namespace grit::inline GRIT_ABI
