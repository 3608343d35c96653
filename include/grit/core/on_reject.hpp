// SPDX-License-Identifier: BSL-1.0
#pragma once
// OnReject: call something when a stage has refused a call.

#include <grit/core/callable.hpp>
#include <grit/core/policy_set.hpp>
#include <grit/core/stage.hpp>
#include <grit/core/thread_cancel.hpp>

namespace grit::inline GRIT_ABI {
namespace detail {
inline constexpr Family on_reject = Family{27}; // of no other policy of a stage
}

/// Calls f with the rejection of each call that its stage refuses, once, in the thread that asks: `OnReject{f}`, or
/// `OnReject<f>` where f is a constant. For CircuitBreaker, RateLimiter, that of a fleet too, Bulkhead and
/// ConcurrencyLimit.
///
/// f takes the rejection of the stage: `(CircuitOpen const&) noexcept`, RateLimited, BulkheadFull, ConcurrencyLimited.
/// If it also takes DeadlinePassed or StopRequested, it hears of the calls that were refused because of those. It is
/// told outside any lock, whichever way the call was made; a call that is abandoned in line was not refused.
/// Requires: f is noexcept, since its exception would replace the refusal.
/// Thread safety: f is called from any thread, several at a time.
template <auto F = dynamic, class Fn = void>
class OnReject {
    using Call = detail::Callable<F, Fn>;
    using Function = typename Call::type;

public:
    static constexpr Family family = detail::on_reject;
    static constexpr char const* name = "OnReject";
    static consteval auto arguments() { return Types<Constant<F>>{}; }
    using Kind = OnReject<>;
    static constexpr bool repeatable = true;

    template <class J>
    static constexpr bool hears = std::is_invocable_v<Function const&, J const&>;
    template <class J>
    static constexpr bool may_throw = hears<J> && !std::is_nothrow_invocable_v<Function const&, J const&>;

    constexpr OnReject()
        requires detail::BuiltOnDemand<Call>
    = default;
    template <std::convertible_to<Fn> G>
    explicit constexpr OnReject(G f) : f_(std::move(f)) {}

    template <class J>
    void operator()(J const& rejection) const noexcept {
        if constexpr (hears<J>) f_(rejection);
    }

private:
    [[no_unique_address]] Call f_;
};
template <class Fn>
OnReject(Fn) -> OnReject<dynamic, Fn>;

namespace detail {

/// The OnReject policies of a set.
template <class Set>
using RejectListeners = typename Set::template Of<on_reject>;

template <class L, class... Js>
inline constexpr bool never_throws = !(L::template may_throw<Js> || ...);

/// The sentences for the listeners of a stage that refuses with a J, or with one of Js for another reason.
template <class J, class... Js, class... Ls>
consteval bool check_listeners(Types<Ls...>) {
    static_assert(detail::is_met<(Ls::template hears<J> && ...)>,
                  "grit: 'OnReject' was given something that it cannot call, because its parameter is not the "
                  "rejection of its stage; write (grit::CircuitOpen const&) noexcept, or RateLimited, BulkheadFull or "
                  "ConcurrencyLimited, and make it callable through const instead");
    static_assert(detail::is_met<(never_throws<Ls, J, Js...> && ...)>,
                  "grit: 'OnReject' was given a callable that may throw, because its exception would replace the "
                  "refusal; declare it noexcept instead");
    return true;
}

/// Tells the listeners of the set of a rejection. A cancellation of the thread waits.
template <class Set, class J>
GRIT_COLD void tell_rejection(Set const& set, J const& rejection) noexcept {
    NotCancelled const not_here;
    [&]<class... Ls>(Types<Ls...>) { (policy_of<Ls>(set)(rejection), ...); }(RejectListeners<Set>{});
}

/// Refuses a call that knows its rejection, and tells the listeners of the set. No instruction where there is none.
template <class Set, class Call>
GRIT_INLINE constexpr Answer refuse([[maybe_unused]] Set const& set, [[maybe_unused]] Call const& call) {
    if constexpr (RejectListeners<Set>::size != 0)
        call.with_rejection([&](auto const& rejection) { tell_rejection(set, rejection); });
    return Answer::reject;
}

} // namespace detail
} // namespace grit::inline GRIT_ABI
