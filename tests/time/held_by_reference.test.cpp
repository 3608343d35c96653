// SPDX-License-Identifier: BSL-1.0
// A time of the user that is only an interface, with members that are not const: every place that takes a Time takes
// it.
#include <grit.hpp>

#include <stdexcept>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct Clock {
    virtual ~Clock() = default;
    virtual TimePoint now() = 0;
    virtual void sleep(Duration d) = 0;
};
class ClockOfTest final : public Clock {
public:
    TimePoint now() override { return now_; }
    void sleep(Duration d) override { now_ += d, slept += d; }

    Duration slept{};

private:
    TimePoint now_{100h};
};

struct Failed : std::runtime_error {
    Failed() : std::runtime_error("failed") {}
};
struct Flag {
    bool const* is_set;
    bool stop_requested() const { return *is_set; }
};
constexpr auto fails = [] { throw Failed{}; };
constexpr auto remains = [](Attempt const& attempt) { return attempt.remaining(); };

auto retrying(Clock& clock) { return Retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{clock}}; }
using Breaker = CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, Time<Clock>>;

/// What a place does with the clock. Returns: whether it is what it has to do.
struct Row {
    char const* place;
    bool (*works)(Clock& clock);
};

constexpr Row rows[] = {
    {"a call",
     [](Clock& clock) {
         auto const report = retrying(clock).report(fails);
         return report.slept() == 2s && report.elapsed() == 2s;
     }},
    {"a call that may be cancelled",
     [](Clock& clock) {
         bool stop = false;
         Retrying const r = retrying(clock).with(StopWhenRequested{Flag{&stop}});
         return r.report(fails).slept() == 2s;
     }},
    {"a call under a point in time",
     [](Clock& clock) { return retrying(clock).with(StopBefore{clock.now() + 1h})(remains) == 1h; }},
    {"a call under a limit of its own",
     [](Clock& clock) {
         Retrying const r{StopAfterDelay<90s>{}, WaitFixed<30s>{}, Time{clock}};
         return r.report(fails).attempts() == 4;
     }},
    {"a measured attempt",
     [](Clock& clock) {
         int calls = 0;
         return retrying(clock)([&](TimedAttempt const& attempt) {
                    if (++calls < 3) throw Failed{};
                    return attempt.elapsed();
                }) == 2s;
     }},
    {"a derived object behind the interface",
     [](Clock&) {
         ClockOfTest derived;
         Retrying const r{StopAfterAttempt<2>{}, WaitFixed<1s>{}, Time<Clock>{derived}};
         return r.report(fails).slept() == 1s && derived.slept == 1s;
     }},
    {"a call inside an attempt",
     [](Clock& clock) {
         Retrying const outer = retrying(clock).with(StopBefore{clock.now() + 1h});
         return outer([&](Attempt const& at) { return within(at, retrying(clock))(remains); }) == 1h;
     }},
    {"a Stepper",
     [](Clock& clock) {
         Retrying const r{StopBeforeDelay<90s>{}, WaitFixed<30s>{}, Time{clock}};
         Stepper stepper{r};
         if (stepper.start() != Step::again()) return false;
         for (int i = 0; i < 2; ++i) {
             if (stepper.failed(Failed{}) != Step::sleep(30s)) return false;
             clock.sleep(30s);
             if (stepper.wake() != Step::again()) return false;
         }
         return stepper.failed(Failed{}) == Step::give_up(StopReason::delay);
     }},
    {"a Stepper in a context that reads the clock",
     [](Clock& clock) {
         Retrying const r = retrying(clock);
         Stepper stepper{r, Context{clock.now() + 1h, StopView{}, ClockView{&clock}}};
         return stepper.start() == Step::again() && stepper.attempt().remaining() == 1h;
     }},
    {"a breaker",
     [](Clock& clock) {
         Breaker breaker{Time{clock}};
         CHECK_THROWS_AS(breaker(fails), Failed);
         CHECK_THROWS_AS(breaker(fails), CircuitOpenError);
         clock.sleep(60s);
         breaker([] {});
         return breaker.state() == CircuitState::closed;
     }},
    {"a breaker of slow calls",
     [](Clock& clock) {
         CircuitBreaker breaker{OpenAtSlowCallRate<100, SlowerThan<2s>, TimeWindow<60s, 10>, MinimumCalls<1>>{},
                                OpenFor<60s>{}, Time{clock}};
         breaker([&] { clock.sleep(3s); });
         return breaker.state() == CircuitState::open;
     }},
    {"a breaker for each key",
     [](Clock& clock) {
         Keyed<int, Breaker> hosts{Time{clock}};
         CHECK_THROWS_AS((*hosts[1])(fails), Failed);
         return hosts[1]->state() == CircuitState::open;
     }},
    {"a limiter",
     [](Clock& clock) {
         RateLimiter<1, 1s, 1, MaxWait<5s>, Time<Clock>> limiter{Time{clock}};
         TimePoint const start = clock.now();
         for (int i = 0; i < 3; ++i) limiter([] {});
         return clock.now() - start == 2s && !limiter.try_acquire();
     }},
    {"a bulkhead with a line, and its end",
     [](Clock& clock) {
         Bulkhead<1, 9, MaxWait<5s>, Time<Clock>> bulkhead{Time{clock}};
         TimePoint const start = clock.now();
         bulkhead([&] { CHECK_THROWS_AS(bulkhead([] {}), BulkheadFullError); });
         bool drained = true;
         bulkhead([&] { drained = bulkhead.drain(3s); });
         return clock.now() - start == 8s && !drained;
     }},
    {"a limit that follows the latency",
     [](Clock& clock) {
         ConcurrencyLimit limit{Aimd<1s>{}, LimitBetween<1, 20, 10>{}, Time{clock}};
         limit([&] { clock.sleep(2s); });
         return limit.limit() == 9;
     }},
    {"chaos",
     [](Clock& clock) {
         Chaos chaos{ChaosLatency{1.0, 2s}, Time{clock}};
         TimePoint const start = clock.now();
         chaos([] {});
         return clock.now() - start == 2s;
     }},
    {"a deadline inside a call", [](Clock& clock) { return pipeline(retrying(clock), Deadline<1h>{})(remains) == 1h; }},
    {"a pipeline, nested",
     [](Clock& clock) {
         Breaker breaker{Time{clock}};
         RateLimiter<1, 1s, 1, MaxWait<5s>, Time<Clock>> limiter{Time{clock}};
         auto const all = pipeline(retrying(clock).with(RetryIf<Rejected, Failed>{}), breaker, limiter);
         TimePoint const start = clock.now();
         CHECK_THROWS_AS(all(fails), CircuitOpenError);
         return clock.now() - start == 2s;
     }},
    {"a pipeline, flat",
     [](Clock& clock) {
         Breaker breaker{Time{clock}};
         Bulkhead<1, 9, MaxWait<5s>, Time<Clock>> bulkhead{Time{clock}};
         Chaos chaos{ChaosLatency{1.0, 1s}, Time{clock}};
         auto const all = pipeline(retrying(clock), breaker, bulkhead, chaos, Deadline<1h>{});
         TimePoint const start = clock.now();
         return *all.try_call(remains) == 1h && clock.now() - start == 1s;
     }},
};

} // namespace

TEST_CASE("a time that is an interface without const members works wherever a Time stands", "[R-643]") {
    for (Row const& row : rows) {
        ClockOfTest clock;
        CAPTURE(row.place);
        CHECK(row.works(clock));
    }
}

namespace {
/// Knows no sleep that nothing may end.
struct Watching {
    TimePoint time{};
    Duration slept = Duration::zero();
    TimePoint now() const { return time; }
    void sleep(Duration d, StopView) {
        time += d;
        slept += d;
    }
};
} // namespace

TEST_CASE("a time that only sleeps with a token works wherever a Time stands", "[R-643]") {
    Watching time;
    auto fails_twice = [n = 0]() mutable { return ++n < 3 ? throw Failed{} : n; };
    SECTION("a call") {
        REQUIRE(Retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}}(fails_twice) == 3);
        REQUIRE(time.slept == 2s);
    }
    SECTION("a call in a pipeline") {
        REQUIRE(pipeline(Retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}})(fails_twice) == 3);
        REQUIRE(time.slept == 2s);
    }
    SECTION("the end of a limiter") {
        RateLimiter<1, 9s, 1, MaxWait<9s>, Time<Watching>> limiter{Time{time}};
        limiter([] {});
        auto waits = limiter.call(Outermost{});
        REQUIRE(waits.start(Outermost{}) == detail::Answer::sleep);
        REQUIRE_FALSE(limiter.drain(2s));
        REQUIRE(time.slept == 2s);
    }
    SECTION("the end of a bulkhead") {
        Bulkhead<1, 1, Time<Watching>> bulkhead{Time{time}};
        auto const place = bulkhead.try_acquire();
        REQUIRE_FALSE(bulkhead.drain(2s));
        REQUIRE(time.slept == 2s);
    }
}
