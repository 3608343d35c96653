// SPDX-License-Identifier: BSL-1.0
#pragma once
// CountRetries: an object for Observe that counts retries, their waits, and how and why calls ended.

#include <grit/core/name.hpp>
#include <grit/core/stop_reason.hpp>
#include <grit/measure/histogram.hpp>
#include <grit/measure/metrics.hpp>

namespace grit::inline GRIT_ABI {

/// Counts what a Retrying does: `Observe{CountRetries{metrics, Name<"chat">{}}}`.
///
/// It fills grit.retry.retries and grit.retry.delay, grit.retry.calls{outcome} with ok or error, and
/// grit.retry.give_ups{reason}. With Histogram<> it also fills grit.call.duration, from the start of the call that the
/// Retrying measures for all its policies: use it in place of a Measured with a Histogram, not beside one.
///
/// Requires: the Metrics outlives it. Complexity: one or two counts at each moment. Thread safety: a const value.
template <class... Ps>
class CountRetries {
    using Policies = detail::CountingPolicies<Ps...>;
    static_assert(detail::is_met<(Policies::are_right)>,
                  "grit: 'CountRetries' was given other policies than it has use for, because it wants one Name and at "
                  "most one Histogram; write CountRetries{metrics, Name<\"chat\">{}} instead");
    using Buckets = typename Policies::Buckets;
    using Seen = std::conditional_t<Buckets::exist, TimedAttempt, Attempt>;

public:
    template <class... Qs>
    explicit CountRetries(Metrics& metrics, Qs const&... given) : CountRetries(metrics, Policies::name_in(given...)) {}

    void on_attempt(Attempt const& attempt) const noexcept {
        if (attempt.number() == 1) return;
        retries_.add(); // no wait is sure to end with one
        delay_.add(static_cast<std::uint64_t>(attempt.last_wait().count()));
    }
    void on_end([[maybe_unused]] Seen const& attempt, StopReason reason) const noexcept {
        std::size_t const outcome = reason == StopReason::none ? 0 : 1;
        calls_[outcome].add();
        if (reason != StopReason::none) give_ups_[static_cast<std::size_t>(reason) - 1].add();
        if constexpr (Buckets::exist) buckets_.observe(outcome, attempt.elapsed());
    }

private:
    static constexpr std::size_t reasons = static_cast<std::size_t>(StopReason::custom);
    using Names = std::vector<char const*>;

    static Names all_reasons() {
        Names all;
        for (std::size_t i = 1; i <= reasons; ++i) all.push_back(to_string(static_cast<StopReason>(i)));
        return all;
    }
    CountRetries(Metrics& metrics, std::string const& of)
        : retries_(metrics.counter(metric::retries, {{"grit.name", of}})),
          delay_(metrics.counter(metric::retry_delay, {{"grit.name", of}})),
          calls_(metrics.counters(metric::retry_calls, detail::labels_for_each(of, "outcome", {"ok", "error"}))),
          give_ups_(metrics.counters(metric::give_ups, detail::labels_for_each(of, "reason", all_reasons()))),
          buckets_(metrics, metric::call_duration,
                   detail::labels_for_each(of, "outcome", {"ok", "error", "rejected"})) {}

    Counter retries_;
    Counter delay_;
    Counters calls_;
    Counters give_ups_;
    [[no_unique_address]] Buckets buckets_;
};
template <class... Ps>
CountRetries(Metrics&, Ps...) -> CountRetries<Ps...>;

} // namespace grit::inline GRIT_ABI
