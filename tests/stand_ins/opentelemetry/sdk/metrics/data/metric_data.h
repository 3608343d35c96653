// SPDX-License-Identifier: BSL-1.0
#pragma once
// In the place of OpenTelemetry's SDK, which is not among the packages: what docs/how_to/opentelemetry.md uses of it.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace opentelemetry {

namespace common {
struct SystemTimestamp {
    SystemTimestamp(std::chrono::system_clock::time_point t = {}) : time(t) {}
    std::chrono::system_clock::time_point time;
};
} // namespace common

namespace sdk::metrics {

using ValueType = std::variant<std::int64_t, double>;

struct SumPointData {
    ValueType value_;
    bool is_monotonic_ = true;
};
struct LastValuePointData {
    ValueType value_;
    bool is_lastvalue_valid_ = false;
    common::SystemTimestamp sample_ts_ = {};
};
struct HistogramPointData {
    std::vector<double> boundaries_ = {};
    ValueType sum_ = {};
    ValueType min_ = {};
    ValueType max_ = {};
    std::vector<std::uint64_t> counts_ = {};
    std::uint64_t count_ = 0;
    bool record_min_max_ = true;
};
struct PointDataAttributes {
    std::map<std::string, std::string> attributes = {};
    std::variant<SumPointData, HistogramPointData, LastValuePointData> point_data = {};
};

enum class InstrumentType { kCounter, kHistogram, kObservableCounter, kObservableGauge };
enum class InstrumentValueType { kInt, kLong, kFloat, kDouble };
struct InstrumentDescriptor {
    std::string name_;
    std::string description_;
    std::string unit_;
    InstrumentType type_;
    InstrumentValueType value_type_;
};
enum class AggregationTemporality { kUnspecified, kDelta, kCumulative };
struct MetricData {
    InstrumentDescriptor instrument_descriptor;
    AggregationTemporality aggregation_temporality;
    common::SystemTimestamp start_ts;
    common::SystemTimestamp end_ts;
    std::vector<PointDataAttributes> point_data_attr_;
};

} // namespace sdk::metrics
} // namespace opentelemetry
