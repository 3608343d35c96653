// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitIf: another wait for one kind of error.

#include <grit/core/types.hpp>
#include <grit/wait/parts.hpp>

namespace grit::inline GRIT_ABI {

/// Waits as W does if the failure is an E; it stands beside the plain wait: `WaitIf<RateLimitError, WaitFixed<30s>>`.
///
/// Any number may be named: the first that matches counts, then the plain wait. A wait with run-time values is given to
/// the constructor: `WaitIf<RateLimitError, WaitFixed<>>{WaitFixed{d}}`. Thread safety: that of W.
template <class E, class W>
class WaitIf : public detail::WaitParts<W> {
    using Parts = detail::WaitParts<W>;
    static_assert(detail::is_met<(detail::are_plain<E>)>,
                  "grit: 'WaitIf' names a reference or const type, because errors are named by their own type; write "
                  "WaitIf<E, W> instead of WaitIf<E const&, W>");

public:
    static constexpr Family family = Family::wait_if;
    static constexpr char const* name = "WaitIf";
    static consteval auto arguments() { return Types<E, W>{}; }
    using Kind = WaitIf<E, void>;
    using Interests = Types<E>;
    using typename Parts::State;

    using Parts::Parts;

    template <class Q>
    GRIT_INLINE constexpr Duration value(State const& s, Q const& q) const {
        return this->template value_of<0>(s, q);
    }
    constexpr Bounds bounds(State const& s) const { return this->template bounds_of<0>(s); }
    constexpr Duration max_hint() const
        requires(detail::WaitTraits<W>::limits_hint)
    {
        return detail::hint_limit(this->template part<0>());
    }
};

} // namespace grit::inline GRIT_ABI
