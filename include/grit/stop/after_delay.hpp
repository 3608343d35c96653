// SPDX-License-Identifier: BSL-1.0
#pragma once
// StopAfterDelay: stop once a time has gone by since the start of the call.

#include <grit/stop/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Stops if an attempt fails when `D` or more has gone by since the start of the call: `StopAfterDelay<30s>`, or
/// `StopAfterDelay{d}` with a value that comes at run time.
///
/// It cuts no sleep and no attempt short, so a call may take longer by the last sleep and the last attempt;
/// StopBeforeDelay also counts the sleep.
/// Requires: a time of zero or more. Throws: std::invalid_argument if it is negative. Thread safety: a const value.
/// Source: tenacity's stop_after_delay.
template <ConstantDuration D = dynamic>
class StopAfterDelay : detail::DurationValue<D> {
    static_assert(detail::is_met<(D.is_dynamic() || D.value() >= Duration::zero())>,
                  "grit: 'StopAfterDelay' was given a negative time, because time does not run backwards; write a "
                  "time of zero or more instead");

public:
    static constexpr Family family = Family::stop;
    static constexpr char const* name = "StopAfterDelay";
    static consteval auto arguments() { return Types<Constant<D>>{}; }
    static constexpr StopReason reason = StopReason::delay;
    using Kind = StopAfterDelay<>;
    static constexpr bool bounded = true;
    static constexpr bool needs_clock = true;
    static constexpr bool needs_failure = false;

    constexpr StopAfterDelay() = default;

    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr StopAfterDelay(T limit) : detail::DurationValue<D>(duration_argument(limit)) {
        if (this->limit() < Duration::zero())
            reject<Exceptions>("grit: 'StopAfterDelay' was given a negative time, because time does not run "
                               "backwards; write a time of zero or more instead");
    }

    constexpr Duration limit() const noexcept { return this->get(); }

    template <class Q>
    GRIT_INLINE constexpr bool stop(Q const& q) const {
        return q.elapsed() >= limit();
    }
};
template <class T>
StopAfterDelay(T) -> StopAfterDelay<>;

} // namespace grit::inline GRIT_ABI
