// SPDX-License-Identifier: BSL-1.0
#include <grit/measure/series.hpp>

#include "support/catch.hpp"

using namespace grit;

TEST_CASE("a histogram has seen as many values as its buckets hold") {
    Series const series{{}, 0, {0.1, 1}, {3, 0, 4}, 9.5};
    CHECK(series.count() == 7);
    CHECK(Series{}.count() == 0);
}

TEST_CASE("a metric of seconds is one of time") {
    STATIC_REQUIRE(metric::call_duration.is_time());
    STATIC_REQUIRE(metric::retry_delay.is_time());
    STATIC_REQUIRE_FALSE(metric::calls.is_time());
}
