// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/transitions.hpp>

#include <grit/circuit_breaker/open_after_failures.hpp>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::detail;

namespace {

using Three = PolicySet<OpenAfterFailures<3>, OpenFor<1s>>;
using TwoProbes = PolicySet<OpenAfterFailures<3>, OpenFor<1s>, CloseAfterSuccesses<2>, AllowProbeFailures<1>>;
template <class Set>
constexpr Word after(Word w, Outcome outcome) {
    return Transitions<Set>::after(Set{Given<>{}}, w, outcome);
}

constexpr Word closed = 0;
constexpr Word two_failed = with_payload(closed, 2);
constexpr Word measuring = transition(closed, CircuitState::metrics_only, 2);
constexpr Word probing = with_first_probe(opened(closed));

} // namespace

TEST_CASE("The end of a call makes one word of another", "[circuit_breaker]") {
    STATIC_REQUIRE(after<Three>(closed, Outcome::success) == closed);
    STATIC_REQUIRE(after<Three>(closed, Outcome::neutral) == closed);
    STATIC_REQUIRE(after<Three>(closed, Outcome::failure) == with_payload(closed, 1));
    STATIC_REQUIRE(after<Three>(two_failed, Outcome::success) == closed);
    STATIC_REQUIRE(after<Three>(two_failed, Outcome::neutral) == two_failed);
    STATIC_REQUIRE(after<Three>(two_failed, Outcome::failure) == opened(two_failed));
    STATIC_REQUIRE(after<Three>(measuring, Outcome::failure) == transition(measuring, CircuitState::metrics_only));

    STATIC_REQUIRE(after<Three>(probing, Outcome::success) == transition(probing, CircuitState::closed));
    STATIC_REQUIRE(after<Three>(probing, Outcome::failure) == opened(probing));
    STATIC_REQUIRE(probes_of(after<Three>(probing, Outcome::neutral)).taken() == 0);
    STATIC_REQUIRE(openings_of(after<Three>(probing, Outcome::failure)) == 2);

    constexpr Word off = transition(closed, CircuitState::disabled);
    STATIC_REQUIRE(after<Three>(off, Outcome::failure) == off);
}

TEST_CASE("Probes are counted until they decide", "[circuit_breaker]") {
    constexpr Word both = with_next_probe(probing);
    STATIC_REQUIRE(probes_of(both).under_way == 2);
    STATIC_REQUIRE(openings_of(both) == 1);

    constexpr Word one_failed = after<TwoProbes>(both, Outcome::failure); // which is allowed
    STATIC_REQUIRE(same_epoch(one_failed, both));
    STATIC_REQUIRE(probes_of(one_failed).failed == 1);
    STATIC_REQUIRE(after<TwoProbes>(one_failed, Outcome::failure) == opened(one_failed));

    constexpr Word one_succeeded = after<TwoProbes>(one_failed, Outcome::success);
    STATIC_REQUIRE(probes_of(one_succeeded).succeeded == 1);
    STATIC_REQUIRE(probes_of(one_succeeded).under_way == 0);
    constexpr Word again = with_next_probe(one_succeeded);
    STATIC_REQUIRE(after<TwoProbes>(again, Outcome::success) == transition(again, CircuitState::closed));
}

TEST_CASE("Openings are counted in a row, to the most that the word holds", "[circuit_breaker]") {
    STATIC_REQUIRE(openings_with_this(closed) == 1);
    STATIC_REQUIRE(openings_with_this(measuring) == 1); // its payload is no count of openings
    constexpr Word most = transition(closed, CircuitState::half_open, half_open_payload(most_openings, {1, 0, 0}));
    STATIC_REQUIRE(openings_of(opened(most)) == most_openings);
    STATIC_REQUIRE(valid_openings(-1) == 1);
    STATIC_REQUIRE(valid_openings(5) == 5);
    STATIC_REQUIRE(valid_openings(1000) == most_openings);
}

TEST_CASE("The reason follows from the two states", "[circuit_breaker]") {
    STATIC_REQUIRE(reason_of_end(two_failed, opened(two_failed)) == ChangeReason::tripped);
    STATIC_REQUIRE(reason_of_end(measuring, tripped(measuring)) == ChangeReason::tripped);
    STATIC_REQUIRE(reason_of_end(probing, opened(probing)) == ChangeReason::probe_failed);
    STATIC_REQUIRE(reason_of_end(probing, transition(probing, CircuitState::closed)) == ChangeReason::probes_succeeded);
}
