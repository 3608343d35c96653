// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/machine.hpp>

#include <cstdlib>

#include "circuit_breaker/search.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

template <class... Ps>
using InWorld = CircuitBreaker<OpenAfterFailures<1>, OpenFor<2ms>, ProbeLease<2ms>, Atomics<WorldAtomics>,
                               Time<WorldTime>, OnStateChange<WorldListener{}>, Ps...>;
using One = InWorld<>;

constexpr std::uint64_t opened_at_0 =
    detail::transition(0, CircuitState::open, detail::open_payload(TimePoint{}, 2ms, 1));

} // namespace

TEST_CASE("No interleaving breaks an invariant of the protocol", "[circuit_breaker][model]") {
    auto const due = [](auto e) {
        e.start = 2ms;
        return e;
    };
    using Two = InWorld<HalfOpenProbes<2>, CloseAfterSuccesses<2>>;
    auto two = due(search<Two>(2, 2, 0, 0, opened_at_0));
    two.probes = 2;
    two.successes = 2;
    SECTION("three threads, from closed") { holds(search<One>(3, 1, 1, 0, 0)); }
    SECTION("two threads, from open, with a clock that moves") { holds(search<One>(2, 1, 2, 0, opened_at_0)); }
    SECTION("three threads, from open and due") { holds(due(search<One>(3, 1, 0, 0, opened_at_0))); }
    SECTION("forced open and closed in between") { holds(due(search<One>(2, 1, 0, 2, opened_at_0))); }
    SECTION("two probes of which both must succeed") { holds(two); }
    if (std::getenv("GRIT_LONG_TESTS") != nullptr) {
        SECTION("three threads, from open, with a clock that moves") { holds(search<One>(3, 1, 1, 0, opened_at_0)); }
        SECTION("two threads, two calls each, with a clock that moves") { holds(search<One>(2, 2, 1, 0, opened_at_0)); }
        SECTION("three threads, from closed, with more time") { holds(search<One>(3, 1, 2, 0, 0)); }
    }
}

TEST_CASE("The search finds what other designs do wrong", "[circuit_breaker][model]") {
    using Two = InWorld<HalfOpenProbes<2>, CloseAfterSuccesses<2>>;
    auto two = search<Two>(3, 1, 2, 0, opened_at_0);
    two.probes = 2;
    two.successes = 2;
    SECTION("counting by the current state") { finds(Fault::by_current_state, "I2", search<One>(2, 2, 2, 0, 0)); }
    SECTION("storing half-open blindly") { finds(Fault::blind_half_open, "I", search<One>(2, 1, 2, 0, opened_at_0)); }
    SECTION("checking, then counting") { finds(Fault::check_then_increment, "I1", two); }
    SECTION("counting completed probes only") { finds(Fault::no_reservation, "I", two); }
    SECTION("no lease") { finds(Fault::no_lease, "I11", search<One>(2, 1, 2, 0, opened_at_0)); }
    SECTION("stamping the lease after the transition") {
        finds(Fault::late_stamp, "lease", search<One>(2, 1, 3, 0, opened_at_0));
    }
}
