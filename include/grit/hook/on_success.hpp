// SPDX-License-Identifier: BSL-1.0
#pragma once
// OnSuccess: call something when an attempt has succeeded.

#include <grit/hook/observer.hpp>

namespace grit::inline GRIT_ABI {

/// Calls f after an attempt whose outcome is not to be retried and is no exception: `OnSuccess{f}`, or `OnSuccess<f>`
/// where f is a constant.
///
/// The callable takes nothing, `Attempt const&` or `(Attempt const&, R const&)` with the result; with TimedAttempt in
/// place of Attempt the clock is read. It is called through const; if it throws, the call ends with its exception.
/// Thread safety: that of the callable.
template <auto F = dynamic, class Fn = void>
class OnSuccess : public detail::Observer<Event::success, F, Fn> {
    using Base = detail::Observer<Event::success, F, Fn>;
    using Function = typename Base::Function;

public:
    using Kind = OnSuccess<>;
    static constexpr char const* name = "OnSuccess";
    static consteval auto arguments() { return Types<Constant<F>>{}; }
    static constexpr bool needs_clock =
        detail::starts_with_time<Function> || (!detail::CallableWith<Function const&, Attempt const&> &&
                                               detail::CallableWith<Function const&, TimedAttempt const&>);
    static constexpr bool needs_failure = false;

    using Base::Base;

    /// Requires: at most one result; none where the operation returns void.
    template <class Q, class... R>
    GRIT_INLINE constexpr void operator()(Q const& q, R const&... result) const {
        constexpr bool is_callable = detail::CallableWith<Function const&, Attempt const&, R const&...>;
        constexpr bool is_timed = detail::CallableWith<Function const&, TimedAttempt const&, R const&...>;
        static_assert(detail::is_met<(is_callable || is_timed || detail::CallableWith<Function const&> ||
                                      detail::CallableWith<Function const&, Attempt const&> ||
                                      detail::CallableWith<Function const&, TimedAttempt const&>)>,
                      "grit: 'OnSuccess' was given something that it cannot call, because its parameters are none of "
                      "these; write (), (grit::Attempt const&) or (grit::Attempt const&, R const&), where R is what "
                      "the operation returns, and make it callable through const instead");
        static_assert(detail::is_met<(is_callable || !is_timed || needs_clock)>,
                      "grit: 'OnSuccess' cannot tell that its callable wants the time, because it is a template; write "
                      "the type of the result instead of auto");
        if constexpr (is_callable) this->call()(q.attempt(), result...);
        else if constexpr (is_timed) this->call()(TimedAttempt{q.attempt(), q.elapsed()}, result...);
        else if constexpr (Base::can_watch && !Base::needs_failure) this->call().observe(q);
    }
};
template <class Fn>
OnSuccess(Fn) -> OnSuccess<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
