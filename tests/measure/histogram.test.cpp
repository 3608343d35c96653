// SPDX-License-Identifier: BSL-1.0
#include <grit/measure/histogram.hpp>

#include <grit/core/describe.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

TEST_CASE("a value belongs to the first bucket whose bound it does not exceed", "[R-818]") {
    using H = Histogram<10ms, 100ms>;
    Metrics metrics;
    detail::Buckets<H> const buckets{metrics, metric::call_duration, {{{"outcome", "ok"}}, {{"outcome", "error"}}}};
    for (Duration const d : std::initializer_list<Duration>{0ns, -5ns, 1ns, 10'000'000ns, 10'000'001ns, 100'000'000ns,
                                                            100'000'001ns, Duration::max()})
        buckets.observe(0, d);
    buckets.observe(1, 50ms);
    auto const all = metrics.read();
    REQUIRE(all.size() == 1);
    REQUIRE(all[0].series.size() == 2);
    CHECK(all[0].series[0].bounds == std::vector{0.01, 0.1});
    CHECK(all[0].series[0].counts == std::vector<std::uint64_t>{4, 2, 2});
    CHECK(all[0].series[1].counts == std::vector<std::uint64_t>{0, 1, 0});
    CHECK(all[0].series[1].sum == 0.05);
}

TEST_CASE("without bounds of its own a histogram goes from 5 ms to 10 s", "[R-818]") {
    STATIC_REQUIRE(Histogram<>::bounds.size() == 11);
    STATIC_REQUIRE(Histogram<>::bounds.front() == 5ms);
    STATIC_REQUIRE(Histogram<>::bounds.back() == 10s);
    STATIC_REQUIRE(sizeof(Histogram<1ms, 2ms>) == 1);
    CHECK(describe<Histogram<1ms, 2s>>() == "Histogram<1ms, 2s>");
    CHECK(describe<EachAttempt>() == "EachAttempt");
}
