// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/after_delay.hpp>

#include <stdexcept>

#include "stop/fake_query.hpp"
#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {
constexpr bool stops_after(auto const& stop, Duration elapsed) { return stop.stop(FakeQuery{.since_start = elapsed}); }
} // namespace

TEST_CASE("StopAfterDelay stops once the time has gone by, the limit included") {
    STATIC_REQUIRE_FALSE(stops_after(StopAfterDelay<5s>{}, 4999999999ns));
    STATIC_REQUIRE(stops_after(StopAfterDelay<5s>{}, 5s));
    STATIC_REQUIRE(stops_after(StopAfterDelay<5s>{}, Duration::max()));
    REQUIRE(stops_after(StopAfterDelay<5s>{}, 5s));
}

TEST_CASE("StopAfterDelay does not count the wait that comes next") {
    STATIC_REQUIRE_FALSE(StopAfterDelay<5s>{}.stop(FakeQuery{.since_start = 4s, .next_wait = 1h}));
}

TEST_CASE("StopAfterDelay at run time stops at the same time") {
    auto const configured = std::chrono::milliseconds{1500};
    StopAfterDelay const stop{configured};
    STATIC_REQUIRE(std::is_same_v<decltype(stop), StopAfterDelay<> const>);
    REQUIRE_FALSE(stops_after(stop, 1499ms));
    REQUIRE(stops_after(stop, 1500ms));
    REQUIRE(stop.limit() == 1500ms);
}

TEST_CASE("StopAfterDelay of zero stops after the first failure, a negative one is rejected") {
    STATIC_REQUIRE(stops_after(StopAfterDelay<0s>{}, 0s));
    REQUIRE(stops_after(StopAfterDelay{0s}, 0s));
    REQUIRE_THROWS_AS(StopAfterDelay{-1ns}, std::invalid_argument);
    REQUIRE_THROWS_WITH(StopAfterDelay{-1ns}, ContainsSubstring("grit: 'StopAfterDelay' was given a negative time"));
}

TEST_CASE("StopAfterDelay says what it is and needs") {
    using Traits = detail::StopTraits<StopAfterDelay<5s>>;
    STATIC_REQUIRE(Traits::bounded);
    STATIC_REQUIRE(Traits::needs_clock);
    STATIC_REQUIRE_FALSE(Traits::needs_wait);
    STATIC_REQUIRE(Traits::max_attempts == 0);
    STATIC_REQUIRE_FALSE(Traits::has_deadline);
    STATIC_REQUIRE(std::is_empty_v<StopAfterDelay<5s>>);
    STATIC_REQUIRE(sizeof(StopAfterDelay<>) == sizeof(Duration));
    STATIC_REQUIRE(detail::StopTraits<StopAfterDelay<5s>>::reason(StopAfterDelay<5s>{}, FakeQuery{.asked_for = true}) ==
                   StopReason::delay);
}
