// SPDX-License-Identifier: BSL-1.0
#include <grit/budget/stop_over_budget.hpp>

#include <stdexcept>
#include <system_error>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"
#include "support/counting_new.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct Busy : std::runtime_error {
    Busy() : std::runtime_error("busy") {}
};
struct Slow : std::runtime_error {
    Slow() : std::runtime_error("slow") {}
};
struct Fatal {};

int busy() { throw Busy{}; }
int slow() { throw Slow{}; }

struct Flag {
    bool requested = false;
    bool stop_requested() const { return requested; }
};

/// A sleep during which something happens.
template <class F>
struct TimeThat {
    F f;
    static TimePoint now() { return {}; }
    void sleep(Duration) const { f(); }
};
template <class F>
TimeThat(F) -> TimeThat<F>;

} // namespace

TEST_CASE("a Retrying stops where the budget cannot pay for another attempt", "[R-411]") {
    ManualTime time;
    RetryBudget<3> budget;
    std::vector<StopReason> reasons;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, StopOverBudget{budget}, Time{time},
                            OnGiveUp{[&](Attempt const&, Failure const& f) { reasons.push_back(f.reason()); }}};
    for (int i = 0; i < 3; ++i) REQUIRE_THROWS_AS(retrying(busy), Busy);
    REQUIRE(reasons == std::vector{StopReason::attempts, StopReason::budget, StopReason::budget});
    REQUIRE(time.slept().size() == 3);
    REQUIRE(retrying.report(busy).attempts() == 1);
    REQUIRE(describe<decltype(Retrying{StopAfterAttempt<3>{}, StopOverBudget{budget}})>() ==
            "Retrying<StopAfterAttempt<3>, StopOverBudget<RetryBudget<3>>>");
}

TEST_CASE("the budget is asked last: what another stop ends takes nothing", "[R-411]") {
    ManualTime time;
    RetryBudget<9> budget;
    StopReason reason{};
    auto const noted = OnGiveUp{[&](Attempt const&, Failure const& f) { reason = f.reason(); }};
    SECTION("attempts") {
        REQUIRE_THROWS_AS((Retrying{StopOverBudget{budget}, StopAfterAttempt<1>{}, noted}(busy)), Busy);
        REQUIRE(reason == StopReason::attempts);
    }
    SECTION("a wait beyond a limit") {
        REQUIRE_THROWS_AS((Retrying{StopOverBudget{budget}, StopBeforeDelay<1s>{}, WaitFixed<2s>{}, noted}(busy)),
                          Busy);
        REQUIRE(reason == StopReason::delay);
    }
    SECTION("a deadline around the call") {
        Context const context{TimePoint{1s}, StopView{}, ClockView{&time}};
        Retrying const retrying{StopOverBudget{budget}, StopAfterAttempt<9>{}, WaitFixed<2s>{}, Time{time}, noted};
        REQUIRE_THROWS_AS(within(Attempt{1, 0s, context}, retrying)(busy), Busy);
        REQUIRE(reason == StopReason::deadline);
    }
    SECTION("an error that is not retried") {
        Retrying const retrying{StopOverBudget{budget}, StopAfterAttempt<9>{}, RetryIf<Slow>{}};
        REQUIRE_THROWS_AS(retrying(busy), Busy);
        REQUIRE_THROWS_AS(retrying([] { throw Fatal{}; }), Fatal);
    }
    REQUIRE(budget.idle());
}

TEST_CASE("what was taken is given back where no attempt follows", "[R-412]") {
    RetryBudget<9> budget;
    Flag flag;
    Retrying const base{StopAfterAttempt<9>{}, WaitFixed<1s>{}, StopOverBudget{budget}};
    SECTION("a hook throws") {
        auto const retrying = base.with(BeforeSleep{[] { throw Fatal{}; }});
        REQUIRE_THROWS_AS(retrying(busy), Fatal);
    }
    SECTION("a hook of the attempt that would have followed throws") {
        auto const retrying = base.with(WaitNone{}, Before{[](Attempt const& at) {
                                            if (at.number() == 2) throw Fatal{};
                                        }});
        REQUIRE_THROWS_AS(retrying(busy), Fatal);
    }
    SECTION("the sleep throws") {
        TimeThat time{[] { throw Fatal{}; }};
        REQUIRE_THROWS_AS(base.with(Time{time})(busy), Fatal);
    }
    SECTION("the sleep ends the call") {
        TimeThat time{[&] { flag.requested = true; }};
        struct Token {
            Flag const* flag;
            bool stop_requested() const { return flag->requested; }
        };
        auto const retrying = base.with(Time{time}, StopWhenRequested{Token{&flag}});
        REQUIRE_THROWS_AS(retrying(busy), Busy);
        REQUIRE(retrying.report(busy).reason() == StopReason::cancelled);
    }
    SECTION("a stop around the call is requested in the sleep, nested and flat") {
        TimeThat time{[&] { flag.requested = true; }};
        auto const retrying = base.with(Time{time});
        Context const context{TimePoint::max(), StopView{&flag}, ClockView{}};
        Attempt const at{1, 0s, context};
        REQUIRE_THROWS_AS(within(at, retrying)(busy), Busy);
        flag.requested = false;
        auto const stages = pipeline(retrying);
        auto call = stages.call(at);
        REQUIRE(call.start(at) == detail::Answer::again);
        REQUIRE(call.caught(at, Busy{}) == detail::Answer::sleep);
        REQUIRE(budget.left() == 8);
        flag.requested = true;
        REQUIRE(call.wake(at, detail::Thrown<std::exception>{Busy{}}) == detail::Answer::give_up);
        REQUIRE(budget.idle()); // at once, though the call lives on
    }
    SECTION("a call is abandoned in its sleep; a copy has taken nothing") {
        Stepper stepper{base};
        stepper.start();
        REQUIRE(stepper.failed(Busy{}).sleeps());
        REQUIRE(budget.left() == 8);
        {
            Stepper const copy = stepper;
        }
        REQUIRE(budget.left() == 8);
        stepper.start(); // a new call
        REQUIRE(budget.idle());
        REQUIRE(stepper.failed(Busy{}).sleeps());
        REQUIRE(stepper.wake().is_again());
        stepper.start();
        REQUIRE(budget.left() == 8); // its second attempt had begun
        budget.give_back(1);
    }
    REQUIRE(budget.idle());
}

TEST_CASE("a success is a deposit, and nothing else is", "[R-413]") {
    RetryBudget<10, 1> budget;
    REQUIRE(budget.try_withdraw(10));
    Retrying const retrying{StopAfterAttempt<1>{}, StopOverBudget{budget}};
    REQUIRE(retrying([] { return 5; }) == 5);
    retrying([] {});
    REQUIRE(budget.left() == 2);
    REQUIRE_THROWS_AS(retrying(busy), Busy);
    REQUIRE_THROWS_AS(retrying([] { throw Fatal{}; }), Fatal);
    REQUIRE(retrying([] { return std::make_error_code(std::errc::timed_out); }) == std::errc::timed_out);
    REQUIRE(budget.left() == 2);
    REQUIRE(retrying([] { return std::error_code{}; }) == std::error_code{});
    REQUIRE(pipeline(retrying)([] { return 5; }) == 5);
    REQUIRE(budget.left() == 4);
    Stepper stepper{retrying};
    stepper.start();
    REQUIRE(stepper.returned(7).is_done());
    REQUIRE(budget.left() == 5);
    auto const stages = pipeline(retrying);
    Attempt const at;
    {
        auto call = stages.call(at);
        REQUIRE(call.start(at) == detail::Answer::again);
        REQUIRE(call.returned(at, 5) == detail::Answer::done);
        REQUIRE(budget.left() == 6);
    }
}

TEST_CASE("an error may have a cost of its own", "[R-414]") {
    ManualTime time;
    RetryBudget<10, 1, 2> budget;
    Retrying const retrying{StopAfterAttempt<2>{}, WaitFixed<1s>{}, StopOverBudget{budget, CostIf<Slow, 7>{}},
                            Time{time}};
    REQUIRE_THROWS_AS(retrying(busy), Busy);
    REQUIRE(budget.left() == 8);
    REQUIRE_THROWS_AS(retrying(slow), Slow);
    REQUIRE(budget.left() == 1);
    budget.deposit();
    REQUIRE(retrying.report(slow).reason() == StopReason::budget);
    REQUIRE(budget.left() == 2);
    Retrying const free{StopAfterAttempt<2>{}, StopOverBudget{budget, CostIf<Busy, 0>{}}};
    REQUIRE(free.report(busy).attempts() == 2);
    REQUIRE(budget.left() == 2);
    REQUIRE(describe<StopOverBudget<RetryBudget<9>, CostIf<Slow, 7>>>() ==
            "StopOverBudget<RetryBudget<9>, CostIf<Slow, 7>>");
}

TEST_CASE("many callers share one budget: retries are bounded by what it has and what successes bring", "[R-417]") {
    ManualTime time;
    RetryBudget<10, std::ratio<1, 5>{}> budget;
    Retrying const a{StopAfterAttempt<4>{}, WaitFixed<1s>{}, StopOverBudget{budget}, Time{time}};
    Retrying const b{StopAfterAttempt<9>{}, WaitNone{}, StopOverBudget{budget}, Time{time}};
    int calls = 0;
    int attempts = 0;
    int successes = 0;
    for (int i = 0; i < 1000; ++i) {
        auto const op = [&] {
            if (++attempts % 3 != 0) throw Busy{};
            ++successes;
        };
        ++calls;
        try {
            if (i % 2 == 0) a(op);
            else b(op);
        } catch (Busy const&) {
        }
    }
    REQUIRE(attempts - calls <= 10 + successes / 5);
    REQUIRE(attempts - calls > successes / 6);
}

TEST_CASE("a budget costs no allocation", "[R-415]") {
    RetryBudget<2> budget;
    Retrying const retrying{StopAfterAttempt<3>{}, StopOverBudget{budget}};
    std::error_code const error = std::make_error_code(std::errc::timed_out);
    int const before = test::allocations;
    for (int i = 0; i < 10; ++i) (void)retrying([&] { return error; });
    for (int i = 0; i < 10; ++i) (void)retrying([&] { return 1; });
    REQUIRE(test::allocations == before);
    REQUIRE(budget.left() == 1);
}
