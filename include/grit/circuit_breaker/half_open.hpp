// SPDX-License-Identifier: BSL-1.0
#pragma once
// HalfOpenProbes, CloseAfterSuccesses, AllowProbeFailures, ProbeLease: how a half-open circuit comes to its decision.

#include <grit/circuit_breaker/family.hpp>
#include <grit/circuit_breaker/trip.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// A count of a half-open circuit, by the policy that gives it.
template <class Named, ConstantInt N, int Least>
class ProbeCount : IntValue<N> {
    static_assert(detail::is_met<(N.is_dynamic() || (N.value() >= Least && N.value() <= 1023))>,
                  "grit: a half-open circuit was given a number of probes that it cannot count, because it is below "
                  "the least or above 1023; write a smaller number such as 1 instead");

public:
    static constexpr Family family = CircuitFamily::half_open;
    static consteval auto arguments() { return Types<Constant<N>>{}; }
    using Kind = Named;

    constexpr ProbeCount() = default;
    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic())
    explicit constexpr ProbeCount(Count n) : IntValue<N>(as_count(n)) {
        if (count() < Least || count() > 1023)
            reject<Exceptions>(
                "grit: a half-open circuit was given a number of probes that it cannot count, because it "
                "is below the least or above 1023; write a smaller number such as 1 instead");
    }
    constexpr int count() const noexcept { return this->get(); }
};

} // namespace detail

/// A half-open circuit lets through `N` calls in all, its probes: `HalfOpenProbes<3>`, or `HalfOpenProbes{n}`.
///
/// Without it as many as are needed to decide: CloseAfterSuccesses and AllowProbeFailures together.
/// Requires: 1 <= N <= 1023. Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
template <ConstantInt N = dynamic>
class HalfOpenProbes : public detail::ProbeCount<HalfOpenProbes<>, N, 1> {
public:
    static constexpr char const* name = "HalfOpenProbes";
    using detail::ProbeCount<HalfOpenProbes<>, N, 1>::ProbeCount;
};
template <class Count>
HalfOpenProbes(Count) -> HalfOpenProbes<>;

/// A half-open circuit closes once `M` of its probes succeeded: `CloseAfterSuccesses<2>`; without it, one.
///
/// Requires: 1 <= M. Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
template <ConstantInt M = dynamic>
class CloseAfterSuccesses : public detail::ProbeCount<CloseAfterSuccesses<>, M, 1> {
public:
    static constexpr char const* name = "CloseAfterSuccesses";
    using detail::ProbeCount<CloseAfterSuccesses<>, M, 1>::ProbeCount;
};
template <class Count>
CloseAfterSuccesses(Count) -> CloseAfterSuccesses<>;

/// A half-open circuit opens again once more than `K` of its probes failed: `AllowProbeFailures<1>`; without it, none.
///
/// Requires: 0 <= K. Throws: std::invalid_argument if that does not hold. Thread safety: a const value.
template <ConstantInt K = dynamic>
class AllowProbeFailures : public detail::ProbeCount<AllowProbeFailures<>, K, 0> {
public:
    static constexpr char const* name = "AllowProbeFailures";
    using detail::ProbeCount<AllowProbeFailures<>, K, 0>::ProbeCount;
};
template <class Count>
AllowProbeFailures(Count) -> AllowProbeFailures<>;

/// Probes that have not come back `D` after the youngest of them are taken for lost, and the next call is a probe in
/// their place; what the others have said is kept: `ProbeLease<30s>`. Without it as long as the circuit was open, but
/// one minute at least.
///
/// Write more than the longest that a call may take: what a probe says after its lease is discarded.
/// Requires: a time above zero. Throws: std::invalid_argument if it is not. Thread safety: a const value.
template <ConstantDuration D = dynamic>
class ProbeLease : detail::DurationValue<D> {
    static_assert(detail::is_met<(D.is_dynamic() || D.value() > Duration::zero())>,
                  "grit: 'ProbeLease' was given no time, because every probe would be taken for lost at once; write "
                  "more than the longest that a call may take instead");

public:
    static constexpr Family family = CircuitFamily::half_open;
    static constexpr char const* name = "ProbeLease";
    static consteval auto arguments() { return Types<Constant<D>>{}; }
    using Kind = ProbeLease<>;

    constexpr ProbeLease() = default;
    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr ProbeLease(T time) : detail::DurationValue<D>(duration_argument(time)) {
        if (lease() <= Duration::zero())
            reject<Exceptions>("grit: 'ProbeLease' was given no time, because every probe would be taken for lost at "
                               "once; write more than the longest that a call may take instead");
    }
    constexpr Duration lease() const noexcept { return this->get(); }
};
template <class T>
ProbeLease(T) -> ProbeLease<>;

} // namespace grit::inline GRIT_ABI
