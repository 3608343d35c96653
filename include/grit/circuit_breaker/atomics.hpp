// SPDX-License-Identifier: BSL-1.0
#pragma once
// The atomic type behind the state of a breaker: std::atomic, or one that counts, or one that a model checker drives.

#include <atomic>

#include <grit/circuit_breaker/family.hpp>

namespace grit::inline GRIT_ABI {

/// The default: std::atomic.
struct StdAtomics {
    template <class T>
    using Atomic = std::atomic<T>;
};

/// Chooses the atomic type of a CircuitBreaker: `Atomics<A>`, where `A::Atomic<T>` has the members of std::atomic<T>
/// that the breaker uses: load and compare_exchange_weak with their memory orders. T is a 64-bit integer, or an
/// enumeration of 64 bits.
template <class A = StdAtomics>
struct Atomics {
    static constexpr Family family = CircuitFamily::atomics;
    using Kind = Atomics<>;
    template <class T>
    using Atomic = typename A::template Atomic<T>;
};

} // namespace grit::inline GRIT_ABI
