// SPDX-License-Identifier: BSL-1.0
#pragma once
// Gradient: the limit follows the ratio of the latency without a queue to that of now.

#include <algorithm>

#include <grit/concurrency_limit/family.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

/// Compares the latency of now with that of the service when it has no queue. Up to `Tolerance` percent of it the limit
/// grows, by `Headroom` places; beyond that it shrinks in proportion, to half at most: `Gradient<>`, where they are 150
/// and 4, `Gradient<200, 8>`, or `Gradient{tolerance, headroom}` at run time.
///
/// It decides once in as many calls as the limit, ten at least, by those that began after the last decision, and goes a
/// fifth of the way. Every hundredth time it lets only a quarter of the calls in, for ten calls, and measures the
/// latency without a queue anew, so that it finds out when the service has become slower or faster. A call that ends by
/// an overload counts as one of double the tolerance. While less than half of the places are taken nothing is decided.
///
/// Requires: 100 to 1000 percent, and 1 to 1000 places. Throws: std::invalid_argument if that does not hold.
/// Thread safety: a const value. Source: the gradient controller of Envoy's adaptive concurrency, smoothed as Gradient2
/// of Netflix' concurrency-limits.
template <ConstantInt Tolerance = 150, ConstantInt Headroom = 4>
class Gradient : detail::IntValue<Tolerance, 0>, detail::IntValue<Headroom, 1> {
    static constexpr bool can_use(int tolerance, int headroom) noexcept {
        return tolerance >= 100 && tolerance <= 1000 && headroom >= 1 && headroom <= 1000;
    }
    static_assert(detail::is_met<(detail::one_form(Tolerance, Headroom))>,
                  "grit: 'Gradient' was given one of its numbers as a constant, because the other comes at run time; "
                  "write Gradient<150, 4>, or Gradient{tolerance, headroom} with both at run time");
    static_assert(detail::is_met<(Tolerance.is_dynamic() || can_use(Tolerance.value(), Headroom.value()))>,
                  "grit: 'Gradient' was given numbers that it cannot use, because it tolerates less than 100 or more "
                  "than 1000 percent, or has a headroom that is not 1 to 1000; write Gradient<150, 4> instead");

public:
    static constexpr Family family = detail::LimitFamily::adapt;
    static constexpr char const* name = "Gradient";
    static consteval auto arguments() {
        return Types<ConstantOr<Tolerance, ConstantInt{150}>, ConstantOr<Headroom, ConstantInt{4}>>{};
    }
    using Kind = std::integral_constant<Family, detail::LimitFamily::adapt>;

    constexpr Gradient()
        requires(!Tolerance.is_dynamic())
    = default;
    template <class Count, class Places, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Tolerance.is_dynamic())
    constexpr Gradient(Count tolerance, Places headroom)
        : detail::IntValue<Tolerance, 0>(detail::as_count(tolerance)),
          detail::IntValue<Headroom, 1>(detail::as_count(headroom)) {
        if (!can_use(this->tolerance(), this->headroom()))
            reject<Exceptions>("grit: 'Gradient' was given numbers that it cannot use, because it tolerates less than "
                               "100 or more than 1000 percent, or has a headroom that is not 1 to 1000; write "
                               "Gradient{150, 4} instead");
    }

    constexpr int tolerance() const noexcept { return detail::IntValue<Tolerance, 0>::get(); }
    constexpr int headroom() const noexcept { return detail::IntValue<Headroom, 1>::get(); }

    /// What is remembered. Latencies in nanoseconds; the limit with its fraction.
    struct State {
        TimePoint since = TimePoint::min(); // the last decision
        double sum = 0;
        double best = 0; // the latency without a queue
        double exact = 0;
        int calls = 0;
        int decisions = 0;
        bool measures = true;
    };
    /// Returns: the limit after a call.
    constexpr int next(State& state, int limit, detail::LimitSample const& call) const noexcept {
        if (call.started < state.since || (!state.measures && detail::has_room(call.used, limit))) return limit;
        double const tolerated = tolerance() / 100.0;
        double const latency = std::max(1.0, static_cast<double>(call.latency().count()));
        state.sum += call.overload ? std::max(latency, 2 * tolerated * state.best) : latency;
        if (++state.calls < (state.measures ? fewest : std::max(fewest, limit))) return limit;

        double const now = state.sum / state.calls;
        state.sum = 0;
        state.calls = 0;
        state.since = call.now;
        if (state.measures) {
            state.measures = false;
            state.best = now;
            if (state.exact < limit) state.exact = limit; // the first time there is no limit to go back to
            return static_cast<int>(state.exact);
        }
        state.best = std::min(state.best, now);
        if (static_cast<int>(state.exact) != limit) state.exact = limit; // it was bounded
        state.exact += (limit * std::clamp(tolerated * state.best / now, 0.5, 1.0) + headroom() - limit) / 5;
        if (++state.decisions < 100) return static_cast<int>(state.exact);
        state.decisions = 0;
        state.measures = true;
        return std::max(1, limit / 4);
    }

private:
    static constexpr int fewest = 10;
};
template <class Count, class Places>
Gradient(Count, Places) -> Gradient<dynamic, dynamic>;

} // namespace grit::inline GRIT_ABI
