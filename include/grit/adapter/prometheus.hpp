// SPDX-License-Identifier: BSL-1.0
#pragma once
// PrometheusMetrics: shows what grit has counted to a registry or an exposer of prometheus-cpp.

#include <limits>

#include <grit/measure/metrics.hpp>
#include <grit/measure/prometheus_text.hpp>

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

namespace grit::inline GRIT_ABI {

/// Reads a Metrics each time that prometheus-cpp collects: `auto const shown =
/// std::make_shared<PrometheusMetrics>(metrics); exposer.RegisterCollectable(shown);`
///
/// Names and labels are those of to_prometheus(). Nothing of prometheus-cpp is on the path of a call. Requires: the
/// Metrics outlives it; only the core library of prometheus-cpp, 1.0 or newer. Thread safety: safe from any thread.
class PrometheusMetrics : public prometheus::Collectable {
public:
    explicit PrometheusMetrics(Metrics const& metrics) noexcept : metrics_(&metrics) {}

    std::vector<prometheus::MetricFamily> Collect() const override {
        std::vector<prometheus::MetricFamily> all;
        for (MetricFamily const& family : metrics_->read()) {
            prometheus::MetricFamily& one = all.emplace_back();
            one.name = detail::prometheus_name(family.metric);
            one.help = family.metric.help;
            one.type = type_of(family.metric.kind);
            for (Series const& series : family.series) one.metric.push_back(as_theirs(family.metric.kind, series));
        }
        return all;
    }

private:
    static prometheus::MetricType type_of(MetricKind kind) noexcept {
        switch (kind) {
        case MetricKind::counter: return prometheus::MetricType::Counter;
        case MetricKind::gauge: return prometheus::MetricType::Gauge;
        case MetricKind::histogram: return prometheus::MetricType::Histogram;
        }
        return prometheus::MetricType::Untyped;
    }
    static prometheus::ClientMetric as_theirs(MetricKind kind, Series const& series) {
        prometheus::ClientMetric one;
        for (auto const& [label, text] : series.labels) {
            prometheus::ClientMetric::Label& theirs = one.label.emplace_back();
            theirs.name = detail::prometheus_label(label);
            theirs.value = detail::prometheus_value(text);
        }
        if (kind == MetricKind::counter) one.counter.value = series.value;
        else if (kind == MetricKind::gauge) one.gauge.value = series.value;
        else {
            for (std::size_t i = 0; i != series.counts.size(); ++i) {
                prometheus::ClientMetric::Bucket& bucket = one.histogram.bucket.emplace_back();
                one.histogram.sample_count += series.counts[i];
                bucket.cumulative_count = one.histogram.sample_count;
                bucket.upper_bound =
                    i < series.bounds.size() ? series.bounds[i] : std::numeric_limits<double>::infinity();
            }
            one.histogram.sample_sum = series.sum;
        }
        return one;
    }

    Metrics const* metrics_;
};

} // namespace grit::inline GRIT_ABI
