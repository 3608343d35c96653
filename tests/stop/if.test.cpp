// SPDX-License-Identifier: BSL-1.0
#include <grit/stop/if.hpp>

#include "stop/fake_query.hpp"
#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {
constexpr bool third(Attempt const& attempt) { return attempt.number() == 3; }
bool is_seven(Attempt const&, Failure const& failure) { return *failure.as<int>() == 7; }
constexpr bool late(TimedAttempt const& attempt) { return attempt.elapsed() > 1s; }
struct Twice {
    int n = 0;
    constexpr bool operator()() const { return n == 2; }
};
} // namespace

TEST_CASE("StopIf asks a constant callable") {
    STATIC_REQUIRE_FALSE(StopIf<third>{}.stop(FakeQuery{.number = 2}));
    STATIC_REQUIRE(StopIf<third>{}.stop(FakeQuery{.number = 3}));
    STATIC_REQUIRE(std::is_empty_v<StopIf<third>>);
    REQUIRE(StopIf<third>{}.stop(FakeQuery{.number = 3}));
}

TEST_CASE("StopIf asks a callable that it holds") {
    int limit = 3;
    StopIf const stop{[&limit](Attempt const& attempt) { return attempt.number() >= limit; }};
    REQUIRE_FALSE(stop.stop(FakeQuery{.number = 2}));
    REQUIRE(stop.stop(FakeQuery{.number = 3}));
    limit = 2;
    REQUIRE(stop.stop(FakeQuery{.number = 2}));
    STATIC_REQUIRE(StopIf{Twice{2}}.stop(FakeQuery{}));
    STATIC_REQUIRE_FALSE(StopIf{Twice{}}.stop(FakeQuery{}));
    STATIC_REQUIRE(StopIf{&third}.stop(FakeQuery{.number = 3}));
}

TEST_CASE("StopIf shows the failure to a callable that takes it") {
    int const seven = 7;
    int const eight = 8;
    REQUIRE(StopIf<is_seven>{}.stop(FakeQuery{.failed_result = &seven}));
    REQUIRE_FALSE(StopIf<is_seven>{}.stop(FakeQuery{.failed_result = &eight}));
    STATIC_REQUIRE(detail::StopTraits<StopIf<is_seven>>::needs_failure);
    STATIC_REQUIRE_FALSE(detail::StopTraits<StopIf<third>>::needs_failure);
}

TEST_CASE("StopIf needs the clock only for a callable that takes TimedAttempt") {
    STATIC_REQUIRE(detail::StopTraits<StopIf<late>>::needs_clock);
    STATIC_REQUIRE_FALSE(detail::StopTraits<StopIf<third>>::needs_clock);
    STATIC_REQUIRE(StopIf<late>{}.stop(FakeQuery{.since_start = 2s}));
    STATIC_REQUIRE_FALSE(StopIf<late>{}.stop(FakeQuery{.since_start = 1s}));
}

TEST_CASE("StopIf has a default only where there is nothing to give") {
    constexpr auto stateless = [] { return true; };
    STATIC_REQUIRE(std::is_default_constructible_v<StopIf<third>>);
    STATIC_REQUIRE(std::is_default_constructible_v<decltype(StopIf{stateless})>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<decltype(StopIf{&third})>);
    STATIC_REQUIRE_FALSE(std::is_default_constructible_v<decltype(StopIf{Twice{}})>);
    STATIC_REQUIRE(std::is_empty_v<decltype(StopIf{stateless})>);
}

TEST_CASE("StopIf says what it is") {
    using Traits = detail::StopTraits<StopIf<third>>;
    STATIC_REQUIRE_FALSE(Traits::bounded);
    STATIC_REQUIRE_FALSE(Traits::needs_wait);
    STATIC_REQUIRE(Traits::max_attempts == 0);
    STATIC_REQUIRE(detail::StopTraits<StopIf<third>>::reason(StopIf<third>{}, FakeQuery{}) == StopReason::custom);
}
