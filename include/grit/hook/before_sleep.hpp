// SPDX-License-Identifier: BSL-1.0
#pragma once
// BeforeSleep: call something before each wait.

#include <grit/hook/observer.hpp>

namespace grit::inline GRIT_ABI {

/// Calls f once it is decided that another attempt follows, before the wait, even if that is zero: `BeforeSleep{f}`, or
/// `BeforeSleep<f>` where f is a constant.
///
/// The callable takes nothing, `Attempt const&` or `(Attempt const&, Failure const&)`; with TimedAttempt in place of
/// Attempt the clock is read. It is called through const; if it throws, the call ends with its exception.
/// Thread safety: that of the callable.
template <auto F = dynamic, class Fn = void>
class BeforeSleep : public detail::Observer<Event::before_sleep, F, Fn> {
    using Base = detail::Observer<Event::before_sleep, F, Fn>;
    static_assert(
        detail::is_met<(Base::can_watch)>,
        "grit: 'BeforeSleep' was given something that it cannot call, because its parameters are none of these; "
        "write (), (grit::Attempt const&) or (grit::Attempt const&, grit::Failure const&) and make it "
        "callable through const instead");

public:
    using Kind = BeforeSleep<>;
    static constexpr char const* name = "BeforeSleep";
    static consteval auto arguments() { return Types<Constant<F>>{}; }

    using Base::Base;
};
template <class Fn>
BeforeSleep(Fn) -> BeforeSleep<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
