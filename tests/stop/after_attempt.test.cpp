// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/after_attempt.hpp>

#include <limits>
#include <stdexcept>

#include "stop/fake_query.hpp"
#include "support/catch.hpp"

using namespace grit;
using Catch::Matchers::ContainsSubstring;

namespace {
constexpr bool stops_at(auto const& stop, int number) { return stop.stop(FakeQuery{.number = number}); }
} // namespace

TEST_CASE("StopAfterAttempt counts the first call") {
    STATIC_REQUIRE(stops_at(StopAfterAttempt<1>{}, 1));
    STATIC_REQUIRE_FALSE(stops_at(StopAfterAttempt<3>{}, 2));
    STATIC_REQUIRE(stops_at(StopAfterAttempt<3>{}, 3));
    STATIC_REQUIRE(stops_at(StopAfterAttempt<3>{}, 4));
    REQUIRE(stops_at(StopAfterAttempt<3>{}, 3));
}

TEST_CASE("StopAfterAttempt at run time stops at the same attempt") {
    int const configured = 3;
    StopAfterAttempt const stop{configured};
    STATIC_REQUIRE(std::is_same_v<decltype(stop), StopAfterAttempt<> const>);
    REQUIRE_FALSE(stops_at(stop, 2));
    REQUIRE(stops_at(stop, 3));
    REQUIRE(stop.attempts() == 3);
    STATIC_REQUIRE(stops_at(StopAfterAttempt{2u}, 2));
    REQUIRE(stops_at(StopAfterAttempt{1}, 1));
}

TEST_CASE("StopAfterAttempt accepts every positive count") {
    constexpr int most = std::numeric_limits<int>::max();
    STATIC_REQUIRE(StopAfterAttempt<most>::max_attempts == most);
    STATIC_REQUIRE(stops_at(StopAfterAttempt<most>{}, most));
    STATIC_REQUIRE_FALSE(stops_at(StopAfterAttempt<most>{}, most - 1));
    REQUIRE(StopAfterAttempt{5'000'000'000LL}.attempts() == most);
}

TEST_CASE("StopAfterAttempt rejects less than one attempt") {
    REQUIRE_THROWS_AS(StopAfterAttempt{0}, std::invalid_argument);
    REQUIRE_THROWS_AS(StopAfterAttempt{-1}, std::invalid_argument);
    REQUIRE_THROWS_WITH(StopAfterAttempt{0}, ContainsSubstring("grit: 'StopAfterAttempt' was given less than one"));
}

TEST_CASE("StopAfterAttempt says what it is and needs") {
    using Constant = detail::StopTraits<StopAfterAttempt<5>>;
    using AtRunTime = detail::StopTraits<StopAfterAttempt<>>;
    STATIC_REQUIRE(Constant::max_attempts == 5);
    STATIC_REQUIRE(AtRunTime::max_attempts == -1);
    STATIC_REQUIRE(AtRunTime::attempts(StopAfterAttempt{7}) == 7);
    STATIC_REQUIRE(Constant::bounded);
    STATIC_REQUIRE(Constant::turn == detail::Turn::at_once);
    STATIC_REQUIRE(std::is_empty_v<StopAfterAttempt<5>>);
    STATIC_REQUIRE(sizeof(StopAfterAttempt<>) == sizeof(int));
    STATIC_REQUIRE(std::is_same_v<StopAfterAttempt<5>::Kind, StopAfterAttempt<6>::Kind>);
    STATIC_REQUIRE(detail::StopTraits<StopAfterAttempt<5>>::reason(StopAfterAttempt<5>{}, FakeQuery{}) ==
                   StopReason::attempts);
}
