// SPDX-License-Identifier: BSL-1.0
#pragma once
// What the hooks that call a callable of the user's have in common.

#include <grit/core/callable.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/value.hpp>

namespace grit::detail {

/// A hook that calls a callable at one moment of an attempt, with what it takes.
template <Event Moment, auto F, class Fn>
class Observer {
    using Call = Callable<F, Fn>;

public:
    using Function = typename Call::type;
    static constexpr Family family = Family::hook;
    static constexpr Event event = Moment;
    /// The callable takes nothing, an attempt, or an attempt and a failure.
    static constexpr bool can_watch = takes_of<Function> != Takes::other;
    static constexpr bool needs_clock = observer_needs_clock<Function>;
    static constexpr bool needs_failure = observer_needs_failure<Function>;

    /// A callable with state must be given: a null pointer would only fail when it is called.
    constexpr Observer()
        requires BuiltOnDemand<Call>
    = default;
    // Of a constant nothing is given. To say so first is cheaper for a compiler, which asks this for every copy, too.
    template <class G>
        requires(!std::is_void_v<Fn>) && std::convertible_to<G, Fn>
    explicit constexpr Observer(G f) : f_(std::move(f)) {}

    template <class Q>
    GRIT_INLINE constexpr decltype(auto) operator()(Q const& q) const {
        return f_.observe(q);
    }

protected:
    GRIT_INLINE constexpr Call const& call() const noexcept { return f_; }

private:
    [[no_unique_address]] Call f_;
};

} // namespace grit::detail
