// SPDX-License-Identifier: BSL-1.0
#pragma once
// Every wait policy that there is, in its constant and in its run-time form, and what a wait is asked in a law.

#include <tuple>
#include <vector>

#include <grit/retry.hpp>

namespace laws {

using namespace std::chrono_literals;
using grit::Duration;

constexpr Duration growing(grit::Attempt const& attempt) { return attempt.number() * 700ms; }

/// Each element is a pair of forms that must behave alike.
inline auto wait_pairs() {
    using namespace grit;
    using detail::WaitTraits;
    constexpr auto pair = [](auto constant, auto at_run_time) { return std::pair{constant, at_run_time}; };
    WaitRandom const random{1s, 3s};
    WaitExponential const exponential{1s, 60s};
    return std::tuple{
        pair(WaitNone{}, WaitNone{}),
        pair(WaitFixed<1s>{}, WaitFixed{1s}),
        pair(WaitRandom<1s, 3s>{}, random),
        pair(WaitIncrementing<1s, 2s, 10s>{}, WaitIncrementing{1s, 2s, 10s}),
        pair(WaitIncrementing<10s, -3s, 8s>{}, WaitIncrementing{10s, -3s, 8s}),
        pair(WaitExponential<1s, 60s>{}, exponential),
        pair(WaitExponential<1s, 60s, std::ratio<3, 2>{}>{}, WaitExponential{1s, 60s, Factor{3, 2}}),
        pair(WaitExponential<1s, 60s, 3, 5s>{}, WaitExponential{1s, 60s, 3, 5s}),
        pair(WaitJitter<WaitExponential<1s, 60s>, 50>{}, WaitJitter{exponential, 50}),
        pair(WaitRandomExponential<1s, 60s>{}, WaitJitter{exponential, 100}),
        pair(WaitExponentialJitter<1s, 60s, 2s>{}, WaitExponentialJitter{1s, 60s, 2s}),
        pair(WaitDecorrelatedJitter<1s, 20s>{}, WaitDecorrelatedJitter{1s, 20s}),
        pair(WaitChain<WaitFixed<1s>, WaitRandom<1s, 3s>, WaitExponential<1s, 60s>>{},
             WaitChain{WaitFixed{1s}, random, exponential}),
        pair(WaitSum<WaitExponential<1s, 60s>, WaitRandom<1s, 3s>>{}, exponential + random),
        pair(WaitAtMost<2s, WaitRandom<1s, 3s>>{}, WaitAtMost{2s, random}),
        pair(WaitAtMost<7s, WaitExponentialJitter<1s, 60s, 2s>>{}, WaitAtMost{7s, WaitExponentialJitter{1s, 60s, 2s}}),
        pair(WaitHint<30s, WaitRandom<1s, 3s>>{}, WaitHint{30s, random}),
        pair(WaitFrom<&growing>{}, WaitFrom{&growing}),
        pair(WaitAtMost<5s, WaitFrom<&growing>>{}, WaitAtMost{5s, WaitFrom{&growing}}),
    };
}

/// What the engine would tell a wait of one failed attempt; random numbers come from a seed, as does the hint.
struct WaitQuery {
    grit::Attempt at;
    grit::SplitMix64* random;
    Duration asked_for{};

    grit::Attempt const& attempt() const { return at; }
    std::uint64_t draw() const { return (*random)(); }
    Duration hint() const { return asked_for; }
    Duration elapsed() const { return 0s; }
    template <class E>
    bool matches() const {
        return false;
    }
};

/// Plays `attempts` failed attempts and calls visit(state, wait) for each.
template <class W, class Visit>
void play(W const& wait, std::uint64_t seed, int attempts, Visit const& visit) {
    using Traits = grit::detail::WaitTraits<W>;
    grit::SplitMix64 random{seed};
    grit::SplitMix64 hints{~seed};
    auto state = Traits::first(wait);
    for (int n = 1; n <= attempts; ++n) {
        Duration const asked_for = grit::draw_between(0s, 30s, hints());
        Duration const chosen = Traits::value(wait, state, WaitQuery{grit::Attempt{n}, &random, asked_for});
        visit(state, chosen);
        state = Traits::next(wait, state, chosen);
    }
}

/// Returns: the waits after the first failed attempts.
template <class W>
std::vector<Duration> waits_of(W const& wait, std::uint64_t seed, int attempts = 40) {
    std::vector<Duration> waits;
    play(wait, seed, attempts, [&](auto const&, Duration chosen) { waits.push_back(chosen); });
    return waits;
}

/// Calls law(policy) for each wait in both of its forms.
template <class Law>
void for_each_wait(Law const& law) {
    std::apply([&](auto const&... pairs) { ((law(pairs.first), law(pairs.second)), ...); }, wait_pairs());
}

} // namespace laws
