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

TEST_CASE("bytes of a label that are not UTF-8 do not spoil the rest", "[R-819]") {
    auto const value = [](std::string const& host) {
        std::string const text = to_prometheus({{gauge, {{{{"host", host}}, 1, {}, {}, 0}}}});
        std::size_t const from = text.find("host=\"") + 6;
        return text.substr(from, text.find('"', from) - from);
    };
    std::string const none = "\xef\xbf\xbd";
    for (char const* const good : {"a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                   "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "a\xc3\xa9z"})
        CHECK(value(good) == good);
    CHECK(value("a\xffz") == "a" + none + "z");
    CHECK(value("\x80") == none);
    CHECK(value("\xc3") == none);
    CHECK(value("\xe2\x82") == none + none);
    CHECK(value("\xc3z") == none + "z");
    CHECK(value("\xc0\xaf") == none + none);                       // longer than it need be
    CHECK(value("\xe0\x9f\xbf") == none + none + none);            // likewise
    CHECK(value("\xed\xa0\x80") == none + none + none);            // half of a pair
    CHECK(value("\xf4\x90\x80\x80") == none + none + none + none); // above the last
    CHECK(value("\xf8\x88\x80\x80\x80").substr(0, 3) == none);
}

TEST_CASE("numbers that are none are written as Prometheus reads them", "[R-819]") {
    double const inf = std::numeric_limits<double>::infinity();
    std::string const text = to_prometheus(
        {{gauge,
          {{{}, inf, {}, {}, 0}, {{}, -inf, {}, {}, 0}, {{}, std::numeric_limits<double>::quiet_NaN(), {}, {}, 0}}}});
    CHECK(text.find("test_depth +Inf\ntest_depth -Inf\ntest_depth NaN\n") != std::string::npos);
    CHECK(to_prometheus({}).empty());
}
