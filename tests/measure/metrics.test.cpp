// SPDX-License-Identifier: BSL-1.0
#include <grit/measure/metrics.hpp>

#include <atomic>
#include <optional>
#include <stdexcept>
#include <thread>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

constexpr Metric sent{"test.sent", MetricKind::counter, "", "What was sent."};
constexpr Metric waited{"test.waited", MetricKind::counter, "s", "How long it waited."};
constexpr Metric depth{"test.depth", MetricKind::gauge, "", "How deep it is."};
constexpr Metric took{"test.took", MetricKind::histogram, "s", "How long it took."};

Series const* find(std::vector<MetricFamily> const& all, std::string_view name, Labels const& labels = {}) {
    for (MetricFamily const& family : all)
        for (Series const& series : family.series)
            if (family.metric.name == name && series.labels == labels) return &series;
    return nullptr;
}

} // namespace

TEST_CASE("the same name and labels are the same series", "[R-816]") {
    Metrics metrics;
    Counter const a = metrics.counter(sent, {{"to", "a"}});
    Counter const again = metrics.counter(sent, {{"to", "a"}});
    Counter const b = metrics.counter(sent, {{"to", "b"}});
    a.add();
    again.add(2);
    b.add(10);
    auto const all = metrics.read();
    REQUIRE(all.size() == 1);
    CHECK(all[0].series.size() == 2);
    CHECK(find(all, "test.sent", {{"to", "a"}})->value == 3);
    CHECK(find(all, "test.sent", {{"to", "b"}})->value == 10);
}

TEST_CASE("labels in another order are the same series", "[R-816]") {
    Metrics metrics;
    metrics.counter(sent, {{"to", "a"}, {"by", "post"}}).add();
    metrics.counter(sent, {{"by", "post"}, {"to", "a"}}).add(2);
    metrics.counter(sent, {{"by", "a"}, {"to", "post"}}).add(4);
    auto const all = metrics.read();
    REQUIRE(all.size() == 1);
    REQUIRE(all[0].series.size() == 2);
    CHECK(find(all, "test.sent", {{"to", "a"}, {"by", "post"}})->value == 3);
    CHECK(find(all, "test.sent", {{"by", "a"}, {"to", "post"}})->value == 4);
}

TEST_CASE("two registries count apart, and one that has ended leaves nothing", "[R-816]") {
    Metrics metrics;
    metrics.counter(sent).add(1);
    {
        Metrics other;
        other.counter(sent).add(7);
        CHECK(find(other.read(), "test.sent")->value == 7);
    }
    Metrics next; // takes the cells of the one that has ended
    next.counter(sent).add(1);
    CHECK(find(next.read(), "test.sent")->value == 1);
    CHECK(find(metrics.read(), "test.sent")->value == 1);
}

TEST_CASE("a counter of seconds is counted in nanoseconds and read in seconds") {
    Metrics metrics;
    metrics.counter(waited).add(1'500'000'000);
    CHECK(find(metrics.read(), "test.waited")->value == 1.5);
}

TEST_CASE("a series that does not fit to those of its name is refused", "[R-816]") {
    Metrics metrics;
    static_cast<void>(metrics.counter(sent, {{"to", "a"}}));
    Metric const other{"test.sent", MetricKind::histogram, "s", ""};
    Duration const bounds[] = {1s};
    CHECK_THROWS_AS(metrics.histograms(other, {{{"to", "b"}}}, bounds), std::invalid_argument);
    Duration const others[] = {2s};
    static_cast<void>(metrics.histograms(took, {{}}, bounds));
    CHECK_THROWS_AS(metrics.histograms(took, {{{"to", "b"}}}, others), std::invalid_argument);
    // Some of a group are there, in either order.
    CHECK_THROWS_AS(metrics.counters(sent, {{{"to", "a"}}, {{"to", "c"}}}), std::invalid_argument);
    CHECK_THROWS_AS(metrics.counters(sent, {{{"to", "c"}}, {{"to", "a"}}}), std::invalid_argument);
    CHECK(metrics.read()[0].series.size() == 1);
}

TEST_CASE("a group of no series is refused", "[R-816]") {
    Metrics metrics;
    CHECK_THROWS_AS(metrics.counters(sent, std::vector<Labels>{}), std::invalid_argument);
    CHECK(metrics.read().empty());
}

TEST_CASE("a group that was asked for is the same group again", "[R-816]") {
    Metrics metrics;
    std::vector<Labels> const each{{{"how", "ok"}}, {{"how", "error"}}};
    metrics.counters(sent, each)[1].add();
    metrics.counters(sent, each)[1].add();
    metrics.counter(waited).add(1);
    auto const all = metrics.read();
    CHECK(find(all, "test.sent", {{"how", "error"}})->value == 2);
    CHECK(find(all, "test.sent", {{"how", "ok"}})->value == 0);
}

TEST_CASE("what is watched is asked at each read, until its watch ends", "[R-816]") {
    Metrics metrics;
    double value = 1;
    std::optional<Metrics::Watch> watch =
        metrics.watch([&](Reading& reading) { reading.add(depth, {{"of", "line"}}, value); });
    CHECK(find(metrics.read(), "test.depth", {{"of", "line"}})->value == 1);
    value = 2;
    CHECK(find(metrics.read(), "test.depth", {{"of", "line"}})->value == 2);
    Metrics::Watch moved = std::move(*watch);
    watch.reset();
    CHECK(find(metrics.read(), "test.depth", {{"of", "line"}}) != nullptr);
    moved = metrics.watch([](Reading&) {});
    CHECK(metrics.read().empty());
}

TEST_CASE("families stand in the order of their names") {
    Metrics metrics;
    static_cast<void>(metrics.counter(waited));
    static_cast<void>(metrics.counter(sent));
    auto const watch = metrics.watch([](Reading& reading) { reading.add(depth, {}, 1); });
    auto const all = metrics.read();
    REQUIRE(all.size() == 3);
    CHECK(all[0].metric.name == "test.depth");
    CHECK(all[1].metric.name == "test.sent");
    CHECK(all[2].metric.name == "test.waited");
}

TEST_CASE("series are made, counted, watched and read by many threads at once", "[R-815]") {
    Metrics metrics;
    std::atomic<bool> done{false};
    std::jthread reader{[&] {
        while (!done) static_cast<void>(metrics.read());
    }};
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t != 3; ++t)
            threads.emplace_back([&, t] {
                for (int i = 0; i != 200; ++i) {
                    Counter const mine = metrics.counter(sent, {{"to", std::to_string((i + t) % 20)}});
                    auto const watch = metrics.watch([&](Reading& reading) { reading.add(depth, {}, t); });
                    mine.add();
                }
            });
    }
    done = true;
    reader.join();
    double sum = 0;
    for (MetricFamily const& family : metrics.read())
        for (Series const& series : family.series) sum += series.value;
    CHECK(sum == 600);
}
