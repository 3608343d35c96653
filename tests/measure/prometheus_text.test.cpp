// SPDX-License-Identifier: BSL-1.0
#include <grit/measure/prometheus_text.hpp>

#include <limits>

#include "support/catch.hpp"

using namespace grit;

namespace {
constexpr Metric counter{"test.sent.bytes", MetricKind::counter, "", "Bytes \\ \"sent\"\nso far."};
constexpr Metric gauge{"test.depth", MetricKind::gauge, "", "Depth."};
constexpr Metric histogram{"test.took", MetricKind::histogram, "s", "Time."};
} // namespace

TEST_CASE("counters and gauges are lines with their labels", "[R-819]") {
    CHECK(to_prometheus({{counter, {{{{"grit.name", "a"}, {"outcome", "ok"}}, 3, {}, {}, 0}, {{}, 1e15, {}, {}, 0}}},
                         {gauge, {{{}, -0.5, {}, {}, 0}}}}) ==
          "# HELP test_sent_bytes_total Bytes \\\\ \"sent\"\\nso far.\n"
          "# TYPE test_sent_bytes_total counter\n"
          "test_sent_bytes_total{grit_name=\"a\",outcome=\"ok\"} 3\n"
          "test_sent_bytes_total 1e+15\n"
          "# HELP test_depth Depth.\n"
          "# TYPE test_depth gauge\n"
          "test_depth -0.5\n");
}

TEST_CASE("a histogram has cumulated buckets, a sum and a count", "[R-819]") {
    CHECK(to_prometheus({{histogram, {{{{"outcome", "ok"}}, 0, {0.005, 2.5}, {3, 0, 4}, 12.25}}}}) ==
          "# HELP test_took_seconds Time.\n"
          "# TYPE test_took_seconds histogram\n"
          "test_took_seconds_bucket{outcome=\"ok\",le=\"0.005\"} 3\n"
          "test_took_seconds_bucket{outcome=\"ok\",le=\"2.5\"} 3\n"
          "test_took_seconds_bucket{outcome=\"ok\",le=\"+Inf\"} 7\n"
          "test_took_seconds_sum{outcome=\"ok\"} 12.25\n"
          "test_took_seconds_count{outcome=\"ok\"} 7\n");
    CHECK(to_prometheus({{histogram, {{{}, 0, {1}, {0, 0}, 0}}}}) == "# HELP test_took_seconds Time.\n"
                                                                     "# TYPE test_took_seconds histogram\n"
                                                                     "test_took_seconds_bucket{le=\"1\"} 0\n"
                                                                     "test_took_seconds_bucket{le=\"+Inf\"} 0\n"
                                                                     "test_took_seconds_sum 0\n"
                                                                     "test_took_seconds_count 0\n");
}

TEST_CASE("what must not stand in a label is escaped", "[R-819]") {
    std::string const text =
        to_prometheus({{gauge, {{{{"host", "a\"b\\c\nd"}, {"9 lives-\xc3\xa9", "x"}}, 1, {}, {}, 0}}}});
    CHECK(text.find("test_depth{host=\"a\\\"b\\\\c\\nd\",_9_lives___=\"x\"} 1\n") != std::string::npos);
}

TEST_CASE("numbers that are none are written as Prometheus reads them", "[R-819]") {
    double const inf = std::numeric_limits<double>::infinity();
    std::string const text = to_prometheus(
        {{gauge,
          {{{}, inf, {}, {}, 0}, {{}, -inf, {}, {}, 0}, {{}, std::numeric_limits<double>::quiet_NaN(), {}, {}, 0}}}});
    CHECK(text.find("test_depth +Inf\ntest_depth -Inf\ntest_depth NaN\n") != std::string::npos);
    CHECK(to_prometheus({}).empty());
}
