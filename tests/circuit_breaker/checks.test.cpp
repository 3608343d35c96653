// SPDX-License-Identifier: BSL-1.0
// The sentences of wrong compositions are tests of compile_fail; these are the answers behind them.
#include <grit/circuit_breaker/checks.hpp>

#include <grit/circuit_breaker.hpp>
#include <grit/stop/never.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;

namespace {

template <class... Ps>
constexpr bool can_decide = detail::ConstantCounts<detail::PolicySet<Ps...>>::can_decide();

} // namespace

TEST_CASE("A breaker takes the policies of its families and no other", "[circuit_breaker]") {
    using detail::is_circuit_policy;
    STATIC_REQUIRE(is_circuit_policy<OpenAfterFailures<1>>);
    STATIC_REQUIRE(is_circuit_policy<OpenFor<1s>>);
    STATIC_REQUIRE(is_circuit_policy<HalfOpenProbes<1>>);
    STATIC_REQUIRE(is_circuit_policy<FailureIf<std::exception>>);
    STATIC_REQUIRE(is_circuit_policy<Atomics<>>);
    STATIC_REQUIRE(is_circuit_policy<Name<"x">>);
    STATIC_REQUIRE(!is_circuit_policy<StopNever>);
    STATIC_REQUIRE(!is_circuit_policy<WaitFixed<1s>>);
}

TEST_CASE("Constant probes decide if they are enough for what it takes", "[circuit_breaker]") {
    STATIC_REQUIRE(can_decide<>);
    STATIC_REQUIRE(can_decide<HalfOpenProbes<3>, CloseAfterSuccesses<2>, AllowProbeFailures<1>>);
    STATIC_REQUIRE(!can_decide<HalfOpenProbes<3>, CloseAfterSuccesses<3>, AllowProbeFailures<1>>);
    STATIC_REQUIRE(!can_decide<HalfOpenProbes<1>, CloseAfterSuccesses<2>>);
    STATIC_REQUIRE(can_decide<CloseAfterSuccesses<1022>, AllowProbeFailures<1>>);
    STATIC_REQUIRE(!can_decide<CloseAfterSuccesses<1022>, AllowProbeFailures<2>>);
    STATIC_REQUIRE(can_decide<HalfOpenProbes<>, CloseAfterSuccesses<2>>); // asked of the values
}

TEST_CASE("Probes that come at run time and may never decide are refused when the breaker is made",
          "[circuit_breaker][R-251]") {
    using Catch::Matchers::ContainsSubstring;
    using Undecided = CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, HalfOpenProbes<>, CloseAfterSuccesses<>>;
    REQUIRE_THROWS_WITH((Undecided{HalfOpenProbes{2}, CloseAfterSuccesses{3}}), ContainsSubstring("may never decide"));
    REQUIRE_NOTHROW((Undecided{HalfOpenProbes{3}, CloseAfterSuccesses{3}}));
}
