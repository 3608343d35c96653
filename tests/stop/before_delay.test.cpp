// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/before_delay.hpp>

#include <stdexcept>

#include "stop/fake_query.hpp"
#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {
constexpr bool refuses(auto const& stop, Duration elapsed, Duration wait) {
    return stop.stop(FakeQuery{.since_start = elapsed, .next_wait = wait});
}
} // namespace

TEST_CASE("StopBeforeDelay refuses a sleep that would reach the limit") {
    STATIC_REQUIRE_FALSE(refuses(StopBeforeDelay<5s>{}, 3s, 1999999999ns));
    STATIC_REQUIRE(refuses(StopBeforeDelay<5s>{}, 3s, 2s));
    STATIC_REQUIRE(refuses(StopBeforeDelay<5s>{}, 3s, 3s));
    STATIC_REQUIRE(refuses(StopBeforeDelay<5s>{}, 6s, 0s));
    REQUIRE(refuses(StopBeforeDelay<5s>{}, 3s, 2s));
}

TEST_CASE("StopBeforeDelay does not overflow") {
    STATIC_REQUIRE(refuses(StopBeforeDelay<5s>{}, Duration::max(), Duration::max()));
    STATIC_REQUIRE(refuses(StopBeforeDelay<0s>{}, 0s, Duration::max()));
    STATIC_REQUIRE(refuses(StopBeforeDelay{Duration::max()}, 1ns, Duration::max()));
    STATIC_REQUIRE_FALSE(refuses(StopBeforeDelay{Duration::max()}, 0s, Duration::max() - 1ns));
}

TEST_CASE("StopBeforeDelay at run time stops at the same time") {
    StopBeforeDelay const stop{std::chrono::milliseconds{1500}};
    STATIC_REQUIRE(std::is_same_v<decltype(stop), StopBeforeDelay<> const>);
    REQUIRE_FALSE(refuses(stop, 1s, 499ms));
    REQUIRE(refuses(stop, 1s, 500ms));
    REQUIRE(stop.limit() == 1500ms);
}

TEST_CASE("StopBeforeDelay of zero stops after the first failure, a negative one is rejected") {
    STATIC_REQUIRE(refuses(StopBeforeDelay<0s>{}, 0s, 0s));
    REQUIRE(refuses(StopBeforeDelay{0s}, 0s, 0s));
    REQUIRE_THROWS_AS(StopBeforeDelay{-1ns}, std::invalid_argument);
    REQUIRE_THROWS_WITH(StopBeforeDelay{-1ns}, ContainsSubstring("grit: 'StopBeforeDelay' was given a negative time"));
}

TEST_CASE("StopBeforeDelay is a deadline that counts from the start of the call") {
    using Traits = detail::StopTraits<StopBeforeDelay<5s>>;
    constexpr TimePoint start{1h};
    STATIC_REQUIRE(Traits::has_deadline);
    STATIC_REQUIRE(Traits::deadline(StopBeforeDelay<5s>{}, start) == start + 5s);
    STATIC_REQUIRE(StopBeforeDelay{Duration::max()}.deadline(start) == TimePoint::max());
}

TEST_CASE("StopBeforeDelay says what it is and needs") {
    using Traits = detail::StopTraits<StopBeforeDelay<5s>>;
    STATIC_REQUIRE(Traits::bounded);
    STATIC_REQUIRE(Traits::needs_clock);
    STATIC_REQUIRE(Traits::needs_wait);
    STATIC_REQUIRE(Traits::max_attempts == 0);
    STATIC_REQUIRE_FALSE(Traits::can_pass);
    STATIC_REQUIRE(std::is_empty_v<StopBeforeDelay<5s>>);
    STATIC_REQUIRE(StopBeforeDelay<5s>{}.reason(FakeQuery{}) == StopReason::delay);
}

TEST_CASE("StopBeforeDelay names the failure's own request if that is the wait it refuses") {
    STATIC_REQUIRE(StopBeforeDelay<5s>{}.reason(FakeQuery{.asked_for = true}) == StopReason::hint);
}
