// SPDX-License-Identifier: BSL-1.0
#pragma once
// The hooks of a policy set: what types say of them, and how those of one moment are called.

#include <string_view>

#include <grit/core/attempt.hpp>
#include <grit/core/failure.hpp>
#include <grit/core/policy_set.hpp>

namespace grit::detail {

/// What a hook is asked with when only the type of its answer matters.
struct ProbeQuery {
    Attempt const& attempt() const;
    Duration wait() const;
    Duration elapsed() const;
    Duration hint() const;
    Failure failure() const;
    std::string_view name() const;
    std::string_view policy() const;
};

/// A hook that returns what the call then returns.
template <class P>
concept GivesValue = P::event == Event::give_up &&
                     !std::is_void_v<decltype(std::declval<P const&>()(std::declval<ProbeQuery const&>()))>;

// A hook that does not say what it needs may ask the query for anything.
template <class P>
concept HookNeedsClock = !requires { requires !P::needs_clock; };
template <class P>
concept HookNeedsFailure = !requires { requires !P::needs_failure; };

/// The moments that hooks watch.
struct Moments {
    unsigned bits;
    constexpr bool has(Event e) const noexcept { return (bits >> static_cast<unsigned>(e) & 1u) != 0; }
};

/// Facts about the hooks that watch the end of a call that gives up.
template <class Hooks>
struct GiveUpFacts;
template <class... Ps>
struct GiveUpFacts<Types<Ps...>> {
    static constexpr bool need_failure = (HookNeedsFailure<Ps> || ...);
    static constexpr int values = (0 + ... + int(GivesValue<Ps>));
};

/// Facts about the hooks of a set.
template <class Hooks>
struct HookFacts;
template <class... Ps>
struct HookFacts<Types<Ps...>> {
    static constexpr Moments watched{(0u | ... | (1u << static_cast<unsigned>(Ps::event)))};
    /// Those that watch one moment.
    template <Event E>
    using Watching = Chosen<E, ValueList<Ps::event...>, Ps...>;
    using GiveUp = Watching<Event::give_up>;
    static constexpr bool need_clock = (HookNeedsClock<Ps> || ...);
    static constexpr bool need_failure = (HookNeedsFailure<Ps> || ...);
};

/// The hooks that watch one moment, called in their order.
template <class Hooks>
struct HookCalls;
template <class... Ps>
struct HookCalls<Types<Ps...>> {
    template <class Stored, class... Args>
    GRIT_INLINE static constexpr void tell([[maybe_unused]] Stored const& set, [[maybe_unused]] Args const&... args) {
        ((void)policy_of<Ps>(set)(args...), ...);
    }
};

/// Constants are called without a look at the set, and one alone can be built by who calls it.
template <BuiltOnDemand P>
struct HookCalls<Types<P>> {
    using Hook = P;
    template <class Stored, class... Args>
    GRIT_INLINE static constexpr void tell(Stored const&, [[maybe_unused]] Args const&... args) {
        P{}(args...);
    }
};
template <BuiltOnDemand... Ps>
struct HookCalls<Types<Ps...>> {
    template <class Stored, class... Args>
    GRIT_INLINE static constexpr void tell(Stored const&, [[maybe_unused]] Args const&... args) {
        ((void)Ps{}(args...), ...);
    }
};

} // namespace grit::detail
