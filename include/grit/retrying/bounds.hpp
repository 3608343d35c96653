// SPDX-License-Identifier: BSL-1.0
#pragma once
// What is known of a policy set before any call: how many attempts, how long the waits.

#include <array>
#include <cstddef>
#include <tuple>

#include <grit/core/policy_set.hpp>
#include <grit/stop/traits.hpp>
#include <grit/wait/traits.hpp>

namespace grit {

template <class... Ps>
class Retrying;

/// What is known of a call before it: the most attempts that it makes, 0 if nothing limits them, and the least and the
/// most that it waits in all if it makes that many; Duration::max() where that is not known.
struct CallBounds {
    int max_attempts;
    Bounds waits;
    friend constexpr bool operator==(CallBounds const&, CallBounds const&) = default;
};

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

/// The walks through several waits at once.
template <class... Ps>
struct BoundsWalks : BoundsWalk<Ps>... {
    constexpr Bounds step() {
        Bounds all{Duration::max(), Duration::zero()};
        [[maybe_unused]] auto const one = [&](Bounds const now) {
            if (now.least < all.least) all.least = now.least;
            if (now.most > all.most) all.most = now.most;
        };
        (one(BoundsWalk<Ps>::step()), ...);
        return sizeof...(Ps) == 0 ? Bounds{Duration::zero(), Duration::zero()} : all;
    }
};

template <class Set, class... Stops, class... Waits>
constexpr CallBounds call_bounds(Set const& set, Types<Stops...>, Types<Waits...>) {
    int most = 0;
    [[maybe_unused]] auto const one = [&](int n) { most = n > 0 && (most == 0 || n < most) ? n : most; };
    (one(StopTraits<Stops>::attempts(set.template get<Stops>())), ...);
    if (most == 0) return {0, {Duration::zero(), Duration::max()}};
    Bounds sum{Duration::zero(), Duration::zero()};
    std::tuple<decltype(set.template get<Waits>())...> const held{set.template get<Waits>()...};
    std::apply(
        [&](auto const&... policies) {
            BoundsWalks<Waits...> walks{BoundsWalk<Waits>{policies}...};
            // Once the least is beyond what can be counted, so is all that follows.
            for (int n = 1; n < most && sum.least != Duration::max(); ++n) {
                Bounds const now = walks.step();
                sum = {saturating_add(sum.least, now.least), saturating_add(sum.most, now.most)};
            }
        },
        held);
    return {most, sum};
}

} // namespace detail

/// Returns: what is known before a call of r, whose values may come at run time; for constants max_attempts and
/// worst_case_wait say the same at compile time. It counts waits, not the operation, and no limit by time.
///
/// Complexity: one step for each attempt.
template <class... Ps>
constexpr CallBounds bounds(Retrying<Ps...> const& r) {
    using Set = detail::PolicySet<Ps...>;
    return detail::call_bounds(
        static_cast<Set const&>(r), typename Set::template Of<Family::stop>{},
        Union<typename Set::template Of<Family::wait_if>, typename Set::template Of<Family::wait>>{});
}

} // namespace grit
