// SPDX-License-Identifier: BSL-1.0
#pragma once
// Before: call something before each attempt.

#include <grit/hook/observer.hpp>

namespace grit::inline GRIT_ABI {

/// Calls f before each attempt, the first included: `Before<count>`, or `Before{f}` with a callable held by value.
///
/// The callable takes nothing or `Attempt const&`; with TimedAttempt in its place the clock is read. It is called
/// through const; if it throws, the call ends with its exception. Thread safety: that of the callable.
template <auto F = dynamic, class Fn = void>
class Before : public detail::Observer<Event::before, F, Fn> {
    using Base = detail::Observer<Event::before, F, Fn>;
    static_assert(detail::is_met<(Base::can_watch)>,
                  "grit: 'Before' was given something that it cannot call, because its parameters are none of these; "
                  "write () or (grit::Attempt const&) and make it callable through const instead");
    static_assert(detail::is_met<(!Base::needs_failure)>,
                  "grit: 'Before' was given a callable that takes a failure, because nothing has failed before an "
                  "attempt; write (grit::Attempt const&), or After instead");

public:
    using Kind = Before<>;
    static constexpr char const* name = "Before";
    static consteval auto arguments() { return Types<Constant<F>>{}; }

    using Base::Base;
};
template <class Fn>
Before(Fn) -> Before<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
