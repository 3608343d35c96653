// SPDX-License-Identifier: BSL-1.0
#pragma once
// What every trip policy is made of: the sample of one call, and counts.

#include <bit>
#include <cstdint>

#include <grit/core/concepts.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit::detail {

/// One call that ended and counts.
struct Sample {
    bool failed;
    bool slow = false;
};

/// The bits that hold a number from 0 to most.
constexpr int bits_for(int most) noexcept {
    return static_cast<int>(std::bit_width(static_cast<unsigned>(most)));
}

/// A count that comes at run time.
template <class Count>
constexpr int as_count(Count n) noexcept {
    constexpr bool is_count = std::is_integral_v<Count> && !std::is_same_v<Count, bool>;
    static_assert(is_count, "grit: a policy was given something that is no count, because calls and percentages are "
                            "whole numbers; write a number such as 5 instead");
    if constexpr (is_count) return ConstantInt{n}.value();
    else return 1;
}

/// A trip policy whose memory is a part of the state word: it says how many bits it needs, which of them a success
/// leaves as they are, what they are after a sample, and whether the circuit opens then.
template <class P>
concept InWord = requires(P const& p, std::uint64_t memory, Sample sample) {
    { P::bits } -> std::convertible_to<int>;
    { p.healthy() } -> std::same_as<std::uint64_t>;
    { p.next(memory, sample) } -> std::same_as<std::uint64_t>;
    { p.trips(memory, sample) } -> std::same_as<bool>;
};

} // namespace grit::detail
