// SPDX-License-Identifier: BSL-1.0
#include <grit/circuit_breaker/call.hpp>

#include <stdexcept>
#include <system_error>

#include <grit/circuit_breaker.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

using Breaker = CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, HalfOpenProbes<1>, Time<ManualTime>>;

struct Rejection {
    using Thrown = Rejected;
};

} // namespace

TEST_CASE("A call of a breaker counts once by how it ends", "[circuit_breaker][R-262]") {
    ManualTime time;
    Attempt const at;
    auto const state_after = [&](auto const& end) {
        Breaker breaker{Time{time}};
        {
            auto call = breaker.call(at);
            REQUIRE(call.start(at));
            end(call);
        }
        return breaker.state();
    };
    REQUIRE(state_after([&](auto& call) { call.returned(at, 1); }) == CircuitState::closed);
    REQUIRE(state_after([&](auto& call) { call.returned(at, std::monostate{}); }) == CircuitState::closed);
    REQUIRE(state_after([&](auto& call) { call.returned(at, std::make_error_code(std::errc::timed_out)); }) ==
            CircuitState::open);
    REQUIRE(state_after([&](auto& call) { call.thrown(at); }) == CircuitState::open);
    REQUIRE(state_after([&](auto& call) { call.caught(at, Rejected{"x"}); }) == CircuitState::closed);
    REQUIRE(state_after([&](auto& call) { call.rejected(at, Rejection{}); }) == CircuitState::closed);
    REQUIRE(state_after([&](auto& call) {
                call.caught(at, std::system_error{std::make_error_code(std::errc::operation_canceled)});
            }) == CircuitState::closed);
    REQUIRE(state_after([](auto&) {}) == CircuitState::closed);
}

TEST_CASE("A failure is neutral once a stop was requested around the call", "[circuit_breaker][R-220]") {
    struct Flag {
        static bool stop_requested() { return true; }
    } const flag;
    Context const context{TimePoint::max(), StopView{&flag}, ClockView{}};
    Attempt const at{1, 0s, context};
    ManualTime time;
    Breaker breaker{Time{time}};
    {
        auto call = breaker.call(at);
        REQUIRE(call.start(at));
        call.thrown(at);
    }
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("An abandoned probe gives back its place", "[circuit_breaker][R-276]") {
    ManualTime time;
    Breaker breaker{Time{time}};
    fail(breaker);
    time.advance(60s);
    Attempt const at;
    {
        auto probe = breaker.call(at);
        REQUIRE(probe.start(at));
        auto refused = breaker.call(at);
        REQUIRE(!refused.start(at));
        REQUIRE(refused.with_rejection([](CircuitOpen const& open) { return open.state(); }) ==
                CircuitState::half_open);
    }
    REQUIRE(breaker([] { return 1; }) == 1);
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("A breaker passes an attempt to an operation that takes one", "[circuit_breaker]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, Name<"payments">> breaker;
    REQUIRE(breaker([](Attempt const& at, int x) { return at.number() + x; }, 6) == 7);
    REQUIRE(*breaker.try_call([](Attempt const& at) { return at.number(); }) == 1);
    breaker.force_open();
    try {
        breaker([] {});
        FAIL("it was called");
    } catch (CircuitOpenError const& error) {
        REQUIRE(error.stage() == std::string{"payments"});
    }
    REQUIRE(breaker.try_call([] {}).error().stage() == std::string{"payments"});
}
