// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/parts.hpp>

#include <grit/stop/after_attempt.hpp>
#include <grit/stop/after_delay.hpp>
#include <grit/stop/before_delay.hpp>
#include <grit/stop/if.hpp>
#include <grit/stop/never.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {
bool looks_at_failure(Attempt const&, Failure const&) { return false; }
} // namespace

TEST_CASE("of several limits that must agree the highest counts") {
    STATIC_REQUIRE(detail::most_attempts({2, 5, 3}) == 5);
    STATIC_REQUIRE(detail::most_attempts({5, 0}) == 0);
    STATIC_REQUIRE(detail::most_attempts({-1, 0}) == 0);
    STATIC_REQUIRE(detail::most_attempts({5, -1}) == -1);
    REQUIRE(detail::most_attempts({}) == 0);
    REQUIRE(detail::most_attempts({2, 5, 3}) == 5);
    REQUIRE(detail::most_attempts({5, -1}) == -1);
    REQUIRE(detail::most_attempts({-1, 0}) == 0);
}

TEST_CASE("the parts are held in their order, those without state cost nothing") {
    using Run = StopAfterAttempt<>;
    constexpr detail::StopParts<StopNever, Run, StopNever, Run> parts{StopNever{}, Run{3}, StopNever{}, Run{4}};
    STATIC_REQUIRE(sizeof(parts) == 2 * sizeof(int));
    STATIC_REQUIRE(parts.part<1>().attempts() == 3);
    STATIC_REQUIRE(parts.part<3>().attempts() == 4);
    STATIC_REQUIRE(parts.unpack([](auto const&... ps) { return sizeof...(ps); }) == 4);
}

TEST_CASE("the parts need what one of them needs") {
    using Looks = StopIf<looks_at_failure>;
    STATIC_REQUIRE(detail::StopParts<StopNever, StopAfterDelay<1s>>::needs_clock);
    STATIC_REQUIRE_FALSE(detail::StopParts<StopNever, Looks>::needs_clock);
    STATIC_REQUIRE(detail::StopParts<StopAfterDelay<1s>, StopBeforeDelay<1s>>::needs_wait);
    STATIC_REQUIRE_FALSE(detail::StopParts<StopNever, StopAfterDelay<1s>>::needs_wait);
    STATIC_REQUIRE(detail::StopParts<StopNever, Looks>::needs_failure);
    STATIC_REQUIRE_FALSE(detail::StopParts<StopNever, StopAfterDelay<1s>>::needs_failure);
}

TEST_CASE("of two points in time one is the earlier and one the later") {
    STATIC_REQUIRE(detail::earlier(TimePoint{1s}, TimePoint{2s}) == TimePoint{1s});
    STATIC_REQUIRE(detail::earlier(TimePoint{2s}, TimePoint{1s}) == TimePoint{1s});
    STATIC_REQUIRE(detail::later(TimePoint{1s}, TimePoint{2s}) == TimePoint{2s});
    STATIC_REQUIRE(detail::later(TimePoint{2s}, TimePoint{1s}) == TimePoint{2s});
}
