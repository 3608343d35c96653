// SPDX-License-Identifier: BSL-1.0
#pragma once
// StopIf: stop if a callable of yours says so.

#include <grit/stop/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Stops if `F()` is true: `StopIf<is_shutting_down>`, or `StopIf{f}` with a callable that is held by value.
///
/// The callable takes nothing, `Attempt const&` or `(Attempt const&, Failure const&)`; with TimedAttempt in place of
/// Attempt the clock is read. It is called through const, and should answer the same if it is asked twice.
/// Thread safety: that of the callable.
template <auto F = dynamic, class Fn = void>
class StopIf : detail::Callable<F, Fn> {
    using Callable = detail::Callable<F, Fn>;
    using Function = typename Callable::type;
    static_assert(detail::is_met<(detail::takes_of<Function> != detail::Takes::other)>,
                  "grit: 'StopIf' was given something that it cannot call, because its parameters are none of these; "
                  "write (), (grit::Attempt const&) or (grit::Attempt const&, grit::Failure const&) and make it "
                  "callable through const");

public:
    static constexpr Family family = Family::stop;
    static constexpr char const* name = "StopIf";
    static consteval auto arguments() { return Types<Constant<F>>{}; }
    using Kind = StopIf<>;
    static constexpr bool needs_clock = detail::observer_needs_clock<Function>;
    static constexpr bool needs_failure = detail::observer_needs_failure<Function>;

    /// A callable with state must be given: a null pointer or an empty std::function would only fail when it is called.
    constexpr StopIf()
        requires detail::BuiltOnDemand<Callable>
    = default;
    template <std::same_as<Fn> Given>
    explicit constexpr StopIf(Given f) : Callable(static_cast<Given&&>(f)) {}

    template <class Q>
    GRIT_INLINE constexpr bool stop(Q const& q) const {
        return static_cast<bool>(Callable::observe(q));
    }
};
template <class Fn>
StopIf(Fn) -> StopIf<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
