// SPDX-License-Identifier: BSL-1.0
#pragma once
// AttemptTimeout: the time that one attempt may take.

#include <grit/timeout/attempt_timed_out.hpp>
#include <grit/timeout/deadline.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {
/// One call under a time limit: a deadline that also ends the operation, where that can be ended from outside.
class AttemptTimeoutCall : public DeadlineCall {
public:
    static constexpr bool fires = true;
    explicit constexpr AttemptTimeoutCall(Duration limit) noexcept : DeadlineCall(limit, "attempt_timeout") {}
};
} // namespace detail

/// Gives what runs inside it the time `D` from now: `AttemptTimeout<2s>`, or `AttemptTimeout{d}` with a value at run
/// time. It stands inside the retry, so that every attempt has that time anew.
///
/// In a coroutine or a callback it ends the operation when the time is over: that is cancelled, and fails with
/// AttemptTimedOut, or with errc::attempt_timed_out where it reports by a code. A cancellation from outside stays one.
/// In a thread nothing can end an operation, so it narrows the context as a Deadline does, and the operation asks
/// remaining(). The time is never later than the deadline around. The clock is that of the context.
/// Requires: a time of zero or more. Throws: std::invalid_argument if it is negative. Thread safety: a const value.
template <ConstantDuration D = dynamic>
class AttemptTimeout : public StageInterface<AttemptTimeout<D>>, detail::DurationValue<D> {
    static_assert(detail::is_met<(D.is_dynamic() || D.value() >= Duration::zero())>,
                  "grit: 'AttemptTimeout' was given a negative time, because time does not run backwards; write a time "
                  "of zero or more instead");

public:
    static constexpr char const* name = "AttemptTimeout";
    static consteval auto arguments() { return Types<Constant<D>>{}; }
    static constexpr bool narrows_deadline = true;

    constexpr AttemptTimeout()
        requires(!D.is_dynamic())
    = default;
    constexpr AttemptTimeout()
        requires(D.is_dynamic())
        : AttemptTimeout(Duration::zero()) {
        static_assert(detail::is_met<(!D.is_dynamic())>,
                      "grit: 'AttemptTimeout' was constructed without its time, because that comes at run time where "
                      "its brackets are empty; write AttemptTimeout<2s>, or AttemptTimeout{limit}, instead");
    }

    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr AttemptTimeout(T limit) : detail::DurationValue<D>(duration_argument(limit)) {
        if (this->limit() < Duration::zero())
            reject<Exceptions>("grit: 'AttemptTimeout' was given a negative time, because time does not run "
                               "backwards; write a time of zero or more instead");
    }

    constexpr Duration limit() const noexcept { return this->get(); }

    /// The stage contract: one call, which whoever drives it asks step by step.
    constexpr auto call(Attempt const&) const noexcept { return detail::AttemptTimeoutCall{limit()}; }
};
template <class T>
AttemptTimeout(T) -> AttemptTimeout<>;

} // namespace grit::inline GRIT_ABI
