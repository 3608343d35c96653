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
inline constexpr bool hook_needs_clock = !requires { requires !P::needs_clock; };
template <class P>
inline constexpr bool hook_needs_failure = !requires { requires !P::needs_failure; };

/// Facts about the hooks of a set.
template <class Hooks>
struct HookFacts;
template <class... Ps>
struct HookFacts<Types<Ps...>> {
    template <Event E>
    static constexpr bool any = ((Ps::event == E) || ...);
    /// Those that watch one moment.
    template <Event E>
    using Watching = Chosen<E, ValueList<Ps::event...>, Ps...>;
    static constexpr bool need_clock = (hook_needs_clock<Ps> || ...);
    static constexpr bool tell_reason = ((Ps::event == Event::give_up && hook_needs_failure<Ps>) || ...);
    static constexpr bool need_failure = (hook_needs_failure<Ps> || ...);
    static constexpr int values = (0 + ... + int(GivesValue<Ps>));
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

/// Constants are called without a look at the set.
template <BuiltOnDemand... Ps>
struct HookCalls<Types<Ps...>> {
    template <class Stored, class... Args>
    GRIT_INLINE static constexpr void tell(Stored const&, [[maybe_unused]] Args const&... args) {
        ((void)Ps{}(args...), ...);
    }
};

} // namespace grit::detail
