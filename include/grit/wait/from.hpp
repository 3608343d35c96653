// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitFrom: the wait comes from a callable of the user.

#include <grit/wait/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Waits what f returns: `WaitFrom<&wait_for>`, or `WaitFrom{f}`. A negative wait is no wait.
///
/// f takes (), (Attempt const&) or (Attempt const&, Failure const&), and is called through const. Its longest wait is
/// not known: WaitAtMost<D, WaitFrom<...>> makes it so. Thread safety: that of f.
template <auto F = dynamic, class Fn = void>
class WaitFrom : detail::Callable<F, Fn> {
    using Call = detail::Callable<F, Fn>;
    static_assert(detail::is_met<(detail::takes_of<typename Call::type> != detail::Takes::other)>,
                  "grit: 'WaitFrom' was given something that it cannot call, because its parameters are none of these; "
                  "write (), (grit::Attempt const&) or (grit::Attempt const&, grit::Failure const&) and make it "
                  "callable through const");

public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitFrom";
    static consteval auto arguments() { return Types<Constant<F>>{}; }
    using Kind = WaitFrom<dynamic, void>;
    using State = detail::NoState;
    static constexpr bool needs_clock = detail::observer_needs_clock<typename Call::type>;
    static constexpr bool needs_failure = detail::observer_needs_failure<typename Call::type>;
    static constexpr bool bounded_wait = false;

    using Call::Call;

    template <class Q>
    GRIT_INLINE constexpr Duration value(State, Q const& q) const {
        return detail::as_wait(Call::observe(q));
    }
    constexpr Bounds bounds(State) const noexcept { return {Duration::zero(), Duration::max()}; }
};
template <class Fn>
WaitFrom(Fn) -> WaitFrom<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
