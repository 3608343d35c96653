// SPDX-License-Identifier: BSL-1.0
#pragma once
// CountCircuit and CountRejected: listeners that count what a circuit breaker does, and what any stage refuses.

#include <grit/bulkhead/bulkhead_full.hpp>
#include <grit/circuit_breaker/circuit_open.hpp>
#include <grit/circuit_breaker/on_outcome.hpp>
#include <grit/circuit_breaker/state.hpp>
#include <grit/concurrency_limit/concurrency_limited.hpp>
#include <grit/core/name.hpp>
#include <grit/measure/histogram.hpp>
#include <grit/measure/metrics.hpp>
#include <grit/rate_limiter/rate_limited.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// The states as they are counted: without the gap between their numbers.
inline constexpr CircuitState circuit_states[] = {CircuitState::closed,    CircuitState::open,
                                                  CircuitState::half_open, CircuitState::forced_open,
                                                  CircuitState::disabled,  CircuitState::metrics_only};
constexpr std::size_t index_of_state(CircuitState state) noexcept {
    std::size_t i = 0;
    while (circuit_states[i] != state) ++i;
    return i;
}

/// The changes that can be: a state, and why a circuit comes to it.
struct Transition {
    CircuitState to;
    ChangeReason reason;
};
inline constexpr Transition transitions[] = {
    {CircuitState::open, ChangeReason::tripped},
    {CircuitState::open, ChangeReason::probe_failed},
    {CircuitState::open, ChangeReason::asked},
    {CircuitState::open, ChangeReason::control},
    {CircuitState::open, ChangeReason::shared},
    {CircuitState::half_open, ChangeReason::elapsed},
    {CircuitState::half_open, ChangeReason::probes_lost},
    {CircuitState::half_open, ChangeReason::control},
    {CircuitState::half_open, ChangeReason::shared},
    {CircuitState::closed, ChangeReason::probes_succeeded},
    {CircuitState::closed, ChangeReason::control},
    {CircuitState::closed, ChangeReason::shared},
    {CircuitState::forced_open, ChangeReason::control},
    {CircuitState::disabled, ChangeReason::control},
    {CircuitState::metrics_only, ChangeReason::control},
    {CircuitState::metrics_only, ChangeReason::tripped},
};

} // namespace detail

/// Counts what a breaker does, as its OnStateChange, OnReject and OnOutcome: `CountCircuit count{metrics,
/// Name<"chat">{}}; CircuitBreaker breaker{..., OnStateChange{count}, OnReject{count}, OnOutcome{count}}`. Each counts
/// its own; leave out what is not wanted.
///
/// It fills grit.circuit_breaker.transitions{to, reason}, .rejections{state} and .outcomes{outcome}. With Histogram<>,
/// and a breaker that times its calls, for which OpenAtSlowCallRate sees, its OnOutcome also fills
/// grit.attempt.duration from those readings of the clock: use it in place of a Measured with a Histogram, not beside
/// one.
///
/// Requires: the Metrics outlives it. Complexity: one count. Thread safety: a const value.
template <class... Ps>
class CountCircuit {
    using Policies = detail::CountingPolicies<Ps...>;
    static_assert(detail::is_met<(Policies::are_right)>,
                  "grit: 'CountCircuit' was given other policies than it has use for, because it wants one Name and at "
                  "most one Histogram; write CountCircuit{metrics, Name<\"chat\">{}} instead");
    using Buckets = typename Policies::Buckets;

public:
    template <class... Qs>
    explicit CountCircuit(Metrics& metrics, Qs const&... given) : CountCircuit(metrics, Policies::name_in(given...)) {}

    void operator()(StateChange const& change) const noexcept {
        for (std::size_t i = 0; detail::Transition const& one : detail::transitions) {
            if (one.to == change.to && one.reason == change.reason) return transitions_[i].add();
            ++i;
        }
    }
    void operator()(CircuitOpen const& rejection) const noexcept {
        rejections_[detail::index_of_state(rejection.state()) - 1].add();
    }
    void operator()(CircuitOutcome const& outcome) const noexcept {
        outcomes_[static_cast<std::size_t>(outcome.kind)].add();
        if constexpr (Buckets::exist)
            if (outcome.timed && outcome.said != Outcome::neutral)
                buckets_.observe(outcome.said == Outcome::failure ? 1 : 0, outcome.duration);
    }

private:
    static std::vector<Labels> all_transitions(std::string const& of) {
        std::vector<Labels> all;
        for (detail::Transition const& one : detail::transitions)
            all.push_back({{"grit.name", of}, {"to", to_string(one.to)}, {"reason", to_string(one.reason)}});
        return all;
    }
    CountCircuit(Metrics& metrics, std::string const& of)
        : transitions_(metrics.counters(metric::circuit_transitions, all_transitions(of))),
          rejections_(metrics.counters(metric::circuit_rejections,
                                       detail::labels_for_each(of, "state", {"open", "half_open", "forced_open"}))),
          outcomes_(
              metrics.counters(metric::circuit_outcomes,
                               detail::labels_for_each(of, "outcome", {"success", "failure", "neutral", "late"}))),
          buckets_(metrics, metric::attempt_duration,
                   detail::labels_for_each(of, "outcome", {"ok", "error", "rejected"})) {}

    Counters transitions_;
    Counters rejections_;
    Counters outcomes_;
    [[no_unique_address]] Buckets buckets_;
};
template <class... Ps>
CountCircuit(Metrics&, Ps...) -> CountCircuit<Ps...>;

namespace detail {
template <class J>
inline constexpr Metric const* rejections_metric = nullptr;
template <>
inline constexpr Metric const* rejections_metric<RateLimited> = &metric::limiter_rejections;
template <>
inline constexpr Metric const* rejections_metric<BulkheadFull> = &metric::bulkhead_rejections;
template <>
inline constexpr Metric const* rejections_metric<ConcurrencyLimited> = &metric::concurrency_rejections;
} // namespace detail

/// Counts what a limiter, a bulkhead or a concurrency limit refuses, as its OnReject: `RateLimiter{100, 1s,
/// OnReject{CountRejected<RateLimited>{metrics, Name<"chat">{}}}}`; likewise BulkheadFull and ConcurrencyLimited.
///
/// It fills grit.rate_limiter.rejections{limit}, grit.bulkhead.rejections or grit.concurrency_limit.rejections; `limit`
/// is `local`, as against those that a fleet shares. Calls that were refused because of a deadline or a stop are not
/// among them. Requires: the Metrics outlives it. Complexity: one count. Thread safety: a const value.
template <class J>
class CountRejected {
    static_assert(detail::is_met<(detail::rejections_metric<J> != nullptr)>,
                  "grit: 'CountRejected' was given something that no stage with a limit refuses with, because it is "
                  "none of these; write RateLimited, BulkheadFull or ConcurrencyLimited, or for a circuit "
                  "CountCircuit, instead");

public:
    template <ConstantText Text>
    CountRejected(Metrics& metrics, Name<Text> const& of)
        : refused_(metrics.counter(*detail::rejections_metric<J>, labels(std::string{of.get()}))) {}

    void operator()(J const&) const noexcept { refused_.add(); }

private:
    static Labels labels(std::string of) {
        Labels labels{{"grit.name", std::move(of)}};
        if constexpr (std::is_same_v<J, RateLimited>) labels.emplace_back("limit", "local");
        return labels;
    }

    Counter refused_;
};

} // namespace grit::inline GRIT_ABI
