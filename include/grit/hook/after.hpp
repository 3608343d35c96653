// SPDX-License-Identifier: BSL-1.0
#pragma once
// After: call something after each failed attempt.

#include <grit/hook/observer.hpp>

namespace grit::inline GRIT_ABI {

/// Calls f after each attempt whose outcome is to be retried, before it is decided whether it will be: `After{f}`, or
/// `After<f>` where f is a constant. The reason of the Failure is not known yet.
///
/// The callable takes nothing, `Attempt const&` or `(Attempt const&, Failure const&)`; with TimedAttempt in place of
/// Attempt the clock is read. It is called through const; if it throws, the call ends with its exception.
/// Thread safety: that of the callable.
template <auto F = dynamic, class Fn = void>
class After : public detail::Observer<Event::after, F, Fn> {
    using Base = detail::Observer<Event::after, F, Fn>;
    static_assert(detail::is_met<(Base::can_watch)>,
                  "grit: 'After' was given something that it cannot call, because its parameters are none of these; "
                  "write (), (grit::Attempt const&) or (grit::Attempt const&, grit::Failure const&) and make it "
                  "callable through const instead");

public:
    using Kind = After<>;
    static constexpr char const* name = "After";
    static consteval auto arguments() { return Types<Constant<F>>{}; }

    using Base::Base;
};
template <class Fn>
After(Fn) -> After<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
