// SPDX-License-Identifier: BSL-1.0
#include <grit/wait/from.hpp>

#include "support/catch.hpp"
#include "wait/fake_query.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {
constexpr std::chrono::seconds as_many_seconds(Attempt const& attempt) {
    return std::chrono::seconds{attempt.number()};
}
constexpr Duration negative() { return -1s; }
} // namespace

TEST_CASE("WaitFrom waits what a callable returns", "[wait]") {
    STATIC_REQUIRE(walk<3>(WaitFrom<as_many_seconds>{}) == std::array<Duration, 3>{1s, 2s, 3s});
    STATIC_REQUIRE(value_at(WaitFrom<as_many_seconds>{}, 1'000'000'000) == 1'000'000'000s);
    STATIC_REQUIRE(value_at(WaitFrom<negative>{}, 1) == 0s);
    STATIC_REQUIRE(sizeof(WaitFrom<as_many_seconds>) == 1);
    STATIC_REQUIRE(walk<2>(WaitFrom{[] { return 5ms; }}) == std::array<Duration, 2>{5ms, 5ms});

    std::chrono::milliseconds const step{5};
    REQUIRE(walk<2>(WaitFrom{[step](Attempt const& a) { return step * a.number(); }}) ==
            std::array<Duration, 2>{5ms, 10ms});
}

TEST_CASE("WaitFrom gives its callable the failure or the time if it takes them", "[wait]") {
    auto const by_failure = [](Attempt const&, Failure const& failure) {
        return std::chrono::seconds{*failure.as<int>()};
    };
    auto const by_time = [](TimedAttempt const& attempt) { return 2 * attempt.elapsed(); };
    STATIC_REQUIRE(detail::WaitTraits<decltype(WaitFrom{by_failure})>::needs_failure);
    STATIC_REQUIRE_FALSE(detail::WaitTraits<decltype(WaitFrom{by_failure})>::needs_clock);
    STATIC_REQUIRE(detail::WaitTraits<decltype(WaitFrom{by_time})>::needs_clock);
    STATIC_REQUIRE_FALSE(detail::WaitTraits<WaitFrom<as_many_seconds>>::needs_failure);

    REQUIRE(value_at(WaitFrom{by_failure}, 1) == 7s);
    REQUIRE(WaitFrom{by_time}.value({}, FakeQuery{.since_start = 3s}) == 6s);
}

TEST_CASE("The longest wait of WaitFrom is not known", "[wait]") {
    STATIC_REQUIRE_FALSE(detail::WaitTraits<WaitFrom<negative>>::bounded_wait);
    REQUIRE(bounds_at(WaitFrom<negative>{}, 1) == Bounds{0s, Duration::max()});
}
