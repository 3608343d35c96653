// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitAtMost: another wait with an upper limit, at which its jitter is not lost.

#include <grit/core/random.hpp>
#include <grit/wait/parts.hpp>

namespace grit::inline GRIT_ABI {

/// Waits as W does, but no longer than `D`: `WaitAtMost<10s, WaitIncrementing<...>>`, or `WaitAtMost{d, wait}`.
///
/// Where W is random, a wait above the limit is drawn anew from below it: from as wide a range as W has, or all that
/// there is down to zero. Requires: D >= 0. Throws: std::invalid_argument if it is negative. Thread safety: that of W.
template <ConstantDuration D, class W>
class WaitAtMost : public detail::WaitParts<W>, detail::DurationValue<D, 4> {
    using Parts = detail::WaitParts<W>;
    using Limit = detail::DurationValue<D, 4>;
    static_assert(detail::is_met<(D.is_dynamic() || D.value() >= Duration::zero())>,
                  "grit: 'WaitAtMost' was given a negative limit, because no wait is below zero; write a limit of zero "
                  "or more instead");
    static_assert(detail::is_met<(!detail::WaitTraits<W>::limits_hint)>,
                  "grit: 'WaitAtMost' was given a WaitHint, because it would cut the wait that was asked for; write "
                  "WaitHint<60s, WaitAtMost<...>> instead");

public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitAtMost";
    static consteval auto arguments() { return Types<Constant<D>, W>{}; }
    using Kind = WaitAtMost<dynamic, void>;
    using typename Parts::State;
    static constexpr bool bounded_wait = true;

    constexpr WaitAtMost() = default;

    explicit constexpr WaitAtMost(W wait)
        requires(!D.is_dynamic())
        : Parts(static_cast<W&&>(wait)) {}

    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    constexpr WaitAtMost(T limit, W wait) : Parts(static_cast<W&&>(wait)), Limit(duration_argument(limit)) {
        if (this->limit() < Duration::zero())
            reject<Exceptions>("grit: 'WaitAtMost' was given a negative limit, because no wait is below zero; write a "
                               "limit of zero or more instead");
    }

    constexpr Duration limit() const noexcept { return Limit::get(); }

    template <class Q>
    GRIT_INLINE constexpr Duration value(State const& s, Q const& q) const {
        Duration const wait = this->template value_of<0>(s, q);
        if constexpr (Parts::needs_random) {
            if (wait > limit()) return draw_between(bounds(s).least, limit(), q.draw());
        }
        return detail::shorter(wait, limit());
    }
    constexpr Bounds bounds(State const& s) const {
        Bounds const whole = this->template bounds_of<0>(s);
        if (whole.most <= limit()) return whole;
        if constexpr (!Parts::needs_random) return {detail::shorter(whole.least, limit()), limit()};
        Duration const shifted = detail::longer(limit() - (whole.most - whole.least), Duration::zero());
        return {detail::shorter(whole.least, shifted), limit()};
    }
};
template <class T, class W>
WaitAtMost(T, W) -> WaitAtMost<dynamic, W>;

} // namespace grit::inline GRIT_ABI
