// SPDX-License-Identifier: BSL-1.0
#pragma once
// What every trip policy is made of: the sample of one call, and counts.

#include <bit>
#include <cstdint>

#include <grit/circuit_breaker/outcome.hpp>
#include <grit/circuit_breaker/state.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI::detail {

/// One call that ended and counts.
struct Sample {
    bool failed;
};

/// One call that ended, as a trip policy beside the state word is told. Of a call that no such policy times, `start` is
/// nothing; `begun` says whether the policy that times calls has counted its beginning.
struct Ended {
    Outcome outcome;
    std::uint32_t epoch;
    TimePoint now;
    TimePoint start;
    bool begun;
};

/// The bits that hold a number from 0 to most.
constexpr int bits_for(int most) noexcept { return static_cast<int>(std::bit_width(static_cast<unsigned>(most))); }

/// A trip policy whose memory is a part of the state word: it says how many bits it needs, which of them a success
/// leaves as they are, what they are after a sample, whether the circuit opens then, and what they have counted.
template <class P>
concept InWord = requires(P const& p, std::uint64_t memory, Sample sample) {
    { P::bits } -> std::convertible_to<int>;
    { p.healthy() } -> std::same_as<std::uint64_t>;
    { p.next(memory, sample) } -> std::same_as<std::uint64_t>;
    { p.trips(memory, sample) } -> std::same_as<bool>;
    { p.counts(memory) } -> std::same_as<CircuitCounts>;
};

/// A trip policy whose memory is a ring of so many buckets beside the state word. `asks_successes` says that the end of
/// a healthy call is told too, `times_calls` that calls are also told when they begin. What ended() and began() return
/// is whether the circuit opens.
template <class P>
concept BesideWord = requires {
    { P::buckets } -> std::convertible_to<int>;
    { P::asks_successes } -> std::convertible_to<bool>;
    { P::times_calls } -> std::convertible_to<bool>;
};

} // namespace grit::inline GRIT_ABI::detail
