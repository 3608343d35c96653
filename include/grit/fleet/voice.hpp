// SPDX-License-Identifier: BSL-1.0
#pragma once
// Voice: the policy by which a breaker tells its fleet what happens to it.

#include <atomic>
#include <optional>

#include <grit/circuit_breaker/family.hpp>
#include <grit/circuit_breaker/state.hpp>
#include <grit/core/types.hpp>

namespace grit::inline GRIT_ABI::fleet {

/// Lets a SharedBreaker hear of a breaker: `CircuitBreaker breaker{OpenAfterFailures<5>{}, OpenFor<1s>{}, Voice{}}`.
///
/// It keeps the newest change of state, and whether a call was refused; calls that are admitted do the same work with
/// and without it. A copy has nothing to tell of yet, so that each breaker has its own. Thread safety: safe from any
/// thread, without a lock.
class Voice {
public:
    static constexpr Family family = CircuitFamily::listener;
    static constexpr char const* name = "Voice";
    static consteval auto arguments() { return Types<>{}; }
    using Kind = Voice;

    constexpr Voice() noexcept = default;
    constexpr Voice(Voice const&) noexcept {}
    Voice& operator=(Voice const&) = delete;

    void operator()(StateChange const& change) const noexcept {
        std::uint32_t const mine = change.epoch << reason_bits | static_cast<std::uint32_t>(change.reason);
        std::uint32_t newest = newest_.load(std::memory_order_relaxed);
        while (newest == nothing || is_later(change.epoch, newest >> reason_bits))
            if (newest_.compare_exchange_weak(newest, mine, std::memory_order_relaxed)) return;
    }
    void refused() const noexcept {
        if (!refused_.load(std::memory_order_relaxed)) refused_.store(true, std::memory_order_relaxed);
    }

    /// Returns: why the circuit came into this epoch; nothing if that was not told yet.
    std::optional<ChangeReason> reason_of(std::uint32_t epoch) const noexcept {
        std::uint32_t const newest = newest_.load(std::memory_order_relaxed);
        if (newest == nothing || newest >> reason_bits != epoch) return std::nullopt;
        return static_cast<ChangeReason>(newest & ((1u << reason_bits) - 1));
    }
    /// Returns: whether a call was refused since this was asked.
    bool take_refused() const noexcept {
        return refused_.load(std::memory_order_relaxed) && refused_.exchange(false, std::memory_order_relaxed);
    }

private:
    static constexpr int reason_bits = 8;
    static constexpr std::uint32_t nothing = ~std::uint32_t{0}; // no reason has this number
    /// Epochs have 24 bits, and follow the last one with zero.
    static constexpr bool is_later(std::uint32_t a, std::uint32_t b) noexcept {
        std::uint32_t const ahead = (a - b) << reason_bits;
        return ahead != 0 && ahead < 1u << 31;
    }

    mutable std::atomic<std::uint32_t> newest_{nothing};
    mutable std::atomic<bool> refused_{false};
};

} // namespace grit::inline GRIT_ABI::fleet
