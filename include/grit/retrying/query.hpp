// SPDX-License-Identifier: BSL-1.0
#pragma once
// The query: what policies and hooks may ask about one failed attempt, each thing found out only when it is asked.

#include <string_view>

#include <grit/core/attempt.hpp>
#include <grit/core/random.hpp>
#include <grit/retrying/cause.hpp>
#include <grit/retrying/describe.hpp>
#include <grit/retrying/waits.hpp>

namespace grit::detail {

template <class... Ps>
constexpr std::string_view first_name(Types<Ps...>) {
    std::string_view name = "call";
    ((name = Ps::value), ...);
    return name;
}
template <class Set>
constexpr std::string_view name_of() {
    return first_name(typename Set::template Of<Family::name>{});
}

/// What a query may ask of a call whatever its policies.
struct CallState {
    Attempt& attempt;
    TimePoint start;
    Context const* outer;
};

/// The parts of a call that live as long as the call. Only the Attempt may be seen by callables of the user; the rest
/// is separate from it so that it can stay in registers.
template <class Set, class States, class TimeRef, class RandomRef, int FewAttempts = 0>
struct Run : CallState {
    using SetType = Set;
    using Time = std::remove_cvref_t<TimeRef>;
    /// How many attempts are possible where they are so few that a wait is better computed from their number than
    /// carried from one to the next; else 0.
    static constexpr int few_attempts = FewAttempts;

    typename Set::Stored const& set;
    States& states;
    TimeRef& time;
    RandomRef& random;
};

/// The part of a query that does not depend on the policies, so that all of them share it.
struct QueryBase {
    CallState const& call;
    Duration wait_{};
    Duration now_{}; // since the epoch of the clock
    StopReason reason_ = StopReason::none;
    bool read_ = false;

    GRIT_INLINE constexpr Attempt const& attempt() const { return call.attempt; }
    GRIT_INLINE constexpr TimePoint start() const { return call.start; }
    GRIT_INLINE constexpr Context const& outer() const { return *call.outer; }
    GRIT_INLINE constexpr Duration wait() const { return wait_; }
    GRIT_INLINE constexpr void set_wait(Duration wait) { wait_ = wait; }
    GRIT_INLINE constexpr void set_reason(StopReason reason) { reason_ = reason; }
};

/// Made as `Query<...>{{run}, run, cause}`: an aggregate, since a constructor would be one function more that every
/// policy pays a compiler for. Nothing but its functions is meant for those who ask.
template <class RunType, class Cause, bool Surrounded, bool TellsReason>
struct Query : QueryBase {
    using Set = typename RunType::SetType;
    static constexpr bool surrounded = Surrounded;
    static constexpr bool tells_reason = TellsReason;
    static constexpr int few_attempts = RunType::few_attempts;

    RunType const& run;
    Cause const& cause;

    /// Reads the clock, once for the attempt.
    GRIT_INLINE constexpr void read_clock() {
        if (!read_) now_ = run.time.now().time_since_epoch();
        read_ = true;
    }
    GRIT_INLINE constexpr TimePoint now() const { return read_ ? TimePoint{now_} : run.time.now(); }
    GRIT_INLINE constexpr Duration elapsed() const {
        if constexpr (requires { requires RunType::Time::never_negative; })
            return Duration{now().time_since_epoch().count() - start().time_since_epoch().count()};
        else return saturating_subtract(now(), start());
    }

    GRIT_INLINE constexpr std::uint64_t draw() const { return run.random(); }
    GRIT_INLINE constexpr Duration hint() const { return cause.hint(); }
    GRIT_INLINE constexpr bool wait_was_asked_for() const {
        if constexpr (WaitsOf<Set>::needs_hint)
            return WaitsOf<Set>::reads_hint(run.set, *this) && hint() > Duration::zero() && hint() >= wait_;
        else return false;
    }

    template <class E>
    GRIT_INLINE constexpr bool matches() const {
        return cause.template matches<E>();
    }
    template <class List>
    GRIT_INLINE constexpr bool matches_any() const {
        return any_of(List{});
    }

    constexpr Failure failure() const { return cause.failure(reason_); }
    /// Returns: why the call ends; where nobody hears it, any reason.
    GRIT_INLINE constexpr StopReason reason() const { return TellsReason ? reason_ : StopReason::custom; }
    constexpr std::string_view name() const { return name_of<Set>(); }
    /// Returns: all policies of the call, as describe() writes them.
    constexpr std::string_view policy() const { return describe<Set>(); }

    template <class... Es>
    GRIT_INLINE constexpr bool any_of(Types<Es...>) const {
        return (cause.template matches<Es>() || ...);
    }
};

} // namespace grit::detail
