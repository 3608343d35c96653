// SPDX-License-Identifier: BSL-1.0
#pragma once
// OpenAfterFailuresWithin: the circuit opens after so many failures within a time.

#include <grit/circuit_breaker/family.hpp>
#include <grit/circuit_breaker/time_window.hpp>

namespace grit::inline GRIT_ABI {

/// Opens after `N` failures within `T`, whatever succeeds between them: `OpenAfterFailuresWithin<5, 60s>`, or
/// `OpenAfterFailuresWithin{n, t}` at run time.
///
/// While calls succeed, nothing is written and no clock is read. Units: T passes in tenths: a failure is forgotten when
/// it is 0.9 T to T old. Requires: 1 <= N <= 2'097'151; T > 0, of which a tenth is a whole number of nanoseconds.
/// Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
template <ConstantInt N = dynamic, ConstantDuration T = dynamic>
class OpenAfterFailuresWithin : detail::IntValue<N> {
    using Window = TimeWindow<T, 10>;
    static_assert(
        detail::is_met<(detail::one_form(N, T))>,
        "grit: 'OpenAfterFailuresWithin' was given a constant and a run-time value together, because only one "
        "of failures and time stands in its brackets; write OpenAfterFailuresWithin<5, 60s> or "
        "OpenAfterFailuresWithin{n, t} instead");
    static_assert(detail::is_met<(N.is_dynamic() || (N.value() >= 1 && N.value() <= detail::most_minimum))>,
                  "grit: 'OpenAfterFailuresWithin' was given a number of failures it cannot use, because it is below 1 "
                  "or above 2097151; write OpenAfterFailuresWithin<5, 60s> instead");

public:
    static constexpr Family family = CircuitFamily::trip;
    static constexpr char const* name = "OpenAfterFailuresWithin";
    static consteval auto arguments() { return Types<Constant<N>, Constant<T>>{}; }
    using Kind = OpenAfterFailuresWithin<>;
    static constexpr int buckets = Window::buckets;

    constexpr OpenAfterFailuresWithin()
        requires(!N.is_dynamic() && !T.is_dynamic())
    = default;
    template <class Count, class D, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic() && T.is_dynamic())
    constexpr OpenAfterFailuresWithin(Count n, D time) : detail::IntValue<N>(detail::as_count(n)), window_(time) {
        if (failures() < 1 || failures() > detail::most_minimum)
            reject<Exceptions>("grit: 'OpenAfterFailuresWithin' was given a number of failures it cannot use, because "
                               "it is below 1 or above 2097151; write OpenAfterFailuresWithin{5, t} instead");
    }

    constexpr int failures() const noexcept { return detail::IntValue<N>::get(); }
    constexpr Duration time() const noexcept { return window_.time(); }

    // Beside the word.
    static constexpr bool asks_successes = false;
    static constexpr bool times_calls = false;
    template <class Ring, class InEpoch>
    bool ended(Ring& ring, detail::Ended const& call, InEpoch const& in_epoch) const {
        if (call.outcome != Outcome::failure) return false;
        std::int64_t const bucket = detail::bucket_number(call.now, window_.width());
        if (ring.record(call.epoch, bucket, true, true, in_epoch) == detail::Recorded::discarded) return false;
        return reached(ring.sum(call.epoch, bucket));
    }
    constexpr bool reached(detail::Counts n) const noexcept { return n.marked >= failures(); }
    template <class Ring>
    detail::Counts counts(Ring const& ring, std::uint32_t epoch, TimePoint now) const {
        return ring.sum(epoch, detail::bucket_number(now, window_.width()));
    }
    template <class Ring>
    bool is_idle(Ring const& ring, std::uint32_t epoch, TimePoint now) const {
        return counts(ring, epoch, now).marked == 0;
    }

private:
    [[no_unique_address]] Window window_;
};
template <class Count, class D>
OpenAfterFailuresWithin(Count, D) -> OpenAfterFailuresWithin<>;

} // namespace grit::inline GRIT_ABI
