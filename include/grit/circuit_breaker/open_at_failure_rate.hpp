// SPDX-License-Identifier: BSL-1.0
#pragma once
// OpenAtFailureRate: the circuit opens when so many of the last calls failed.

#include <grit/circuit_breaker/rate.hpp>

namespace grit::inline GRIT_ABI {

/// Opens at a failure where at least `Percent` of the calls in the window failed, and there were enough of them:
/// `OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<10>>`, or, with values that come at run time,
/// `OpenAtFailureRate{percent, CountWindow{n}, MinimumCalls{m}}`. With a TimeWindow instead, the calls of a time.
///
/// Asked only when a call fails: a success cannot raise the rate, and one that completes the minimum opens nothing.
/// Requires: 1 <= Percent <= 100; a minimum that fits into the window. Throws: std::invalid_argument if that does not
/// hold. Thread safety: a const value.
template <ConstantInt Percent = dynamic, class Window = void, class Minimum = void>
class OpenAtFailureRate : public detail::Rate<Percent, Window, Minimum> {
    using Base = detail::Rate<Percent, Window, Minimum>;

public:
    static constexpr char const* name = "OpenAtFailureRate";
    static consteval auto arguments() { return Types<Constant<Percent>, Window, Minimum>{}; }
    using Kind = OpenAtFailureRate<>;

    using Base::Base;

    // A part of the word.
    static constexpr int bits = Window::most + detail::bits_for(Window::most);
    constexpr std::uint64_t healthy() const noexcept { return calls().full(); }
    constexpr std::uint64_t next(std::uint64_t memory, detail::Sample sample) const noexcept {
        return calls().next(memory, sample.failed);
    }
    constexpr bool trips(std::uint64_t memory, detail::Sample sample) const noexcept {
        return sample.failed && this->reached({calls().fill(memory), calls().marked(memory)});
    }
    constexpr CircuitCounts counts(std::uint64_t memory) const noexcept {
        return {calls().fill(memory), calls().marked(memory)};
    }

private:
    constexpr detail::CountBits calls() const noexcept { return {this->window().size(), Window::most}; }
};

template <ConstantInt Percent, ConstantDuration T, ConstantInt Buckets, class Minimum>
class OpenAtFailureRate<Percent, TimeWindow<T, Buckets>, Minimum>
    : public detail::Rate<Percent, TimeWindow<T, Buckets>, Minimum> {
    using Base = detail::Rate<Percent, TimeWindow<T, Buckets>, Minimum>;

public:
    static constexpr char const* name = "OpenAtFailureRate";
    static consteval auto arguments() { return Types<Constant<Percent>, TimeWindow<T, Buckets>, Minimum>{}; }
    using Kind = OpenAtFailureRate<>;
    static constexpr int buckets = TimeWindow<T, Buckets>::buckets;

    using Base::Base;

    // Beside the word.
    static constexpr bool asks_successes = true;
    static constexpr bool times_calls = false;
    template <class Atomics>
    using Memory = detail::ShardedRing<Atomics, buckets>;
    template <class Ring, class InEpoch>
    bool ended(Ring& ring, detail::Ended const& call, InEpoch const& in_epoch) const {
        if (call.outcome == Outcome::neutral) return false;
        bool const failed = call.outcome == Outcome::failure;
        std::int64_t const bucket = detail::bucket_number(call.now, this->window().width());
        if (ring.record(call.epoch, bucket, failed, true, in_epoch) == detail::Recorded::discarded) return false;
        return failed && this->reached(ring.sum(call.epoch, bucket));
    }
    template <class Ring>
    detail::Counts counts(Ring const& ring, std::uint32_t epoch, TimePoint now) const {
        return ring.sum(epoch, detail::bucket_number(now, this->window().width()));
    }
    template <class Ring>
    bool is_idle(Ring const& ring, std::uint32_t epoch, TimePoint now) const {
        return counts(ring, epoch, now).marked == 0;
    }
};
template <class Number, class Window, class Minimum>
OpenAtFailureRate(Number, Window, Minimum) -> OpenAtFailureRate<dynamic, Window, Minimum>;
template <class Number, class Window>
OpenAtFailureRate(Number, Window) -> OpenAtFailureRate<dynamic, Window, void>;

} // namespace grit::inline GRIT_ABI
