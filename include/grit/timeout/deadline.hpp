// SPDX-License-Identifier: BSL-1.0
#pragma once
// Deadline: the time by which everything inside must have ended, for all attempts together.

#include <grit/core/attempt.hpp>
#include <grit/core/rejected.hpp>
#include <grit/core/value.hpp>
#include <grit/core/within.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// One call under a deadline: it narrows the context of what runs inside. Nothing starts after a deadline.
class DeadlineCall {
public:
    using Rejections = Types<DeadlinePassed, StopRequested>;

    GRIT_INLINE explicit constexpr DeadlineCall(Duration limit, char const* stage = "deadline") noexcept
        : limit_(limit), stage_(stage) {}
    DeadlineCall(DeadlineCall const&) = delete; // an attempt points into it
    DeadlineCall& operator=(DeadlineCall const&) = delete;

    GRIT_INLINE bool start(Attempt const& at) {
        TimePoint const now = at.context().now();
        context_ = at.context().narrowed(saturating_add(now, limit_));
        return now < context_.deadline() && !at.stop_requested();
    }
    GRIT_INLINE Attempt attempt(Attempt const& at) const noexcept {
        return Attempt{at.number(), at.last_wait(), context_};
    }
    template <class F>
    GRIT_INLINE decltype(auto) with_rejection(F const& f) const {
        if (context_.stop_requested()) return f(StopRequested{stage_});
        return f(DeadlinePassed{stage_});
    }

private:
    Duration limit_;
    char const* stage_;
    Context context_{};
};

} // namespace detail

/// Sets a deadline `D` from now for what runs inside it: `Deadline<5s>`, or `Deadline{d}` with a value at run time.
///
/// A stage that narrows the context; it never widens it, and nothing fires. A Retrying inside refuses a sleep that
/// would reach the deadline and starts no attempt after it; the operation asks remaining(). The clock is that of the
/// context. Requires: a time of zero or more. Throws: std::invalid_argument if it is negative.
/// Thread safety: a const value.
template <ConstantDuration D = dynamic>
class Deadline : public StageInterface<Deadline<D>>, detail::DurationValue<D> {
    static_assert(detail::is_met<(D.is_dynamic() || D.value() >= Duration::zero())>,
                  "grit: 'Deadline' was given a negative time, because time does not run backwards; write a time of "
                  "zero or more instead");

public:
    static constexpr char const* name = "Deadline";
    static consteval auto arguments() { return Types<Constant<D>>{}; }
    /// What runs inside has to look at the deadline: nothing else ends it.
    static constexpr bool narrows_deadline = true;

    constexpr Deadline()
        requires(!D.is_dynamic())
    = default;
    constexpr Deadline()
        requires(D.is_dynamic())
        : Deadline(Duration::zero()) {
        static_assert(detail::is_met<(!D.is_dynamic())>,
                      "grit: 'Deadline' was constructed without its time, because that comes at run time where its "
                      "brackets are empty; write Deadline<2s>, or Deadline{limit}, instead");
    }

    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr Deadline(T limit) : detail::DurationValue<D>(duration_argument(limit)) {
        if (this->limit() < Duration::zero())
            reject<Exceptions>("grit: 'Deadline' was given a negative time, because time does not run backwards; write "
                               "a time of zero or more instead");
    }

    constexpr Duration limit() const noexcept { return this->get(); }

    /// The stage contract: one call, which whoever drives it asks step by step.
    constexpr auto call(Attempt const&) const noexcept { return detail::DeadlineCall{limit()}; }
};
template <class T>
Deadline(T) -> Deadline<>;

} // namespace grit::inline GRIT_ABI
