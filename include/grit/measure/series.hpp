// SPDX-License-Identifier: BSL-1.0
#pragma once
// What metrics are called, and how they are read: families of series, for any exporter.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <grit/version.hpp>

namespace grit::inline GRIT_ABI {

/// What a metric is: a sum that only grows, a value of this moment, or how values are spread.
enum class MetricKind : unsigned char { counter, gauge, histogram };

/// A metric by its name, with dots as OpenTelemetry writes it. The texts must outlive everything that counts; they are
/// literals as a rule.
///
/// Units: `unit` is "s" for seconds or empty. A counter and a histogram of seconds are counted in nanoseconds and read
/// in seconds.
struct Metric {
    std::string_view name;
    MetricKind kind = MetricKind::counter;
    std::string_view unit;
    std::string_view help;

    constexpr bool is_time() const noexcept { return unit == "s"; }
};

/// The labels of a series, a name and a value each; OpenTelemetry calls them attributes.
using Labels = std::vector<std::pair<std::string, std::string>>;

namespace detail {

/// Returns: the labels of series that differ by one of them: the name, and one of the values for `label`.
inline std::vector<Labels> labels_for_each(std::string const& name, char const* label,
                                           std::vector<char const*> const& values) {
    std::vector<Labels> all;
    all.reserve(values.size());
    for (char const* const value : values) all.push_back({{"grit.name", name}, {label, value}});
    return all;
}

} // namespace detail

/// One series of a metric as it was read.
struct Series {
    Labels labels;
    double value = 0; ///< of a counter or a gauge

    // Of a histogram.
    std::vector<double> bounds;        ///< the upper bounds, each of which belongs to its bucket
    std::vector<std::uint64_t> counts; ///< of each bucket alone, and of the values above the last bound
    double sum = 0;                    ///< of all values

    /// Returns: how many values a histogram has seen.
    std::uint64_t count() const noexcept {
        std::uint64_t all = 0;
        for (std::uint64_t const n : counts) all += n;
        return all;
    }
};

/// A metric and all its series.
struct MetricFamily {
    Metric metric;
    std::vector<Series> series;
};

/// The names of everything that grit counts.
namespace metric {

inline constexpr Metric calls{"grit.calls", MetricKind::counter, "", "Calls that have ended."};
inline constexpr Metric attempts{"grit.attempts", MetricKind::counter, "", "Attempts that have ended."};
inline constexpr Metric call_duration{"grit.call.duration", MetricKind::histogram, "s",
                                      "How long calls took, with all their attempts and waits."};
inline constexpr Metric attempt_duration{"grit.attempt.duration", MetricKind::histogram, "s",
                                         "How long attempts took."};

inline constexpr Metric retries{"grit.retry.retries", MetricKind::counter, "", "Attempts after the first."};
inline constexpr Metric retry_delay{"grit.retry.delay", MetricKind::counter, "s", "The waits before retries."};
inline constexpr Metric retry_calls{"grit.retry.calls", MetricKind::counter, "", "Calls that have ended."};
inline constexpr Metric give_ups{"grit.retry.give_ups", MetricKind::counter, "",
                                 "Calls that have ended without success, by the reason."};

inline constexpr Metric circuit_state{"grit.circuit_breaker.state", MetricKind::gauge, "",
                                      "1 for the state that the circuit is in, else 0."};
inline constexpr Metric circuit_transitions{"grit.circuit_breaker.transitions", MetricKind::counter, "",
                                            "Changes of state."};
inline constexpr Metric circuit_rejections{"grit.circuit_breaker.rejections", MetricKind::counter, "",
                                           "Calls that the circuit did not let through."};
inline constexpr Metric circuit_outcomes{"grit.circuit_breaker.outcomes", MetricKind::counter, "",
                                         "Calls through the circuit by what they said of the service."};
inline constexpr Metric failure_rate{"grit.circuit_breaker.failure_rate", MetricKind::gauge, "",
                                     "The share of failures in the window, from 0 to 1."};
inline constexpr Metric slow_calls{"grit.circuit_breaker.slow_calls", MetricKind::gauge, "",
                                   "The slow calls in the window."};

inline constexpr Metric limiter_permits{"grit.rate_limiter.permits", MetricKind::gauge, "",
                                        "The calls that could go in at once."};
inline constexpr Metric limiter_rejections{"grit.rate_limiter.rejections", MetricKind::counter, "",
                                           "Calls that the limiter refused."};
inline constexpr Metric bulkhead_rejections{"grit.bulkhead.rejections", MetricKind::counter, "",
                                            "Calls that the bulkhead refused."};
inline constexpr Metric concurrency_rejections{"grit.concurrency_limit.rejections", MetricKind::counter, "",
                                               "Calls that the limit refused."};
inline constexpr Metric bulkhead_used{"grit.bulkhead.used", MetricKind::gauge, "", "The calls that are inside."};
inline constexpr Metric bulkhead_waiting{"grit.bulkhead.waiting", MetricKind::gauge, "", "The calls in line."};
inline constexpr Metric concurrency_limit{"grit.concurrency_limit.limit", MetricKind::gauge, "",
                                          "The limit that was found."};
inline constexpr Metric concurrency_used{"grit.concurrency_limit.used", MetricKind::gauge, "",
                                         "The calls that are inside."};
inline constexpr Metric concurrency_waiting{"grit.concurrency_limit.waiting", MetricKind::gauge, "",
                                            "The calls in line."};
inline constexpr Metric budget_tokens{"grit.retry_budget.tokens", MetricKind::gauge, "", "The tokens that are left."};

} // namespace metric
} // namespace grit::inline GRIT_ABI
