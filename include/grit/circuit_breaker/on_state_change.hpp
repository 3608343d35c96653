// SPDX-License-Identifier: BSL-1.0
#pragma once
// OnStateChange: call something when a circuit has gone from one state to another.

#include <grit/circuit_breaker/family.hpp>
#include <grit/circuit_breaker/state.hpp>
#include <grit/core/callable.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

/// Calls f(StateChange const&) once for every change, in the thread that made it, after it was made and outside any
/// lock: `OnStateChange{f}`, or `OnStateChange<f>` where f is a constant. f may use the breaker.
///
/// Requires: f is noexcept, since it runs where a call ends, and its exception would replace that of the call.
/// Thread safety: f is called from any thread, several at a time; StateChange::epoch orders what it is told.
template <auto F = dynamic, class Fn = void>
class OnStateChange {
    using Call = detail::Callable<F, Fn>;
    using Function = typename Call::type;
    static_assert(detail::is_met<(std::is_invocable_v<Function const&, StateChange const&>)>,
                  "grit: 'OnStateChange' was given something that it cannot call, because its parameter is not a "
                  "change; write (grit::StateChange const&) noexcept and make it callable through const instead");
    static_assert(detail::is_met<(!std::is_invocable_v<Function const&, StateChange const&> ||
                                  std::is_nothrow_invocable_v<Function const&, StateChange const&>)>,
                  "grit: 'OnStateChange' was given a callable that may throw, because its exception would replace that "
                  "of the call that it ends; write (grit::StateChange const&) noexcept instead");

public:
    static constexpr Family family = CircuitFamily::listener;
    static constexpr char const* name = "OnStateChange";
    static consteval auto arguments() { return Types<Constant<F>>{}; }
    using Kind = OnStateChange<>;
    static constexpr bool repeatable = true;

    constexpr OnStateChange()
        requires detail::BuiltOnDemand<Call>
    = default;
    template <std::convertible_to<Fn> G>
    explicit constexpr OnStateChange(G f) : f_(std::move(f)) {}

    void operator()(StateChange const& change) const noexcept { f_(change); }

private:
    [[no_unique_address]] Call f_;
};
template <class Fn>
OnStateChange(Fn) -> OnStateChange<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
