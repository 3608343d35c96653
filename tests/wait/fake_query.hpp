// SPDX-License-Identifier: BSL-1.0
#pragma once
// A query as the engine would pass it to a wait, and the walks that the tests of all waits share.

#include <array>
#include <cstddef>

#include <grit/core/random.hpp>
#include <grit/wait/traits.hpp>

namespace grit::test {

constexpr std::uint64_t lowest = 0;
constexpr std::uint64_t highest = ~std::uint64_t{0};

/// Tells what a test wants told. The same bits at every draw.
struct FakeQuery {
    Attempt attempt_now{1};
    std::uint64_t bits = lowest;
    Duration asked = Duration::zero();
    Duration since_start = Duration::zero();

    constexpr Attempt const& attempt() const { return attempt_now; }
    constexpr std::uint64_t draw() const { return bits; }
    constexpr Duration hint() const { return asked; }
    constexpr Duration elapsed() const { return since_start; }
    static constexpr int seven = 7;
    Failure failure() const { return Failure::of_result(seven); }
};

/// The same, with fresh bits at every draw.
struct RandomQuery : FakeQuery {
    SplitMix64& generator;
    explicit RandomQuery(SplitMix64& g) : generator(g) {}
    std::uint64_t draw() const { return generator(); }
};

/// The waits after attempts 1 to N, step by step as the loop takes them.
template <std::size_t N, class W>
constexpr std::array<Duration, N> walk(W const& wait, std::uint64_t bits = lowest) {
    using Traits = detail::WaitTraits<W>;
    std::array<Duration, N> waits{};
    auto state = Traits::first(wait);
    for (std::size_t i = 0; i < N; ++i) {
        waits[i] = Traits::value(wait, state, FakeQuery{.attempt_now = Attempt{static_cast<int>(i) + 1}, .bits = bits});
        state = Traits::next(wait, state, waits[i]);
    }
    return waits;
}

/// The wait after attempt n, without the way there.
template <class W>
constexpr Duration value_at(W const& wait, int n, std::uint64_t bits = lowest) {
    using Traits = detail::WaitTraits<W>;
    return Traits::value(wait, Traits::state_at(wait, n), FakeQuery{.attempt_now = Attempt{n}, .bits = bits});
}

/// The shortest and longest wait after attempt n, if all waits before were the longest.
template <class W>
constexpr Bounds bounds_at(W const& wait, int n) {
    using Traits = detail::WaitTraits<W>;
    return Traits::bounds(wait, Traits::state_at(wait, n));
}

/// What 100 000 draws looked like.
struct Drawn {
    int outside = 0; // of the bounds that the state declares, or of those that the number of the attempt declares
    Bounds seen{Duration::max(), Duration::min()};
};

/// Draws 10 000 schedules of ten waits.
template <class W>
Drawn draw_many(W const& wait, std::uint64_t seed = 2024) {
    using Traits = detail::WaitTraits<W>;
    SplitMix64 generator{seed};
    RandomQuery query{generator};
    Drawn drawn;
    for (int schedule = 0; schedule < 10'000; ++schedule) {
        auto state = Traits::first(wait);
        for (int n = 1; n <= 10; ++n) {
            query.attempt_now = Attempt{n};
            Duration const taken = Traits::value(wait, state, query);
            Bounds const now = Traits::bounds(wait, state);
            Bounds const ever = bounds_at(wait, n);
            if (taken < now.least || now.most < taken || taken < ever.least || ever.most < taken) ++drawn.outside;
            drawn.seen = {detail::shorter(drawn.seen.least, taken), detail::longer(drawn.seen.most, taken)};
            state = Traits::next(wait, state, taken);
        }
    }
    return drawn;
}

} // namespace grit::test
