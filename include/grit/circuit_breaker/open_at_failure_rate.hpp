// SPDX-License-Identifier: BSL-1.0
#pragma once
// OpenAtFailureRate: the circuit opens when so many of the last calls failed.

#include <grit/circuit_breaker/rate.hpp>

namespace grit {

/// Opens at a failure where at least `Percent` of the calls in the window failed, and there were enough of them:
/// `OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<10>>`, or, with values that come at run time,
/// `OpenAtFailureRate{percent, CountWindow{n}, MinimumCalls{m}}`.
///
/// Asked only when a call fails: a success cannot raise the rate, and one that completes the minimum opens nothing.
/// Requires: 1 <= Percent <= 100; a minimum that fits into the window. Throws: std::invalid_argument if that does not
/// hold. Thread safety: a const value.
template <ConstantInt Percent = dynamic, class Window = void, class Minimum = void>
class OpenAtFailureRate : public detail::Rate<Percent, Window, Minimum> {
    using Base = detail::Rate<Percent, Window, Minimum>;

public:
    static constexpr char const* name = "OpenAtFailureRate";
    using Kind = OpenAtFailureRate<>;

    using Base::Base;

    static constexpr bool counts(detail::Sample sample) noexcept { return sample.failed; }
    constexpr std::uint64_t next(std::uint64_t memory, detail::Sample sample) const noexcept {
        return this->next_memory(memory, counts(sample));
    }
    constexpr bool trips(std::uint64_t memory, detail::Sample sample) const noexcept {
        return counts(sample) && this->reached(memory);
    }
};
template <class Number, class Window, class Minimum>
OpenAtFailureRate(Number, Window, Minimum) -> OpenAtFailureRate<dynamic, Window, Minimum>;
template <class Number, class Window>
OpenAtFailureRate(Number, Window) -> OpenAtFailureRate<dynamic, Window, void>;

} // namespace grit
