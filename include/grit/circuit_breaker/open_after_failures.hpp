// SPDX-License-Identifier: BSL-1.0
#pragma once
// OpenAfterFailures: the circuit opens after so many failures in a row.

#include <grit/circuit_breaker/family.hpp>
#include <grit/circuit_breaker/trip.hpp>

namespace grit::inline GRIT_ABI {

/// Opens after `N` failures without a success between them: `OpenAfterFailures<5>`, or `OpenAfterFailures{n}` at run
/// time. It lives in the state word: while calls succeed, nothing is written.
///
/// Units: a count that comes at run time is 1'048'575 at most. Requires: at least one failure.
/// Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
template <ConstantInt N = dynamic>
class OpenAfterFailures : detail::IntValue<N> {
    static_assert(detail::is_met<(N.is_dynamic() || N.value() >= 1)>,
                  "grit: 'OpenAfterFailures' was given less than one failure, because a circuit that opens without any "
                  "would never close; write OpenAfterFailures<1> or more instead");
    static constexpr int dynamic_bits = 20;

public:
    static constexpr Family family = CircuitFamily::trip;
    static constexpr char const* name = "OpenAfterFailures";
    static consteval auto arguments() { return Types<Constant<N>>{}; }
    using Kind = OpenAfterFailures<>;
    static constexpr int bits = N.is_dynamic() ? dynamic_bits : detail::bits_for(N.value());

    constexpr OpenAfterFailures() = default;

    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic())
    explicit constexpr OpenAfterFailures(Count n) : detail::IntValue<N>(detail::as_count(n)) {
        if (failures() < 1 || failures() >= 1 << dynamic_bits)
            reject<Exceptions>("grit: 'OpenAfterFailures' was given a number of failures it cannot use, because it is "
                               "below 1 or above 1048575; write OpenAfterFailures{5} instead");
    }

    constexpr int failures() const noexcept { return this->get(); }

    // What is remembered: the failures since the last success.
    static constexpr std::uint64_t healthy() noexcept { return 0; }
    constexpr std::uint64_t next(std::uint64_t count, detail::Sample sample) const noexcept {
        if (!sample.failed) return 0;
        return count < static_cast<std::uint64_t>(failures()) ? count + 1 : count;
    }
    constexpr bool trips(std::uint64_t count, detail::Sample sample) const noexcept {
        return sample.failed && count >= static_cast<std::uint64_t>(failures());
    }
    static constexpr CircuitCounts counts(std::uint64_t count) noexcept {
        return {static_cast<std::int64_t>(count), static_cast<std::int64_t>(count)};
    }
};
template <class Count>
OpenAfterFailures(Count) -> OpenAfterFailures<>;

} // namespace grit::inline GRIT_ABI
