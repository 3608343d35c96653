// SPDX-License-Identifier: BSL-1.0
#pragma once
// The query: what policies and hooks may ask about one attempt.

#include <cstdint>
#include <string_view>

#include <grit/core/attempt.hpp>
#include <grit/core/cause.hpp>

namespace grit::inline GRIT_ABI::detail {

/// The part that does not depend on the policies, so that all of them share it.
struct QueryState {
    Attempt const& attempt_;
    Duration wait_{};
    TimePoint now_{};
    StopReason reason_ = StopReason::none;
    bool read_ = false;

    GRIT_INLINE constexpr Attempt const& attempt() const { return attempt_; }
    GRIT_INLINE constexpr Duration wait() const { return wait_; }
    GRIT_INLINE constexpr void set_wait(Duration wait) { wait_ = wait; }

    /// Notes why the call ends. Returns: whether it does.
    GRIT_INLINE constexpr bool ends(StopReason reason) {
        reason_ = reason;
        return reason != StopReason::none;
    }
    GRIT_INLINE constexpr StopReason reason() const { return reason_; }

    /// What names no error is for every failure.
    GRIT_INLINE static constexpr bool is_for(Types<>) { return true; }
};

/// Each thing is found out only when it is asked for. Call: the engine whose attempt it is. Cause: what made it fail.
/// An aggregate: `Query<Call, Cause>{{call.attempt}, call, cause}`.
template <class Call, class Cause>
struct Query : QueryState {
    using Waits = typename Call::T::Waits;
    static constexpr bool surrounded = Call::surrounded;

    Call const& call;
    Cause const& cause;

    GRIT_INLINE constexpr TimePoint start() const { return call.start; }
    GRIT_INLINE constexpr Context const& outer() const { return call.outer; }

    /// Reads the clock, once for the attempt.
    GRIT_INLINE constexpr void read_clock() {
        if (!read_) now_ = call.time.now();
        read_ = true;
    }
    GRIT_INLINE constexpr TimePoint now() const { return read_ ? now_ : TimePoint{call.time.now()}; }
    GRIT_INLINE constexpr Duration elapsed() const {
        if constexpr (requires { requires Call::Time::never_negative; }) return now() - start();
        else return saturating_subtract(now(), start());
    }

    GRIT_INLINE constexpr std::uint64_t draw() const { return call.random(); }
    GRIT_INLINE constexpr Duration hint() const { return cause.hint(); }
    GRIT_INLINE constexpr bool wait_was_asked_for() const {
        if constexpr (Waits::needs_hint)
            return Waits::reads_hint(*this) && hint() > Duration::zero() && hint() >= wait_;
        else return false;
    }

    template <class E>
    GRIT_INLINE constexpr bool matches() const {
        return cause.template matches<E>();
    }
    using QueryState::is_for;
    /// True if the failure is one of these errors.
    template <class E, class... Es>
    GRIT_INLINE constexpr bool is_for(Types<E, Es...>) const {
        return cause.template matches<E>() || (cause.template matches<Es>() || ...);
    }

    constexpr Failure failure() const { return cause.failure(reason_); }
    constexpr std::string_view name() const { return call.name(); }
    /// Returns: all policies of the call, as describe() writes them.
    constexpr std::string_view policy() const { return Call::policy(); }
};

} // namespace grit::inline GRIT_ABI::detail
