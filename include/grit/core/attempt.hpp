// SPDX-License-Identifier: BSL-1.0
#pragma once
// Attempt: what an operation, a hook or a policy may know of the attempt that is going on.

#include <grit/core/context.hpp>

namespace grit::inline GRIT_ABI {

/// One attempt of a call: its number, the wait before it, and the context around it.
///
/// An operation that takes `Attempt const&` as its first parameter gets it. Valid during the attempt only.
/// Thread safety: belongs to the thread of the call.
class Attempt {
public:
    constexpr Attempt() noexcept = default;
    explicit constexpr Attempt(int number, Duration last_wait = Duration::zero(),
                               Context const& context = no_context) noexcept
        : context_(&context), last_wait_(last_wait), number_(number) {}

    /// Returns: 1 for the first call; stays at the largest int once it is reached.
    constexpr int number() const noexcept { return number_; }

    /// Returns: the wait between the previous attempt and this one; zero for the first.
    constexpr Duration last_wait() const noexcept { return last_wait_; }

    constexpr Context const& context() const noexcept { return *context_; }
    constexpr bool has_deadline() const noexcept { return context_->has_deadline(); }
    constexpr TimePoint deadline() const noexcept { return context_->deadline(); }
    Duration remaining() const { return context_->remaining(); }
    constexpr bool stop_requested() const { return context_->stop_requested(); }

    /// Not available here: the start of a call is measured only for a callable that takes TimedAttempt.
    template <class T = void>
    Duration elapsed() const {
        static_assert(detail::is_met<(always_false<T>)>,
                      "grit: 'Attempt' has no elapsed(), because the start of the call is measured "
                      "only if it is asked for; take grit::TimedAttempt const& instead");
        return {};
    }

    /// Moves on to the next attempt, after a wait. Limited: something ends the attempts at an int.
    template <bool Limited = false>
    GRIT_INLINE constexpr void advance(Duration waited) noexcept {
        // Without a branch, so that a number which nobody reads can be left out.
        number_ += Limited ? 1 : int(number_ != std::numeric_limits<int>::max());
        last_wait_ = waited;
    }

private:
    Context const* context_ = &no_context;
    Duration last_wait_ = Duration::zero();
    int number_ = 1;
};

/// An Attempt that also knows when the call started; a callable that takes it makes the call read the clock.
class TimedAttempt : public Attempt {
public:
    constexpr TimedAttempt(Attempt const& attempt, Duration elapsed) noexcept : Attempt(attempt), elapsed_(elapsed) {}

    /// Returns: the time since the start of the call, read when this attempt started (for an operation and for Before)
    /// or when it ended (for every other callable).
    constexpr Duration elapsed() const noexcept { return elapsed_; }

private:
    Duration elapsed_;
};

} // namespace grit::inline GRIT_ABI
