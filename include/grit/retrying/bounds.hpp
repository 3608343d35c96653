// SPDX-License-Identifier: BSL-1.0
#pragma once
// What is known of a policy set before any call: how many attempts, how long the waits.

#include <concepts>
#include <cstddef>
#include <type_traits>

#include <grit/core/factor.hpp>
#include <grit/core/policy_set.hpp>
#include <grit/stop/traits.hpp>
#include <grit/wait/traits.hpp>

namespace grit::inline GRIT_ABI {

template <class... Ps>
class Retrying;

/// What is known of a call before it: the most attempts that it makes, 0 if nothing limits them, and the least and the
/// most that it waits in all if it makes that many; Duration::max() where that is not known.
struct CallBounds {
    int max_attempts;
    Bounds waits;
    friend constexpr bool operator==(CallBounds const&, CallBounds const&) = default;
};

/// The waits before the retries, in order. Compares with a std::array, or any other list, of std::chrono durations.
template <std::size_t N>
struct Schedule {
    Duration waits[N == 0 ? 1 : N]{}; // no array is empty

    constexpr Duration operator[](std::size_t i) const { return waits[i]; }
    constexpr Duration const* begin() const { return waits; }
    constexpr Duration const* end() const { return waits + N; }
    static constexpr std::size_t size() noexcept { return N; }

    template <class List>
        requires requires(List const& list) {
            list.size();
            list[0] == Duration::zero();
        }
    friend constexpr bool operator==(Schedule const& a, List const& b) {
        for (std::size_t i = 0; i < N; ++i)
            if (i >= b.size() || a.waits[i] != b[i]) return false;
        return b.size() == N;
    }
};

namespace detail {

/// Walks through the waits of P: step() gives the bounds of the next one.
template <class P>
struct BoundsWalk {
    using Traits = WaitTraits<P>;
    P const& policy;
    typename Traits::State least = Traits::first(policy);
    typename Traits::State most = Traits::first(policy);
    bool settled = false; // all further steps are as the last one

    constexpr Bounds step() {
        Bounds const now{Traits::bounds(policy, least).least, Traits::bounds(policy, most).most};
        BoundsWalk const before = *this;
        least = Traits::next(policy, least, now.least);
        most = Traits::next(policy, most, now.most);
        if constexpr (std::is_empty_v<typename Traits::State>) settled = true;
        else if constexpr (std::equality_comparable<typename Traits::State>)
            settled = least == before.least && most == before.most;
        return now;
    }
};

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
    constexpr bool settled() const { return (BoundsWalk<Ps>::settled && ...); }
};

/// Calls visit(n, bounds) for the first `count` waits.
template <class Visit, class... Ps>
constexpr void walk_waits(int count, Visit visit, Ps const&... policies) {
    BoundsWalks<Ps...> walks{BoundsWalk<Ps>{policies}...};
    for (int n = 0; n < count; ++n) visit(n, walks.step());
}

/// The sum of the first `count` waits. Once they no longer change, the rest is one product.
template <class... Ps>
constexpr Bounds sum_of_waits(int count, Ps const&... policies) {
    Bounds sum{Duration::zero(), Duration::zero()};
    BoundsWalks<Ps...> walks{BoundsWalk<Ps>{policies}...};
    while (count > 0 && sum.least != Duration::max()) { // then it is beyond what can be counted, and so is what follows
        Bounds const now = walks.step();
        int const times = walks.settled() ? count : 1;
        sum = {saturating_add(sum.least, Factor{times}.times(now.least)),
               saturating_add(sum.most, Factor{times}.times(now.most))};
        count -= times;
    }
    return sum;
}

template <class Set, class... Stops, class... Waits>
constexpr CallBounds call_bounds(Set const& set, Types<Stops...>, Types<Waits...>) {
    int most = 0;
    [[maybe_unused]] auto const one = [&](int n) { most = n > 0 && (most == 0 || n < most) ? n : most; };
    (one(StopTraits<Stops>::attempts(policy_of<Stops>(set))), ...);
    if (most == 0) return {0, {Duration::zero(), Duration::max()}};
    return {most, sum_of_waits(most - 1, policy_of<Waits>(set)...)};
}

} // namespace detail

/// Returns: what is known before a call of r, whose values may come at run time; for constants max_attempts and
/// worst_case_wait say the same at compile time. It counts waits, not the operation, and no limit by time.
///
/// Complexity: at most one step for each attempt; none once the waits are seen to change no more.
template <class... Ps>
constexpr CallBounds bounds(Retrying<Ps...> const& r) {
    using Set = detail::PolicySet<Ps...>;
    return detail::call_bounds(
        static_cast<Set const&>(r), typename Set::template Of<Family::stop>{},
        Union<typename Set::template Of<Family::wait_if>, typename Set::template Of<Family::wait>>{});
}

} // namespace grit::inline GRIT_ABI
