// SPDX-License-Identifier: BSL-1.0
#pragma once
// Aimd: one place more after a round of good calls, a tenth fewer after a slow one.

#include <grit/concurrency_limit/family.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

/// A call that takes longer than `SlowerThan`, or ends by an overload, cuts the limit to `Percent` of it:
/// `Aimd<500ms>`, where that is 90, `Aimd<500ms, 50>`, or `Aimd{d, percent}` at run time. As many good calls as the
/// limit, without such a one between them, raise it by one.
///
/// A call that began before the last cut does not cut again. While less than half of the places are taken the limit is
/// not raised. Requires: a time above zero, and 1 to 99 percent. Throws: std::invalid_argument if that does not hold.
/// Thread safety: a const value. Source: additive increase and multiplicative decrease, as in TCP (RFC 5681) and in
/// Netflix' concurrency-limits.
template <ConstantDuration SlowerThan = dynamic,
          ConstantInt Percent = SlowerThan.is_dynamic() ? ConstantInt{dynamic} : ConstantInt{90}>
class Aimd : detail::DurationValue<SlowerThan>, detail::IntValue<Percent> {
    static constexpr bool can_use(Duration d, int percent) noexcept {
        return d > Duration::zero() && percent >= 1 && percent <= 99;
    }
    static_assert(detail::is_met<(detail::one_form(SlowerThan, Percent))>,
                  "grit: 'Aimd' was given one of its numbers as a constant, because the other comes at run time; write "
                  "Aimd<500ms>, or Aimd{d} with both at run time");
    static_assert(detail::is_met<(SlowerThan.is_dynamic() || can_use(SlowerThan.value(), Percent.value()))>,
                  "grit: 'Aimd' was given numbers that it cannot use, because its time is not above zero, or it cuts "
                  "to less than 1 or more than 99 percent; write Aimd<500ms, 90> instead");

public:
    static constexpr Family family = detail::LimitFamily::adapt;
    static constexpr char const* name = "Aimd";
    static consteval auto arguments() {
        if constexpr (SlowerThan.is_dynamic()) return Types<>{};
        else return Types<Constant<SlowerThan>, ConstantOr<Percent, ConstantInt{90}>>{};
    }
    using Kind = std::integral_constant<Family, detail::LimitFamily::adapt>;

    constexpr Aimd()
        requires(!SlowerThan.is_dynamic())
    = default;
    template <class T, class Count = int, bool Exceptions = GRIT_EXCEPTIONS>
        requires(SlowerThan.is_dynamic())
    explicit constexpr Aimd(T slower_than, Count percent = 90)
        : detail::DurationValue<SlowerThan>(duration_argument(slower_than)),
          detail::IntValue<Percent>(detail::as_count(percent)) {
        if (!can_use(detail::DurationValue<SlowerThan>::get(), detail::IntValue<Percent>::get()))
            reject<Exceptions>("grit: 'Aimd' was given numbers that it cannot use, because its time is not above zero, "
                               "or it cuts to less than 1 or more than 99 percent; write Aimd{500ms, 90} instead");
    }

    /// What is remembered.
    struct State {
        int good = 0;
        TimePoint cut = TimePoint::min();
    };
    /// Returns: the limit after a call.
    constexpr int next(State& state, int limit, detail::LimitSample const& call) const noexcept {
        if (call.overload || call.latency() > detail::DurationValue<SlowerThan>::get()) {
            state.good = 0;
            if (call.started < state.cut) return limit;
            state.cut = call.now;
            return limit * detail::IntValue<Percent>::get() / 100;
        }
        if (detail::has_room(call.used, limit) || ++state.good < limit) return limit;
        state.good = 0;
        return limit + 1;
    }
};
template <class T>
Aimd(T) -> Aimd<>;
template <class T, class Count>
Aimd(T, Count) -> Aimd<>;

} // namespace grit::inline GRIT_ABI
