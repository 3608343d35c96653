// SPDX-License-Identifier: BSL-1.0
#include <grit/adapter/prometheus.hpp>

#include <memory>

#include <grit/measure/measured.hpp>
#include <grit/time/manual.hpp>

#ifndef _LIBCPP_VERSION // Debian's library is built for the other standard library
#include <prometheus/text_serializer.h>
#endif

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

#ifndef _LIBCPP_VERSION
TEST_CASE("prometheus-cpp collects what was counted, as its own text says", "[R-824]") {
    Metrics metrics;
    ManualTime time;
    Measured const measured{metrics, Name<"a \"b\"">{}, Histogram<5ms, 2500ms>{}, Time{time}};
    measured([] {});
    measured([&] { time.advance(2s); });
    auto const depth = metrics.watch(
        [](Reading& reading) { reading.add({"test.depth", MetricKind::gauge, "", "Depth."}, {{"of", "line"}}, -2.5); });
    PrometheusMetrics const shown{metrics};
    std::string const text = prometheus::TextSerializer{}.Serialize(shown.Collect());
    // The bounds and the sum are the same numbers, written with other digits.
    for (char const* const line :
         {"# TYPE grit_calls_total counter\n", "# TYPE grit_call_duration_seconds histogram\n",
          "# HELP test_depth Depth.\n", "test_depth{of=\"line\"} -2.5\n",
          "grit_calls_total{grit_name=\"a \\\"b\\\"\",outcome=\"ok\"} 2\n",
          "grit_calls_total{grit_name=\"a \\\"b\\\"\",outcome=\"error\"} 0\n",
          "grit_call_duration_seconds_bucket{grit_name=\"a \\\"b\\\"\",outcome=\"ok\",le=\"2.5\"} 2\n",
          "grit_call_duration_seconds_bucket{grit_name=\"a \\\"b\\\"\",outcome=\"ok\",le=\"+Inf\"} 2\n",
          "grit_call_duration_seconds_sum{grit_name=\"a \\\"b\\\"\",outcome=\"ok\"} 2\n",
          "grit_call_duration_seconds_count{grit_name=\"a \\\"b\\\"\",outcome=\"ok\"} 2\n"}) {
        INFO(line << "\n" << text);
        CHECK(text.find(line) != std::string::npos);
    }
}
#endif

TEST_CASE("each collection reads anew", "[R-824]") {
    Metrics metrics;
    Measured const measured{metrics, Name<"chat">{}};
    std::shared_ptr<prometheus::Collectable> const shown = std::make_shared<PrometheusMetrics>(metrics);
    auto const calls = [&] {
        for (prometheus::MetricFamily const& family : shown->Collect())
            if (family.name == "grit_calls_total") return family.metric.at(0).counter.value;
        return -1.0;
    };
    CHECK(calls() == 0);
    measured([] {});
    CHECK(calls() == 1);
    measured([] {});
    CHECK(calls() == 2);
}
