// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/word.hpp>

#include <limits>

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::detail;

namespace {

constexpr TimePoint at(Duration d) { return TimePoint{d}; }
constexpr Word opened_at(Duration now, Duration d) {
    return transition(0, CircuitState::open, open_payload(at(now), d, 1));
}

} // namespace

TEST_CASE("A word is kind, payload and epoch", "[circuit_breaker]") {
    STATIC_REQUIRE(kind_bits + payload_bits + epoch_bits == 64);
    STATIC_REQUIRE(kind_of(0) == CircuitState::closed); // what a circuit starts with
    STATIC_REQUIRE(epoch_of(0) == 0);

    constexpr Word w = transition(0, CircuitState::half_open, payload_mask);
    STATIC_REQUIRE(kind_of(w) == CircuitState::half_open);
    STATIC_REQUIRE(payload_of(w) == payload_mask);
    STATIC_REQUIRE(epoch_of(w) == 1);
    STATIC_REQUIRE(with_payload(w, 5) == transition(0, CircuitState::half_open, 5));
    STATIC_REQUIRE(same_epoch(w, with_payload(w, 0)));
    STATIC_REQUIRE(!same_epoch(w, transition(w, CircuitState::half_open, payload_mask)));
}

TEST_CASE("The epoch that follows the last one is zero", "[circuit_breaker]") {
    constexpr Word last = Word{0xffffff} << (kind_bits + payload_bits) | static_cast<Word>(CircuitState::open);
    STATIC_REQUIRE(epoch_of(last) == 0xffffff);
    constexpr Word next = transition(last, CircuitState::half_open, 3);
    STATIC_REQUIRE(epoch_of(next) == 0);
    STATIC_REQUIRE(kind_of(next) == CircuitState::half_open);
    STATIC_REQUIRE(payload_of(next) == 3);
}

TEST_CASE("Only where not every call goes on must be asked", "[circuit_breaker]") {
    auto const asks = [](CircuitState state) { return must_ask(transition(0, state, payload_mask)); };
    for (auto const state : {CircuitState::closed, CircuitState::metrics_only, CircuitState::disabled})
        REQUIRE(!asks(state));
    for (auto const state : {CircuitState::open, CircuitState::half_open, CircuitState::forced_open})
        REQUIRE(asks(state));
}

TEST_CASE("A deadline is rounded up to a millisecond, and ten days are the most", "[circuit_breaker][R-204]") {
    STATIC_REQUIRE(until_deadline(opened_at(0s, 5s), at(2s)) == 3s);
    STATIC_REQUIRE(until_deadline(opened_at(1ns, 5s), at(1ns)) == 5001ms - 1ns);
    STATIC_REQUIRE(until_deadline(opened_at(0s, 5s), at(5s)) == 0s);
    STATIC_REQUIRE(until_deadline(opened_at(0s, 5s), at(6s)) <= 0s);
    STATIC_REQUIRE(until_deadline(opened_at(-7s, 5s), at(-3s)) == 1s);
    STATIC_REQUIRE(until_deadline(opened_at(0s, 24h * 11), at(0s)) == 240h);
    STATIC_REQUIRE(until_deadline(opened_at(1h, Duration::max()), at(1h)) == 240h);
    STATIC_REQUIRE(openings_of(opened_at(1h, Duration::max())) == 1);
}

TEST_CASE("Probes and openings stand side by side", "[circuit_breaker]") {
    constexpr Word w =
        transition(0, CircuitState::half_open, half_open_payload(most_openings, {most_probes, 2, most_probes}));
    STATIC_REQUIRE(openings_of(w) == most_openings);
    STATIC_REQUIRE(probes_of(w).under_way == most_probes);
    STATIC_REQUIRE(probes_of(w).succeeded == 2);
    STATIC_REQUIRE(probes_of(w).failed == most_probes);
    STATIC_REQUIRE(probes_of(w).taken() == 2 * most_probes + 2);
    STATIC_REQUIRE(one_more(1) == 2);
    STATIC_REQUIRE(one_more(most_openings) == most_openings);
}

TEST_CASE("A division that is rounded down", "[circuit_breaker]") {
    STATIC_REQUIRE(floor_divide(7, 3) == 2);
    STATIC_REQUIRE(floor_divide(0, 3) == 0);
    STATIC_REQUIRE(floor_divide(-1, 3) == -1);
    STATIC_REQUIRE(floor_divide(-3, 3) == -1);
    STATIC_REQUIRE(floor_divide(-4, 3) == -2);
    using Limits = std::numeric_limits<std::int64_t>;
    STATIC_REQUIRE(floor_divide(Limits::min(), 1) == Limits::min());
    STATIC_REQUIRE(floor_divide(Limits::max(), 2) == Limits::max() / 2);
    STATIC_REQUIRE(floor_divide(Limits::min(), 3) == Limits::min() / 3 - 1);
}
