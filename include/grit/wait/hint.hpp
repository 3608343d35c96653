// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitHint: waits as long as the failure asks for, such as the Retry-After of an HTTP response.

#include <grit/wait/none.hpp>
#include <grit/wait/parts.hpp>

namespace grit::inline GRIT_ABI {

/// Waits the longer of W and what the failure asks for by `error.retry_after()`, `retry_after(error)` or RetryAfter.
///
/// A request above `Max` ends the retrying at once, with the reason `hint`: coming back early would be refused again.
/// `WaitHint<60s, WaitExponential<1s, 30s>>`, or `WaitHint{max, wait}`; without a wait of its own it is
/// `WaitHint<60s>`. Requires: Max >= 0. Throws: std::invalid_argument if it is negative. Thread safety: that of W.
template <ConstantDuration Max = dynamic, class W = WaitNone>
class WaitHint : public detail::WaitParts<W>, detail::DurationValue<Max, 5> {
    using Parts = detail::WaitParts<W>;
    using Limit = detail::DurationValue<Max, 5>;
    static_assert(
        detail::is_met<(Max.is_dynamic() || Max.value() >= Duration::zero())>,
        "grit: 'WaitHint' was given a negative limit, because no wait is below zero; write a limit of zero or "
        "more instead");
    static_assert(detail::is_met<(!detail::WaitTraits<W>::limits_hint)>,
                  "grit: 'WaitHint' was given another WaitHint, because only one limit can hold; write one of them "
                  "instead");

public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitHint";
    static consteval auto arguments() { return Types<Constant<Max>, TypeOr<W, WaitNone>>{}; }
    using Kind = WaitHint<>;
    using typename Parts::State;
    static constexpr bool needs_hint = true;

    constexpr WaitHint() = default;

    explicit constexpr WaitHint(W wait)
        requires(!Max.is_dynamic())
        : Parts(static_cast<W&&>(wait)) {}

    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Max.is_dynamic())
    explicit constexpr WaitHint(T max, W wait = W{}) : Parts(static_cast<W&&>(wait)), Limit(duration_argument(max)) {
        if (max_hint() < Duration::zero())
            reject<Exceptions>("grit: 'WaitHint' was given a negative limit, because no wait is below zero; write a "
                               "limit of zero or more instead");
    }

    /// Returns: the longest wait that a failure may ask for.
    constexpr Duration max_hint() const noexcept { return Limit::get(); }

    template <class Q>
    GRIT_INLINE constexpr Duration value(State const& s, Q const& q) const {
        return detail::longer(this->template value_of<0>(s, q), q.hint());
    }
    constexpr Bounds bounds(State const& s) const {
        Bounds const own = this->template bounds_of<0>(s);
        return {own.least, detail::longer(own.most, max_hint())};
    }
};
template <class T>
WaitHint(T) -> WaitHint<>;
template <class T, class W>
WaitHint(T, W) -> WaitHint<dynamic, W>;

} // namespace grit::inline GRIT_ABI
