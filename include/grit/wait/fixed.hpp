// SPDX-License-Identifier: BSL-1.0
#pragma once
// WaitFixed: the same wait after every failed attempt.

#include <grit/wait/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Waits `D` between attempts: `WaitFixed<250ms>`, or `WaitFixed{d}` with a value that comes at run time.
///
/// Requires: a wait of zero or more. Throws: std::invalid_argument if it is negative. Thread safety: a const value.
template <ConstantDuration D = dynamic>
class WaitFixed : detail::DurationValue<D> {
    static_assert(detail::is_met<(D.is_dynamic() || D.value() >= Duration::zero())>,
                  "grit: 'WaitFixed' was given a negative wait, because time does not run backwards; write a wait of "
                  "zero or more instead");

public:
    static constexpr Family family = Family::wait;
    static constexpr char const* name = "WaitFixed";
    static consteval auto arguments() { return Types<Constant<D>>{}; }
    static constexpr bool needs_failure = false;
    using Kind = WaitFixed<>;
    using State = detail::NoState;

    constexpr WaitFixed() = default;

    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr WaitFixed(T wait) : detail::DurationValue<D>(duration_argument(wait)) {
        if (this->wait() < Duration::zero())
            reject<Exceptions>("grit: 'WaitFixed' was given a negative wait, because time does not run backwards; "
                               "write a wait of zero or more instead");
    }

    constexpr Duration wait() const noexcept { return this->get(); }

    template <class Q>
    GRIT_INLINE constexpr Duration value(State, Q const&) const noexcept {
        return wait();
    }
    constexpr Bounds bounds(State) const noexcept { return {wait(), wait()}; }
};
template <class T>
WaitFixed(T) -> WaitFixed<>;

} // namespace grit::inline GRIT_ABI
