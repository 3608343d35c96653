// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the hooks that call a callable of the user's have in common.

#include <grit/core/callable.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI::detail {

/// What types say of a hook: the same for all of one moment and one type of callable.
template <Event Moment, class F>
struct ObserverFacts {
    using Function = F;
    static constexpr Family family = Family::hook;
    static constexpr Event event = Moment;
    /// The callable takes nothing, an attempt, or an attempt and a failure.
    static constexpr bool can_watch = takes_of<F> != Takes::other;
    static constexpr bool needs_clock = observer_needs_clock<F>;
    static constexpr bool needs_failure = observer_needs_failure<F>;
};

/// A hook that calls a callable at one moment of an attempt, with what it takes.
template <Event Moment, auto F, class Fn>
class Observer : public ObserverFacts<Moment, typename Callable<F, Fn>::type> {
    using Call = Callable<F, Fn>;

public:
    /// A callable with state must be given: a null pointer would only fail when it is called.
    constexpr Observer()
        requires BuiltOnDemand<Call>
    = default;
    template <std::convertible_to<Fn> G>
    explicit constexpr Observer(G f) : f_(std::move(f)) {}

    template <class Q>
    GRIT_INLINE constexpr decltype(auto) operator()(Q const& q) const {
        return call_observer(f_, q);
    }

protected:
    GRIT_INLINE constexpr Call const& call() const noexcept { return f_; }

private:
    [[no_unique_address]] Call f_;
};

} // namespace grit::inline GRIT_ABI::detail
