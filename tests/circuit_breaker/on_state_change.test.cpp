// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/on_state_change.hpp>

#include <string>
#include <vector>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

TEST_CASE("Every change of state is told once, with its epoch, and a listener may use the breaker",
          "[circuit_breaker][R-243]") {
    ManualTime time;
    std::vector<StateChange> changes;
    std::string nested;
    using Listener = std::vector<StateChange>*;
    struct Tell {
        Listener changes;
        void operator()(StateChange const& c) const noexcept { changes->push_back(c); }
    };
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<2s>{}, OnStateChange{Tell{&changes}}, Time{time},
                           Name<"x">{}};
    fail(breaker);
    time.advance(2s);
    fail(breaker);
    time.advance(2s);
    {
        auto lost = breaker.try_acquire();
        time.advance(1h);
        auto next = breaker.try_acquire();
        next.success();
    }
    breaker.force_open();
    breaker.reset();
    breaker.open_for(1s);
    std::string told;
    for (StateChange const& c : changes)
        told += std::string{to_string(c.from)} + ">" + to_string(c.to) + ":" + to_string(c.reason) + " ";
    REQUIRE(told == "closed>open:tripped open>half_open:elapsed half_open>open:probe_failed open>half_open:elapsed "
                    "half_open>half_open:probes_lost half_open>closed:probes_succeeded closed>forced_open:control "
                    "forced_open>closed:control closed>open:asked ");
    for (std::size_t i = 0; i < changes.size(); ++i) REQUIRE(changes[i].epoch == i + 1);
    REQUIRE(changes[0].retry_after == 2s);
    REQUIRE(changes[1].retry_after == 0s);
    REQUIRE(changes[0].name == "x");
    REQUIRE(breaker.epoch() == changes.size());
}

TEST_CASE("Several listeners are told, in the order named, and a constant one takes no room",
          "[circuit_breaker][R-243]") {
    static std::string told;
    constexpr auto constant = [](StateChange const& c) noexcept { told += std::string{"a "} + to_string(c.to) + ", "; };
    STATIC_REQUIRE(std::is_empty_v<OnStateChange<constant>>);
    auto const held = [](StateChange const& c) noexcept { told += std::string{"b "} + to_string(c.to) + ", "; };
    told.clear();
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, OnStateChange<constant>{}, OnStateChange{held}};
    fail(breaker);
    breaker.reset();
    REQUIRE(told == "a open, b open, a closed, b closed, ");
}
