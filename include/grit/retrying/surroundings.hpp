// SPDX-License-Identifier: BSL-1.0
#pragma once
// The context that the attempts of a call are in: the outer one, narrowed by what the stops of the policy set know.

#include <grit/core/policy_set.hpp>
#include <grit/stop/traits.hpp>
#include <grit/time/steady.hpp>

namespace grit::detail {

/// Facts about the stops of a set.
template <class Stops>
struct StopFacts;
template <class... Ps>
struct StopFacts<Types<Ps...>> {
    static constexpr bool bounded = (StopTraits<Ps>::bounded || ...);
    static constexpr int tokens = (0 + ... + int(StopTraits<Ps>::has_token));
    static constexpr bool can_be_requested = ((StopTraits<Ps>::has_token || StopTraits<Ps>::can_cancel) || ...);
    static constexpr bool narrows = can_be_requested || (StopTraits<Ps>::has_deadline || ...);
    static constexpr bool asked_after_sleep = ((StopTraits<Ps>::can_cancel || StopTraits<Ps>::can_pass) || ...);
    static constexpr bool need_failure = (StopTraits<Ps>::needs_failure || ...);
    /// The most attempts that are made: 0 if nothing limits them, -1 if the limit is only known at run time.
    static constexpr int most_attempts = fewest_attempts({StopTraits<Ps>::max_attempts...});
    /// The same if it is a constant of at most 16; else 0.
    static constexpr int few_attempts = most_attempts > 0 && most_attempts <= 16 ? most_attempts : 0;
};

/// A token that says that a stop was requested if one of the stops does, or what surrounds the call.
template <class Stored, bool Surrounded, class Stops>
struct StopRequests;
template <class Stored, bool Surrounded, class... Ps>
struct StopRequests<Stored, Surrounded, Types<Ps...>> {
    Stored const& set;
    Context const& outer;

    GRIT_INLINE constexpr bool stop_requested() const {
        if constexpr (Surrounded)
            if (outer.stop_requested()) return true;
        return (requested(policy_of<Ps>(set)) || ...);
    }

    /// The tokens themselves, for a sleep that registers with each.
    StopLeaf leaf(int& left) const {
        StopLeaf found{};
        (void)((find(policy_of<Ps>(set), left, found)) || ...);
        if constexpr (Surrounded)
            if (found.token == nullptr) found = outer.stop().leaf(left);
        return found;
    }

private:
    template <class P>
    static bool find([[maybe_unused]] P const& stop, [[maybe_unused]] int& left, [[maybe_unused]] StopLeaf& found) {
        if constexpr (StopTraits<P>::has_token) found = StopView{&stop.token()}.leaf(left);
        return found.token != nullptr;
    }
    template <class P>
    GRIT_INLINE static constexpr bool requested([[maybe_unused]] P const& stop) {
        if constexpr (StopTraits<P>::can_cancel) return stop.cancelled();
        else if constexpr (StopTraits<P>::has_token) return static_cast<bool>(stop.token().stop_requested());
        else return false;
    }
};

/// The context of a call that nothing surrounds and no stop narrows, where the clock has no state.
template <class Clock>
inline constexpr Context context_of{TimePoint::max(), StopView{}, ClockView{&instance<Clock>}};

/// Nothing to narrow: the attempts are in the context that was handed in.
class OuterContext {
public:
    GRIT_INLINE constexpr OuterContext(void const*, Context const& outer, TimePoint, SteadyTime const&)
        : outer_(outer) {}
    GRIT_INLINE constexpr Context const& context() const { return outer_; }

private:
    Context const& outer_;
};

/// Only the clock is another one, and has no state: one context serves all calls.
template <class Clock>
struct ClockContext {
    GRIT_INLINE constexpr ClockContext(void const*, Context const&, TimePoint, Clock const&) {}
    GRIT_INLINE static constexpr Context const& context() { return context_of<Clock>; }
};

/// A context of the call's own: another clock, and a deadline or a stop that the stops hand in.
template <class Stored, bool Surrounded, bool OwnClock, class Stops>
class OwnContext;
template <class Stored, bool Surrounded, bool OwnClock, class... Ps>
class OwnContext<Stored, Surrounded, OwnClock, Types<Ps...>> {
public:
    template <class Clock>
    GRIT_INLINE constexpr OwnContext(Stored const* set, Context const& outer, TimePoint start, Clock const& time)
        : requests_{*set, outer}, context_(make(requests_, start, time)) {}
    OwnContext(OwnContext const&) = delete; // the context points into it
    OwnContext& operator=(OwnContext const&) = delete;

    GRIT_INLINE constexpr Context const& context() const { return context_; }

    using Requests = StopRequests<Stored, Surrounded, Types<Ps...>>;
    /// Returns: the context itself; it points to the requests and to a clock that has state.
    template <class Clock>
    GRIT_INLINE static constexpr Context make(Requests const& requests, TimePoint start, Clock const& time) {
        Context context{requests.outer.deadline(), stop(requests), clock(requests.outer, time)};
        (narrow(context, policy_of<Ps>(requests.set), start), ...);
        return context;
    }

private:
    GRIT_INLINE static constexpr StopView stop(Requests const& requests) {
        if constexpr (StopFacts<Types<Ps...>>::can_be_requested) return StopView{&requests};
        else return requests.outer.stop();
    }
    template <class Clock>
    GRIT_INLINE static constexpr ClockView clock(Context const& outer, Clock const& time) {
        if constexpr (OwnClock && is_empty<Clock>) return ClockView{&instance<Clock>};
        else if constexpr (OwnClock) return ClockView{&time};
        else return outer.clock();
    }
    template <class P>
    GRIT_INLINE static constexpr void narrow(Context& context, [[maybe_unused]] P const& stop,
                                             [[maybe_unused]] TimePoint start) {
        if constexpr (StopTraits<P>::has_deadline) context = context.narrowed(stop.deadline(start));
    }

    Requests requests_;
    Context context_;
};

template <class Stored, class Stops, bool Surrounded, class Clock>
consteval auto surroundings_of() {
    constexpr bool own_clock = !std::is_same_v<Clock, SteadyTime>;
    constexpr bool narrows = StopFacts<Stops>::narrows;
    if constexpr (!own_clock && !narrows) return std::type_identity<OuterContext>{};
    else if constexpr (!Surrounded && !narrows && is_empty<Clock>) return std::type_identity<ClockContext<Clock>>{};
    else return std::type_identity<OwnContext<Stored, Surrounded, own_clock, Stops>>{};
}

/// Made when the call starts, of the set's address, the outer context, the start and the clock; context() is for its
/// attempts.
template <class Set, bool Surrounded, class Clock>
using Surroundings = typename decltype(surroundings_of<typename Set::Stored, typename Set::template Of<Family::stop>,
                                                       Surrounded, Clock>())::type;

} // namespace grit::detail
