// SPDX-License-Identifier: BSL-1.0
#include <grit/core/within.hpp>

#include <memory>
#include <variant>

#include "support/catch.hpp"
#include "support/toy_stages.hpp"

using namespace grit;
using namespace toy;
using namespace std::chrono_literals;

TEST_CASE("a call inside an attempt keeps its number, its last wait and its context") {
    struct Flag {
        static bool stop_requested() { return true; }
    } const flag;
    Context const context{TimePoint{9s}, StopView{&flag}, ClockView{}};
    Attempt const around{3, 2s, context};
    Gate gate{9};
    within(around, gate)([&](Attempt const& at) {
        REQUIRE(at.number() == 3);
        REQUIRE(at.last_wait() == 2s);
        REQUIRE(&at.context() == &context);
    });
    REQUIRE(within(around, toy::Note{})([](int x) { return x; }, 7) == 7);
    REQUIRE(gate([](Attempt const& at) { return at.number(); }) == 1);
    REQUIRE(&gate([](Attempt const& at) -> Context const& { return at.context(); }) == &no_context);
}

TEST_CASE("an interface makes a stage callable, once or wrapped") {
    Gate gate{4};
    REQUIRE(gate([](int a, int b) { return a + b; }, 1, 2) == 3);
    auto wrapped = gate.wrap([](int& x) -> int& { return x; });
    int x = 0;
    REQUIRE(&wrapped(x) == &x);
    REQUIRE(gate.left == 2); // it is referred to
    auto const copied = toy::Note{}.wrap([](std::unique_ptr<int> const& p) { return *p; });
    REQUIRE(copied(std::make_unique<int>(5)) == 5);
}

TEST_CASE("try_call returns the rejection of a stage as a value", "[R-277]") {
    Gate gate{1};
    auto const let_in = gate.try_call([] { return 7; });
    REQUIRE(*let_in == 7);
    auto const refused = gate.try_call([]() -> int {
        FAIL("it was called");
        return 0;
    });
    STATIC_REQUIRE(std::is_same_v<decltype(refused), TryResult<int, Full> const>);
    REQUIRE(!refused);
    REQUIRE(refused.error() == Full{});
    REQUIRE(!gate.try_call([] {}));
    ManualTime time;
    REQUIRE(Queue{1s, &time, false}.try_call([] {}).error() == Full{"queue"});
    Gate open{1};
    REQUIRE_THROWS_AS((void)open.try_call([]() -> int { throw Busy{}; }), Busy);
    REQUIRE(open.inside == 0);
}
