// SPDX-License-Identifier: BSL-1.0
#pragma once
// OnGiveUp: call something when no further attempt follows a failure.

#include <grit/hook/observer.hpp>

namespace grit::inline GRIT_ABI {

/// Calls f when a stop ends the call after a failed attempt: `OnGiveUp{f}`, or `OnGiveUp<f>` where f is a constant.
///
/// If f returns a value, the call returns it instead of the last outcome; at most one OnGiveUp may, and it must convert
/// to the result. The reason of the Failure says which stop it was. Not called for what no predicate names.
///
/// The callable takes nothing, `Attempt const&` or `(Attempt const&, Failure const&)`; with TimedAttempt in place of
/// Attempt the clock is read. It is called through const; if it throws, the call ends with its exception.
/// Thread safety: that of the callable.
template <auto F = dynamic, class Fn = void>
class OnGiveUp : public detail::Observer<Event::give_up, F, Fn> {
    using Base = detail::Observer<Event::give_up, F, Fn>;
    static_assert(detail::is_met<(Base::can_watch)>,
                  "grit: 'OnGiveUp' was given something that it cannot call, because its parameters are none of these; "
                  "write (), (grit::Attempt const&) or (grit::Attempt const&, grit::Failure const&) and make it "
                  "callable through const instead");

public:
    using Kind = OnGiveUp<>;
    static constexpr char const* name = "OnGiveUp";
    static consteval auto arguments() { return Types<Constant<F>>{}; }

    using Base::Base;
};
template <class Fn>
OnGiveUp(Fn) -> OnGiveUp<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
