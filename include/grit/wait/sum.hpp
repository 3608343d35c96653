// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitSum: several waits added up, also written with +.

#include <grit/wait/parts.hpp>

namespace grit::inline GRIT_ABI {

/// Waits the sum of its parts: `WaitSum<WaitFixed<1s>, WaitRandom<0s, 500ms>>`, or `wait + wait`.
///
/// A sum that does not fit is Duration::max(). Where parts are a WaitHint, the lowest of their limits holds.
/// Requires: at least one part. Thread safety: that of its parts.
template <class... Ws>
class WaitSum : public detail::WaitParts<Ws...> {
    using Parts = detail::WaitParts<Ws...>;
    using Indices = std::index_sequence_for<Ws...>;
    static constexpr bool some_limit = (detail::WaitTraits<Ws>::limits_hint || ...);

    static_assert(detail::is_met<(sizeof...(Ws) > 0)>,
                  "grit: 'WaitSum' was given no wait, because its brackets are empty; write at least "
                  "one, or WaitNone for no wait, instead");

public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitSum";
    static consteval auto arguments() { return Types<Ws...>{}; }
    using Kind = WaitSum<void>;
    using typename Parts::State;

    using Parts::Parts;

    template <class Q>
    GRIT_INLINE constexpr Duration value(State const& s, Q const& q) const {
        return value(s, q, Indices{});
    }
    constexpr Bounds bounds(State const& s) const { return bounds(s, Indices{}); }
    constexpr Duration max_hint() const
        requires(some_limit)
    {
        return max_hint(Indices{});
    }

private:
    template <class Q, std::size_t... Is>
    GRIT_INLINE constexpr Duration value(State const& s, Q const& q, std::index_sequence<Is...>) const {
        Duration sum = Duration::zero();
        ((sum = saturating_add(sum, this->template value_of<Is>(s, q))), ...);
        return sum;
    }
    template <std::size_t... Is>
    constexpr Bounds bounds(State const& s, std::index_sequence<Is...>) const {
        Bounds sum{};
        ((sum.least = saturating_add(sum.least, this->template bounds_of<Is>(s).least),
          sum.most = saturating_add(sum.most, this->template bounds_of<Is>(s).most)),
         ...);
        return sum;
    }
    template <std::size_t... Is>
    constexpr Duration max_hint(std::index_sequence<Is...>) const {
        Duration limit = Duration::max();
        ((limit = detail::shorter(limit, detail::hint_limit(this->template part<Is>()))), ...);
        return limit;
    }
};
template <class... Ws>
WaitSum(Ws...) -> WaitSum<Ws...>;

/// Returns: the sum of two waits; sums are joined, so that a + b + c is WaitSum<A, B, C>.
template <WaitPolicy A, WaitPolicy B>
constexpr auto operator+(A const& a, B const& b) {
    return detail::combine<WaitSum>(a, b);
}
template <WaitPolicy A, class Other>
    requires(!WaitPolicy<Other>)
constexpr A operator+(A const& a, Other const&) {
    static_assert(detail::is_met<(always_false<Other>)>,
                  "grit: something that is no wait was added to a wait, because it says no policy; "
                  "write wait + WaitFixed{500ms} instead of wait + 500ms");
    return a;
}
template <class Other, WaitPolicy B>
    requires(!WaitPolicy<Other>)
constexpr B operator+(Other const&, B const& b) {
    static_assert(detail::is_met<(always_false<Other>)>,
                  "grit: a wait was added to something that is no wait, because it says no policy; "
                  "write WaitFixed{500ms} + wait instead of 500ms + wait");
    return b;
}

} // namespace grit::inline GRIT_ABI
