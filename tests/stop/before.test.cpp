// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/before.hpp>

#include "stop/fake_query.hpp"
#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {
constexpr TimePoint noon{12h};
constexpr StopBefore before_noon{noon};
constexpr bool refuses(StopBefore const& stop, TimePoint now, Duration wait) {
    return stop.stop(FakeQuery{.next_wait = wait, .time = now});
}
} // namespace

TEST_CASE("StopBefore refuses a sleep that would reach the point in time") {
    STATIC_REQUIRE_FALSE(refuses(before_noon, noon - 2s, 1999999999ns));
    STATIC_REQUIRE(refuses(before_noon, noon - 2s, 2s));
    STATIC_REQUIRE(refuses(before_noon, noon + 1s, 0s));
    REQUIRE(refuses(before_noon, noon - 2s, 2s));
}

TEST_CASE("StopBefore does not overflow") {
    STATIC_REQUIRE(refuses(before_noon, TimePoint::max(), Duration::max()));
    STATIC_REQUIRE(refuses(StopBefore{TimePoint::min()}, TimePoint{}, 0s));
    STATIC_REQUIRE_FALSE(refuses(before_noon, TimePoint::min(), Duration::max()));
    STATIC_REQUIRE_FALSE(refuses(StopBefore{TimePoint::max()}, TimePoint{}, 1h));
}

TEST_CASE("StopBefore takes any time point of the steady clock") {
    using Hours = std::chrono::time_point<std::chrono::steady_clock, std::chrono::hours>;
    STATIC_REQUIRE(StopBefore{Hours{12h}}.time_point() == noon);
    STATIC_REQUIRE(StopBefore{Hours::max()}.time_point() == TimePoint::max());
    REQUIRE(refuses(StopBefore{std::chrono::steady_clock::time_point{}}, noon, 0s));
}

TEST_CASE("StopBefore is a deadline, and notices after the sleep that it has passed") {
    using Traits = detail::StopTraits<StopBefore>;
    STATIC_REQUIRE(Traits::has_deadline);
    STATIC_REQUIRE(Traits::deadline(before_noon, TimePoint{}) == noon);
    STATIC_REQUIRE(Traits::can_pass);
    STATIC_REQUIRE_FALSE(Traits::passed(before_noon, noon - 1ns));
    STATIC_REQUIRE(Traits::passed(before_noon, noon));
}

TEST_CASE("StopBefore says what it is and needs") {
    using Traits = detail::StopTraits<StopBefore>;
    STATIC_REQUIRE(Traits::bounded);
    STATIC_REQUIRE(Traits::needs_clock);
    STATIC_REQUIRE(Traits::needs_wait);
    STATIC_REQUIRE(Traits::max_attempts == 0);
    STATIC_REQUIRE(before_noon.reason(FakeQuery{}) == StopReason::deadline);
    STATIC_REQUIRE(before_noon.reason(FakeQuery{.asked_for = true}) == StopReason::hint);
}
