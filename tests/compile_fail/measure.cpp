// SPDX-License-Identifier: BSL-1.0
// Stages and listeners that could not count, or would count the wrong thing.
#include <string>

#include <grit/budget.hpp>
#include <grit/hedge.hpp>
#include <grit/measure.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

#include "support/null_tracer.hpp"

using namespace std::chrono_literals;
using namespace grit;

inline Metrics metrics;
using Retry = Retrying<StopAfterAttempt<3>>;

using test::NullTracer;
inline NullTracer tracer;

// expect-error: grit: a 'Measured' was given no Name, because nobody could tell its series from those of another; add Name<"chat">\{\}, or Name\{host\}, instead
namespace no_name {
Measured measured{metrics, EachAttempt{}};
} // namespace no_name

// expect-error: grit: a 'Measured' was given a policy of another stage, because it has no use for it; give it Name, Histogram, EachAttempt and Time only, and put the other stage into a pipeline with it, instead
namespace policy_of_another_stage {
Measured measured{metrics, Name<"chat">{}, StopAfterAttempt<3>{}};
} // namespace policy_of_another_stage

// expect-error: grit: a 'Measured' was given two policies of one kind, because only one of them can count; keep one of them
namespace two_histograms {
Measured measured{metrics, Name<"chat">{}, Histogram<1s>{}, Histogram<2s>{}};
} // namespace two_histograms

// expect-error: grit: a 'Histogram' was given bounds that do not grow, because each of them ends a bucket that begins at the one before, and the first begins at zero; write them from the least to the greatest instead
namespace bounds_that_do_not_grow {
Histogram<1s, 1s> histogram;
} // namespace bounds_that_do_not_grow

// expect-error: grit: a 'Histogram' was given bounds that do not grow, because
namespace bound_of_zero {
Histogram<0s, 1s> histogram;
} // namespace bound_of_zero

// expect-error: grit: a 'Histogram' was given a bound that comes at run time, because its buckets are laid out by its type; write constants, as in Histogram<10ms, 100ms>, instead
namespace bound_at_run_time {
Histogram<1s, dynamic> histogram;
} // namespace bound_at_run_time

// expect-error: grit: a stage that measures calls stands inside a retry or a hedge, because it would take every attempt for a call; give it EachAttempt\{\}, or write pipeline\(measured, retrying\), instead
namespace calls_inside_a_retry {
auto client = pipeline(Retry{}, Measured{metrics, Name<"chat">{}});
} // namespace calls_inside_a_retry

// expect-error: grit: a stage that measures attempts stands outside a retry, because it would take a whole call for an attempt; write pipeline\(retrying, measured\), or leave EachAttempt out, instead
namespace attempts_outside_a_retry {
auto client = pipeline(Measured{metrics, Name<"chat">{}, EachAttempt{}}, Retry{});
} // namespace attempts_outside_a_retry

// expect-error: grit: a stage that measures calls stands inside a retry or a hedge, because
namespace traced_calls_inside_a_retry {
auto client = pipeline(Retry{}, Traced{tracer, Name<"chat">{}});
} // namespace traced_calls_inside_a_retry

// expect-error: grit: a stage that measures calls stands inside a retry or a hedge, because
namespace calls_inside_a_hedge {
auto client = pipeline(Hedge<10ms>{}, Measured{metrics, Name<"chat">{}});
} // namespace calls_inside_a_hedge

// expect-error: grit: a 'Traced' was given other policies than it has use for, because it wants one Name and EachAttempt or not; write Traced\{tracer, Name<"chat">\{\}\} instead
namespace traced_without_name {
Traced traced{tracer, EachAttempt{}};
} // namespace traced_without_name

// expect-error: grit: 'CountRetries' was given other policies than it has use for, because it wants one Name and at most one Histogram; write CountRetries\{metrics, Name<"chat">\{\}\} instead
namespace retries_without_name {
CountRetries count{metrics};
} // namespace retries_without_name

// expect-error: grit: 'CountCircuit' was given other policies than it has use for, because it wants one Name and at most one Histogram; write CountCircuit\{metrics, Name<"chat">\{\}\} instead
namespace circuit_with_time {
CountCircuit count{metrics, Name<"chat">{}, Time<>{}};
} // namespace circuit_with_time

// expect-error: grit: 'CountRejected' was given something that no stage with a limit refuses with, because it is none of these; write RateLimited, BulkheadFull or ConcurrencyLimited, or for a circuit CountCircuit, instead
namespace rejected_by_a_circuit {
CountRejected<CircuitOpen> count{metrics, Name<"chat">{}};
} // namespace rejected_by_a_circuit

// expect-error: grit: 'watch' was given something that has no gauges, because it is none of these; give it a CircuitBreaker, RateLimiter, Bulkhead, ConcurrencyLimit, RetryBudget, or a Keyed of one
namespace nothing_to_watch {
Retry retrying;
inline void call() { static_cast<void>(watch(metrics, Name<"chat">{}, retrying)); }
} // namespace nothing_to_watch
