// SPDX-License-Identifier: BSL-1.0
#pragma once
// OnEnd: a callable that hears how every call ended.

#include <grit/hook/observe.hpp>

namespace grit::inline GRIT_ABI {

/// Calls f at every end of a call: `OnEnd{f}`, or `OnEnd<f>` where f is a constant. The reason `none` is success; an
/// error that no predicate names ends with `not_retryable`, a Permanent with `permanent`.
///
/// The callable takes `CallEnd const&`, which has name, reason and attempts, or `(Attempt const&, CallEnd const&)`; in
/// place of CallEnd a StopReason. With TimedAttempt in place of Attempt the clock is read. It is called from a
/// destructor, after OnSuccess or OnGiveUp, while an exception may pass: it must be noexcept. Thread safety: that of
/// the callable.
template <auto F = dynamic, class Fn = void>
class OnEnd : detail::Callable<F, Fn> {
    using Call = detail::Callable<F, Fn>;
    using Function = typename Call::type;
    static constexpr bool takes_end = detail::CallableWith<Function const&, CallEnd const&>;
    static constexpr bool takes_attempt = detail::CallableWith<Function const&, Attempt const&, CallEnd const&>;
    static constexpr bool takes_time = detail::CallableWith<Function const&, TimedAttempt const&, CallEnd const&>;
    static_assert(
        detail::is_met<(takes_end || takes_attempt || takes_time)>,
        "grit: 'OnEnd' was given something that it cannot call, because its parameters are none of these; "
        "write (grit::CallEnd const&) or (grit::Attempt const&, grit::CallEnd const&) and make it callable through "
        "const instead");
    static consteval bool cannot_throw() {
        if constexpr (takes_end) return std::is_nothrow_invocable_v<Function const&, CallEnd const&>;
        else if constexpr (takes_attempt)
            return std::is_nothrow_invocable_v<Function const&, Attempt const&, CallEnd const&>;
        else if constexpr (takes_time)
            return std::is_nothrow_invocable_v<Function const&, TimedAttempt const&, CallEnd const&>;
        else return true;
    }
    static_assert(detail::is_met<(cannot_throw())>,
                  "grit: 'OnEnd' was given a callable that may throw, because it is called while an exception may "
                  "pass; declare it noexcept instead");

public:
    static constexpr Family family = Family::hook;
    static constexpr Event event = Event::end;
    static constexpr char const* name = "OnEnd";
    static consteval auto arguments() { return Types<Constant<F>>{}; }
    using Kind = OnEnd<>;
    static constexpr bool needs_clock = !takes_end && !takes_attempt;
    static constexpr bool needs_failure = false;

    constexpr OnEnd()
        requires detail::BuiltOnDemand<Call>
    = default;
    template <std::convertible_to<Fn> G>
    explicit constexpr OnEnd(G f) : Call(static_cast<G&&>(f)) {}

    template <class Q>
    GRIT_INLINE constexpr void operator()(Q const& q, StopReason reason) const {
        Call const& call = *this;
        CallEnd const end = detail::end_of(q, reason);
        if constexpr (takes_end) call(end);
        else if constexpr (takes_attempt) call(q.attempt(), end);
        else if constexpr (takes_time) call(TimedAttempt{q.attempt(), q.elapsed()}, end);
    }
};
template <class Fn>
OnEnd(Fn) -> OnEnd<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
