// SPDX-License-Identifier: BSL-1.0
#pragma once
// StopBeforeDelay: stop if the next sleep would reach a time counted from the start of the call.

#include <grit/stop/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Stops if the time since the start of the call and the next wait together are `D` or more: `StopBeforeDelay<30s>`,
/// or `StopBeforeDelay{d}` with a value that comes at run time.
///
/// A sleep that would end at `D` or later does not begin; an attempt that is running may end later. It is also the
/// deadline that an operation sees in its Attempt. No sleep is cut short.
/// Requires: a time of zero or more. Throws: std::invalid_argument if it is negative. Thread safety: a const value.
/// Source: tenacity's stop_before_delay.
template <ConstantDuration D = dynamic>
class StopBeforeDelay : detail::DurationValue<D> {
    static_assert(detail::is_met<(D.is_dynamic() || D.value() >= Duration::zero())>,
                  "grit: 'StopBeforeDelay' was given a negative time, because time does not run backwards; write a "
                  "time of zero or more instead");

public:
    static constexpr Family family = Family::stop;
    static constexpr char const* name = "StopBeforeDelay";
    static consteval auto arguments() { return Types<Constant<D>>{}; }
    using Kind = StopBeforeDelay<>;
    static constexpr bool bounded = true;
    static constexpr bool needs_clock = true;
    static constexpr bool needs_wait = true;
    static constexpr bool needs_failure = false;

    constexpr StopBeforeDelay() = default;

    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr StopBeforeDelay(T limit) : detail::DurationValue<D>(duration_argument(limit)) {
        if (this->limit() < Duration::zero())
            reject<Exceptions>("grit: 'StopBeforeDelay' was given a negative time, because time does not run "
                               "backwards; write a time of zero or more instead");
    }

    constexpr Duration limit() const noexcept { return this->get(); }

    /// elapsed + wait >= limit, written so that nothing can overflow: neither the wait nor the limit is negative.
    template <class Q>
    GRIT_INLINE constexpr bool stop(Q const& q) const {
        return q.elapsed() >= limit() - q.wait();
    }
    template <class Q>
    constexpr StopReason reason(Q const& q) const {
        return detail::reason_of_refused_wait(q, StopReason::delay);
    }
    constexpr TimePoint deadline(TimePoint start) const noexcept { return saturating_add(start, limit()); }
};
template <class T>
StopBeforeDelay(T) -> StopBeforeDelay<>;

} // namespace grit::inline GRIT_ABI
