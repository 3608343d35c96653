// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/settings.hpp>

#include <grit/circuit_breaker.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::detail;

namespace {

template <class... Ps>
struct Of : PolicySet<Ps...> {
    using Set = PolicySet<Ps...>;
    using Settings = CircuitSettings<Set>;
    constexpr Of() : Set(Given<>{}) {}

    constexpr int probes() const { return Settings::probes(*this); }
    constexpr int successes() const { return Settings::successes(*this); }
    constexpr int allowed() const { return Settings::allowed_failures(*this); }
    Duration lease(int openings) const { return Settings::lease(*this, openings); }
    Duration open(int openings) const { return Settings::open_duration(*this, openings); }
};

} // namespace

TEST_CASE("Where nothing is named one probe decides, and the stage has a name", "[circuit_breaker][R-211]") {
    constexpr Of<OpenFor<1s>> plain;
    STATIC_REQUIRE(plain.successes() == 1);
    STATIC_REQUIRE(plain.allowed() == 0);
    STATIC_REQUIRE(plain.probes() == 1);
    STATIC_REQUIRE(decltype(plain)::Settings::name({}) == "circuit_breaker");
    STATIC_REQUIRE(std::is_same_v<decltype(plain)::Settings::Atomics, grit::Atomics<>>);
}

TEST_CASE("What is named holds", "[circuit_breaker][R-211]") {
    constexpr Of<OpenFor<1s>, CloseAfterSuccesses<3>, AllowProbeFailures<2>, Name<"x">> named;
    STATIC_REQUIRE(named.successes() == 3);
    STATIC_REQUIRE(named.allowed() == 2);
    STATIC_REQUIRE(named.probes() == 5);
    STATIC_REQUIRE(Of<OpenFor<1s>, CloseAfterSuccesses<3>, HalfOpenProbes<7>>{}.probes() == 7);
    STATIC_REQUIRE(decltype(named)::Settings::name({}) == "x");
}

TEST_CASE("Without a lease probes have the time that the circuit was open, from a minute to ten days",
          "[circuit_breaker][R-212]") {
    REQUIRE(Of<OpenFor<1s>>{}.lease(1) == 1min);
    REQUIRE(Of<OpenFor<90s>>{}.lease(1) == 90s);
    REQUIRE(Of<OpenFor<24h * 365>>{}.lease(1) == 240h);
    REQUIRE(Of<OpenFor<90s>, ProbeLease<5s>>{}.lease(1) == 5s);
    Of<OpenForWait<WaitExponential<60s, 3600s>>> const growing;
    REQUIRE(growing.lease(2) == 120s);
    REQUIRE(growing.open(3) == 240s);
}

TEST_CASE("Trip policies in the word have a part of it each", "[circuit_breaker][R-203]") {
    using Set = PolicySet<OpenAfterFailures<3>, OpenAtFailureRate<100, CountWindow<2>, MinimumCalls<2>>>;
    using Group = CircuitSettings<Set>::Trips;
    Set const set{Given<>{}}; // Clang 16 makes no constant of a rate
    STATIC_REQUIRE(Group::bits == 2 + 4);
    REQUIRE(Group::healthy(set) == 2u << (2 + 2)); // the window is full of successes
    Word const one = Group::next(set, 0, {true});
    REQUIRE(one == (1u | 0b0101u << 2)); // a failure in a row; one call in the window, which failed
    REQUIRE(!Group::trips(set, one, {true}));
    Word const two = Group::next(set, one, {true});
    REQUIRE(two == (2u | 0b1011u << 2));
    REQUIRE(Group::trips(set, two, {true})); // the second policy does
}
