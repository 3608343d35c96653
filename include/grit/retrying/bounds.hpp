// SPDX-License-Identifier: BSL-1.0
#pragma once
// What is known of a policy set before any call: how many attempts, how long the waits.

#include <array>
#include <cstddef>

#include <grit/core/policy_set.hpp>
#include <grit/stop/traits.hpp>
#include <grit/wait/traits.hpp>

namespace grit {

/// The waits before the retries, in order. Compares with an array of any std::chrono duration.
template <std::size_t N>
struct Schedule {
    std::array<Duration, N> waits{};

    constexpr Duration operator[](std::size_t i) const { return waits[i]; }
    constexpr auto begin() const { return waits.begin(); }
    constexpr auto end() const { return waits.end(); }
    static constexpr std::size_t size() noexcept { return N; }

    template <class D>
    friend constexpr bool operator==(Schedule const& a, std::array<D, N> const& b) {
        for (std::size_t i = 0; i < N; ++i)
            if (a.waits[i] != b[i]) return false;
        return true;
    }
    friend constexpr bool operator==(Schedule const&, Schedule const&) = default;
};

namespace detail {

/// The fewest attempts that any of the stops allows: 0 if none limits them, -1 if that is only known at run time.
template <class... Ps>
consteval int least_attempts(Types<Ps...>) {
    int least = 0;
    bool run_time = false;
    auto const one = [&](int n) {
        if (n < 0) run_time = true;
        else if (n > 0 && (least == 0 || n < least)) least = n;
    };
    (one(StopTraits<Ps>::max_attempts), ...);
    return run_time ? -1 : least;
}

/// Calls visit(Bounds) for each of the first `count` waits that P makes, until the state repeats for ever.
template <class P>
struct BoundsWalk {
    using Traits = WaitTraits<P>;
    P const& policy;
    typename Traits::State least = Traits::first(policy);
    typename Traits::State most = Traits::first(policy);

    constexpr Bounds step() {
        Bounds const now{Traits::bounds(policy, least).least, Traits::bounds(policy, most).most};
        least = Traits::next(policy, least, now.least);
        most = Traits::next(policy, most, now.most);
        return now;
    }
};

/// The bounds of the first N waits: the least and the most that any wait policy of the set may choose.
template <std::size_t N, class Set, class... Ps>
constexpr std::array<Bounds, N> wait_bounds(Set const& set, Types<Ps...>) {
    std::array<Bounds, N> result{};
    if constexpr (sizeof...(Ps) > 0) {
        for (auto& b : result) b = {Duration::max(), Duration::zero()};
        auto const one = [&]<class P>(P const& policy) {
            BoundsWalk<P> walk{policy};
            for (auto& b : result) {
                Bounds const now = walk.step();
                if (now.least < b.least) b.least = now.least;
                if (now.most > b.most) b.most = now.most;
            }
        };
        (one(set.template get<Ps>()), ...);
    }
    return result;
}

} // namespace detail
} // namespace grit
