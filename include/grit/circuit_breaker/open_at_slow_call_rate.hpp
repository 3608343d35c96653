// SPDX-License-Identifier: BSL-1.0
#pragma once
// OpenAtSlowCallRate and SlowerThan: the circuit opens when so many calls take long, also while none of them ends.

#include <grit/circuit_breaker/rate.hpp>

namespace grit::inline GRIT_ABI {

/// A call is slow that takes longer than `D`: `SlowerThan<2s>`, or `SlowerThan{d}` at run time.
///
/// Requires: a time above zero. Throws: std::invalid_argument if it is not. Thread safety: a const value.
template <ConstantDuration D = dynamic>
class SlowerThan : detail::DurationValue<D> {
    static_assert(detail::is_met<(D.is_dynamic() || D.value() > Duration::zero())>,
                  "grit: 'SlowerThan' was given no time, because every call would be slow; write a time above zero "
                  "instead");

public:
    static constexpr char const* name = "SlowerThan";
    static consteval auto arguments() { return Types<Constant<D>>{}; }

    constexpr SlowerThan() = default;
    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr SlowerThan(T time) : detail::DurationValue<D>(duration_argument(time)) {
        if (this->time() <= Duration::zero())
            reject<Exceptions>("grit: 'SlowerThan' was given no time, because every call would be slow; write a time "
                               "above zero instead");
    }

    constexpr Duration time() const noexcept { return this->get(); }
};
template <class T>
SlowerThan(T) -> SlowerThan<>;

namespace detail {

template <class T>
inline constexpr bool is_slower_than = false;
template <ConstantDuration D>
inline constexpr bool is_slower_than<SlowerThan<D>> = true;

/// True unless the calls of a bucket are known to leave the window before the last of them can be slow.
template <class Slower, class Window>
constexpr bool can_be_seen(Slower const& slower, Window const& window) noexcept {
    return slower.time() <= window.time() - window.width();
}
template <class Slower, class Window>
consteval bool can_see() {
    if constexpr (is_slower_than<Slower> && is_time_window<Window> && std::is_default_constructible_v<Slower> &&
                  std::is_default_constructible_v<Window>)
        return can_be_seen(Slower{}, Window{});
    else return true; // asked of the values, at construction
}
/// The rate that stands behind; where one of its parts is wrong, that has its sentence, and only that.
template <ConstantInt Percent, class Slower, class Window, class Minimum>
using SlowRate = std::conditional_t<is_slower_than<Slower> && is_time_window<Window>, Rate<Percent, Window, Minimum>,
                                    Rate<Percent, TimeWindow<std::chrono::seconds{10}, 10>, MinimumCalls<1>>>;

} // namespace detail

/// Opens where at least `Percent` of the calls in the window were slow, and there were enough of them:
/// `OpenAtSlowCallRate<50, SlowerThan<2s>, TimeWindow<10s, 10>, MinimumCalls<10>>`, or, with values that come at run
/// time, `OpenAtSlowCallRate{percent, SlowerThan{d}, TimeWindow{t}, MinimumCalls{m}}`.
///
/// The calls in the window are those that ended in it, however they ended, and those that began in it and hang. A call
/// that has ended counts at its end, and a slow one asks then. A call under way hangs once all of the bucket in which
/// it began is older than D; so a service that hangs opens the circuit though no call ends: the call that begins a
/// bucket asks, and is refused if it opens. A call that is neutral does not count. A probe that is slow has failed. Of
/// the calls that begin in one bucket it watches the first 4'194'303 for hanging. Requires: 1 <= Percent <= 100; D of
/// at most the window less one bucket. Throws: std::invalid_argument if that does not hold. Complexity: two readings of
/// the clock and three writes for each call. Thread safety: a const value.
template <ConstantInt Percent = dynamic, class Slower = void, class Window = void, class Minimum = void>
class OpenAtSlowCallRate : public detail::SlowRate<Percent, Slower, Window, Minimum> {
    using Base = detail::SlowRate<Percent, Slower, Window, Minimum>;
    static_assert(
        detail::is_met<(detail::is_slower_than<Slower>)>,
        "grit: 'OpenAtSlowCallRate' was not told which calls are slow, because no time follows its percentage; "
        "write OpenAtSlowCallRate<50, SlowerThan<2s>, TimeWindow<10s, 10>, MinimumCalls<10>> instead");
    static_assert(detail::is_met<(!detail::is_slower_than<Slower> || detail::is_time_window<Window>)>,
                  "grit: 'OpenAtSlowCallRate' was given no TimeWindow, because a window of calls that have ended would "
                  "not see those that hang; write TimeWindow<10s, 10> instead");
    static_assert(detail::is_met<(detail::can_see<Slower, Window>())>,
                  "grit: 'OpenAtSlowCallRate' was given a window that is too short, because its calls would leave it "
                  "before they are slow; write a TimeWindow that is longer than SlowerThan by a bucket at least "
                  "instead");

public:
    static constexpr char const* name = "OpenAtSlowCallRate";
    static consteval auto arguments() { return Types<Constant<Percent>, Slower, Window, Minimum>{}; }
    using Kind = OpenAtSlowCallRate<>;
    static constexpr int buckets = Base::Calls::buckets;

    constexpr OpenAtSlowCallRate()
        requires(!Percent.is_dynamic())
    = default;
    template <class Number, bool Exceptions = GRIT_EXCEPTIONS>
        requires(Percent.is_dynamic())
    constexpr OpenAtSlowCallRate(Number percent, Slower slower, Window window, Minimum minimum)
        : Base(percent, window, minimum), slower_(slower) {
        if (!detail::can_be_seen(slower_, this->window()))
            reject<Exceptions>("grit: 'OpenAtSlowCallRate' was given a window that is too short, because its calls "
                               "would leave it before they are slow; write a TimeWindow that is longer than SlowerThan "
                               "by a bucket at least instead");
    }

    constexpr Duration slower_than() const noexcept { return slower_.time(); }
    constexpr bool is_slow(TimePoint start, TimePoint end) const noexcept {
        return saturating_subtract(end, start) > slower_than();
    }

    // Beside the word: of each bucket, how many calls ended in it and were slow; and how many began in it and have
    // ended since.
    static constexpr bool asks_successes = true;
    static constexpr bool times_calls = true;
    template <class Atomics>
    struct Memory {
        detail::BucketRing<Atomics, buckets> ended;
        detail::BucketRing<Atomics, buckets + 1> begun; // the oldest hangs when the call asks that begins a bucket
    };
    template <class Rings, class InEpoch>
    bool began(Rings& rings, detail::Ended& call, InEpoch const& in_epoch) const {
        auto const recorded = rings.begun.record(call.epoch, bucket_of(call.start), false, false, in_epoch);
        call.begun = recorded != detail::Recorded::discarded;
        return recorded == detail::Recorded::first && this->reached(counts(rings, call.epoch, call.now));
    }
    template <class Rings, class InEpoch>
    bool ended(Rings& rings, detail::Ended const& call, InEpoch const& in_epoch) const {
        std::int64_t const bucket = bucket_of(call.now);
        if (call.begun) rings.begun.amend(call.epoch, bucket_of(call.start), bucket, {0, 1});
        if (call.outcome == Outcome::neutral) return false;
        bool const slow = is_slow(call.start, call.now);
        if (rings.ended.record(call.epoch, bucket, slow, true, in_epoch) == detail::Recorded::discarded) return false;
        return slow && this->reached(counts(rings, call.epoch, call.now));
    }
    template <class Rings>
    detail::Counts counts(Rings const& rings, std::uint32_t epoch, TimePoint now) const {
        std::int64_t const bucket = bucket_of(now);
        std::int64_t const young = bucket_of(saturating_add(now, -slower_than()));
        detail::Counts all = rings.ended.sum(epoch, bucket);
        rings.begun.each(epoch, bucket, [&](std::int64_t begun, detail::Counts n) {
            std::int64_t const hang = begun < young ? n.calls - n.marked : 0;
            all.calls += hang;
            all.marked += hang;
        });
        return all;
    }
    template <class Rings>
    bool is_idle(Rings const& rings, std::uint32_t epoch, TimePoint now) const {
        return counts(rings, epoch, now).marked == 0;
    }

private:
    std::int64_t bucket_of(TimePoint t) const noexcept { return detail::bucket_number(t, this->window().width()); }

    [[no_unique_address]] Slower slower_;
};
template <class Number, class Slower, class Window, class Minimum>
OpenAtSlowCallRate(Number, Slower, Window, Minimum) -> OpenAtSlowCallRate<dynamic, Slower, Window, Minimum>;

} // namespace grit::inline GRIT_ABI
