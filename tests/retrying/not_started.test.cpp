// SPDX-License-Identifier: BSL-1.0
// Nothing starts after a deadline or a requested stop: not the first attempt either.
#include <grit/retry.hpp>

#include <vector>

#include <grit/pipeline.hpp>
#include <grit/timeout/deadline.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct StopFlag {
    bool const* requested;
    bool stop_requested() const { return *requested; }
};

} // namespace

TEST_CASE("nothing starts after a stop that was requested beforehand", "[R-338]") {
    ManualTime time;
    bool requested = true;
    std::vector<StopReason> ends;
    int begun = 0;
    Retrying const retrying{StopAfterAttempt<3>{},
                            StopWhenRequested{StopFlag{&requested}},
                            WaitFixed<1s>{},
                            Before{[&] { ++begun; }},
                            OnEnd{[&](StopReason why) noexcept { ends.push_back(why); }},
                            Time{time}};
    int calls = 0;
    auto const op = [&] { return ++calls; };
    REQUIRE_THROWS_AS(retrying(op), Cancelled);
    REQUIRE_THROWS_AS(pipeline(retrying)(op), Cancelled);
    REQUIRE_FALSE(pipeline(retrying).try_call(op).has_value());
    REQUIRE(ends == std::vector<StopReason>(3, StopReason::cancelled));
    auto const report = retrying.report(op);
    REQUIRE(report.reason() == StopReason::cancelled);
    REQUIRE(report.attempts() == 0);
    REQUIRE_FALSE(report.has_value());
    REQUIRE_THROWS_AS(report.value(), Cancelled);
    Stepper stepper{retrying};
    REQUIRE(stepper.start() == Step::give_up(StopReason::cancelled));
    REQUIRE(calls == 0);
    REQUIRE(begun == 0);
    requested = false;
    REQUIRE(retrying(op) == 1);
    REQUIRE(begun == 1);
}

TEST_CASE("nothing starts after a point in time that has passed", "[R-338]") {
    ManualTime time{100s};
    int calls = 0;
    auto const op = [&] { return ++calls; };
    for (Duration const limit : {99s, 100s}) {
        Retrying const retrying{StopBefore{TimePoint{limit}}, WaitFixed<1s>{}, Time{time}};
        REQUIRE_THROWS_AS(retrying(op), DeadlineExceeded);
        REQUIRE(retrying.report(op).reason() == StopReason::deadline);
        Stepper stepper{retrying};
        REQUIRE(stepper.start() == Step::give_up(StopReason::deadline));
    }
    REQUIRE(calls == 0);
    REQUIRE(Retrying{StopBefore{TimePoint{101s}}, WaitFixed<1s>{}, Time{time}}(op) == 1);
}

TEST_CASE("a retry starts nothing where the deadline or the stop around it is over", "[R-338]") {
    ManualTime time{100s};
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    int calls = 0;
    auto const op = [&](Attempt const&) { return ++calls; };
    Context const late{TimePoint{100s}, StopView{}, ClockView{&time}};
    REQUIRE_THROWS_AS(within(Attempt{1, 0s, late}, retrying)(op), DeadlineExceeded);
    Stepper stepper{retrying, late};
    REQUIRE(stepper.start() == Step::give_up(StopReason::deadline));

    SECTION("a stage between that takes its time") {
        struct Slow : StageInterface<Slow> {
            ManualTime* time;
            explicit Slow(ManualTime& t) : time(&t) {}
            struct Call {
                ManualTime* time;
                void start(Attempt const&) const { time->advance(10s); }
            };
            Call call(Attempt const&) const { return {time}; }
        };
        Context const short_time{TimePoint{105s}, StopView{}, ClockView{&time}};
        REQUIRE_THROWS_AS(within(Attempt{1, 0s, short_time}, pipeline(Slow{time}, retrying))(op), DeadlineExceeded);
    }
    SECTION("a second call inside one deadline") {
        Context const ten_seconds{TimePoint{110s}, StopView{}, ClockView{&time}};
        within(Attempt{1, 0s, ten_seconds}, pipeline(Deadline<10s>{}))([&](Attempt const& outer) {
            REQUIRE(within(outer, retrying)(op) == 1);
            time.advance(10s);
            REQUIRE_THROWS_AS(within(outer, retrying)(op), DeadlineExceeded);
        });
        calls = 0;
    }
    REQUIRE(calls == 0);
}
