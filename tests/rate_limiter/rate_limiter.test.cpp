// SPDX-License-Identifier: BSL-1.0
#include <grit/rate_limiter/rate_limiter.hpp>

#include <stdexcept>
#include <thread>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"
#include "support/counting_new.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

using Waits = std::vector<Duration>;
constinit RateLimiter<1'000'000, 1s> global_limiter;

struct Flag {
    bool requested = false;
    bool stop_requested() const { return requested; }
};

} // namespace

TEST_CASE("a limiter lets a burst in at once, and then one call after the other", "[R-400]") {
    ManualTime time;
    RateLimiter<2, 1s, 3, Time<ManualTime>> limiter{Time{time}};
    auto const goes_in = [&] { return limiter.try_call([] { return 1; }).has_value(); };
    REQUIRE((goes_in() && goes_in() && goes_in() && !goes_in()));
    time.advance(500ms);
    REQUIRE((goes_in() && !goes_in()));
    time.advance(1h);
    REQUIRE((goes_in() && goes_in() && goes_in() && !goes_in()));

    RateLimiter<2, 1s> by_default;
    STATIC_REQUIRE(std::is_same_v<decltype(by_default), RateLimiter<2, 1s, 2>>);
}

TEST_CASE("a limiter at run time does what the constant one does", "[R-400][R-408]") {
    ManualTime time;
    RateLimiter<3, 1s, 2, MaxWait<1s>, Time<ManualTime>> constant{Time{time}};
    RateLimiter tuned{3, 1s, 2, MaxWait{1s}, Time{time}};
    STATIC_REQUIRE(
        std::is_same_v<decltype(tuned), RateLimiter<dynamic, dynamic, dynamic, MaxWait<>, Time<ManualTime>>>);
    for (int i = 0; i < 9; ++i) {
        auto const a = constant.try_acquire();
        auto const b = tuned.try_acquire();
        REQUIRE(a.has_value() == b.has_value());
        if (!a) REQUIRE(a.error() == b.error());
        time.advance(200ms);
    }
    REQUIRE_THROWS_AS((RateLimiter{0, 1s}), std::invalid_argument);
    REQUIRE_THROWS_AS((RateLimiter{-1, 1s}), std::invalid_argument);
    REQUIRE_THROWS_AS((RateLimiter{1, 0s}), std::invalid_argument);
    REQUIRE_THROWS_AS((RateLimiter{2, 1ns}), std::invalid_argument);
    REQUIRE_THROWS_AS((RateLimiter{1, 1s, 0}), std::invalid_argument);
    REQUIRE_THROWS_AS((RateLimiter{1, std::chrono::hours{24 * 365 * 11}}), std::invalid_argument);
}

TEST_CASE("a limiter whose numbers the compiler sees keeps them, whatever policies of constants stand beside",
          "[R-408]") {
    // GCC 12 makes such an object whole, as a constant, and an empty base must not wipe out the numbers in it.
    auto const lets_in = [](auto& limiter) {
        int n = 0;
        while (n < 10 && limiter.try_acquire()) ++n;
        return n;
    };
    RateLimiter plain{2, 1h};
    RateLimiter with_burst{2, 1h, 3};
    RateLimiter waits{2, 1h, MaxWait<1ms>{}};
    RateLimiter named{2, 1h, Name<"name">{}};
    RateLimiter listens{2, 1h, OnReject{[](RateLimited const&) noexcept {}}};
    RateLimiter timed{2, 1h, Time<SteadyTime>{}};
    CHECK(lets_in(plain) == 2);
    CHECK(lets_in(with_burst) == 3);
    CHECK(lets_in(waits) == 2);
    CHECK(lets_in(named) == 2);
    CHECK(lets_in(listens) == 2);
    CHECK(lets_in(timed) == 2);
}

TEST_CASE("a refused call says after which time it would go in", "[R-402]") {
    ManualTime time{100s};
    RateLimiter<1, 1s, 1, Time<ManualTime>, Name<"api">> limiter{Time{time}};
    limiter([] {});
    time.advance(300ms);
    try {
        limiter([] {});
        FAIL("was let in");
    } catch (RateLimitedError const& error) {
        REQUIRE(error.retry_after() == 700ms);
        REQUIRE(error.stage() == std::string_view{"api"});
    }
    REQUIRE(limiter.try_call([] { return 1; }).error() == RateLimited{700ms});
    REQUIRE(limiter.try_acquire().error() == RateLimited{700ms});
    time.advance(700ms);
    REQUIRE(limiter.try_acquire().has_value());
}

TEST_CASE("with MaxWait a call waits for its turn, and is refused at once where that is too long", "[R-401]") {
    ManualTime time;
    RateLimiter<1, 1s, 1, MaxWait<1500ms>, Time<ManualTime>> limiter{Time{time}};
    for (int i = 0; i < 4; ++i) limiter([] {});
    REQUIRE(time.slept() == Waits{1s, 1s, 1s});

    // Two who wait at the same time have turns one after the other.
    Attempt const at;
    auto first = limiter.call(Outermost{});
    auto second = limiter.call(Outermost{});
    REQUIRE(first.start(at) == detail::Answer::sleep);
    REQUIRE(first.wait() == 1s);
    REQUIRE(second.start(at) == detail::Answer::reject); // 2 s
    second.with_rejection([](RateLimited const& limited) { REQUIRE(limited.retry_after() == 2s); });
    time.advance(500ms);
    REQUIRE(second.start(at) == detail::Answer::sleep);
    REQUIRE(second.wait() == 1500ms);
    REQUIRE(first.wake(at) == detail::Answer::again);
    REQUIRE(second.wake(at) == detail::Answer::again);
}

TEST_CASE("no call waits up to its deadline, and none starts after it or after a stop", "[R-403]") {
    ManualTime time;
    RateLimiter<1, 1s, 1, MaxWait<60s>, Time<ManualTime>> limiter{Time{time}};
    Flag flag;
    auto const under = [&](Duration left) {
        Context const context{saturating_add(time.now(), left), StopView{&flag}, ClockView{&time}};
        return within(Attempt{1, 0s, context}, limiter)([] { return 1; });
    };
    REQUIRE(under(5s) == 1);
    REQUIRE_THROWS_AS(under(1s), RateLimitedError); // its turn would come with the deadline
    REQUIRE(time.slept().empty());
    REQUIRE(under(1s + 1ns) == 1);
    REQUIRE(time.slept() == Waits{1s});
    REQUIRE_THROWS_AS(under(0s), DeadlineExceeded);
    REQUIRE_THROWS_AS(under(Duration::min()), DeadlineExceeded);
    flag.requested = true;
    REQUIRE_THROWS_AS(under(5s), Cancelled);
    REQUIRE(time.slept() == Waits{1s});
    flag.requested = false;
    REQUIRE(under(5s) == 1); // those that were refused have taken nothing
    REQUIRE(time.slept() == Waits{1s, 1s});
}

TEST_CASE("a call that is stopped, late or abandoned while it waits gives back its turn if it is the last", "[R-404]") {
    ManualTime time;
    RateLimiter<1, 1s, 1, MaxWait<60s>, Time<ManualTime>> limiter{Time{time}};
    Flag flag;
    Context const context{TimePoint{10s}, StopView{&flag}, ClockView{&time}};
    Attempt const at{1, 0s, context};
    auto const next_wait = [&] {
        auto probe = limiter.call(at);
        return probe.start(at) == detail::Answer::sleep ? probe.wait() : Duration::zero();
    };
    limiter([] {});
    REQUIRE(next_wait() == 1s);
    REQUIRE(next_wait() == 1s); // the probe was abandoned

    SECTION("stopped") {
        {
            auto call = limiter.call(at);
            REQUIRE(call.start(at) == detail::Answer::sleep);
            REQUIRE(next_wait() == 2s);
            flag.requested = true;
            REQUIRE(call.wake(at) == detail::Answer::reject);
            call.with_rejection([]<class J>(J const&) { REQUIRE(std::is_same_v<J, StopRequested>); });
        }
        flag.requested = false;
        REQUIRE(next_wait() == 1s);
    }
    SECTION("late") {
        {
            auto call = limiter.call(at);
            REQUIRE(call.start(at) == detail::Answer::sleep);
            time.advance(10s); // somebody overslept
            REQUIRE(call.wake(at) == detail::Answer::reject);
            call.with_rejection([]<class J>(J const&) { REQUIRE(std::is_same_v<J, DeadlinePassed>); });
        }
    }
    SECTION("behind it stands another") {
        auto stays = limiter.call(at);
        {
            auto leaves = limiter.call(at);
            REQUIRE(leaves.start(at) == detail::Answer::sleep);
            REQUIRE(stays.start(at) == detail::Answer::sleep);
            REQUIRE(stays.wait() == 2s);
        }
        REQUIRE(next_wait() == 3s); // its turn is lost
        REQUIRE(stays.wake(at) == detail::Answer::again);
    }
}

TEST_CASE("a call that costs more counts as several", "[R-405]") {
    ManualTime time;
    RateLimiter<10, 1s, 10, MaxWait<1s>, Time<ManualTime>> limiter{Time{time}};
    auto const large = limiter.with_cost(8);
    REQUIRE(large([] { return 8; }) == 8);
    REQUIRE(large([] { return 8; }) == 8);
    REQUIRE(time.slept() == Waits{600ms});
    REQUIRE(!limiter.try_acquire(1).has_value());
    time.advance(500ms);
    REQUIRE(limiter.try_acquire(5).has_value());
    REQUIRE(limiter.try_acquire(5).error() == RateLimited{500ms});
    REQUIRE(pipeline(large)([] { return 1; }) == 1);
    REQUIRE(time.slept().back() == 800ms);
    time.advance(1h);
    REQUIRE(limiter.try_acquire(10).has_value()); // all of the burst
    REQUIRE_THROWS_AS(limiter.with_cost(0), std::invalid_argument);
    REQUIRE_THROWS_AS(limiter.with_cost(11), std::invalid_argument);
    REQUIRE_THROWS_AS(limiter.try_acquire(11), std::invalid_argument);
}

TEST_CASE("a closed limiter refuses, and drains to the last turn that was taken", "[R-407]") {
    ManualTime time;
    RateLimiter<1, 1s, 1, MaxWait<60s>, Time<ManualTime>> limiter{Time{time}};
    Attempt const at;
    limiter([] {});
    auto waits = limiter.call(Outermost{});
    REQUIRE(waits.start(at) == detail::Answer::sleep);
    REQUIRE(!limiter.closed());
    limiter.close();
    REQUIRE(limiter.closed());
    try {
        limiter([] {});
        FAIL("was let in");
    } catch (RateLimitedError const& error) {
        REQUIRE(error.closed());
        REQUIRE(error.retry_after() == 0s);
    }
    REQUIRE(!limiter.drain(400ms));
    REQUIRE(time.slept() == Waits{400ms});
    REQUIRE(limiter.drain(2s));
    REQUIRE(time.slept() == Waits{400ms, 600ms});
    REQUIRE(waits.wake(at) == detail::Answer::again);
    REQUIRE(limiter.drain(2s));
    REQUIRE(limiter.drain(0s));
    REQUIRE(time.slept().size() == 2);
}

TEST_CASE("a limiter of constants is a constinit global of two words and allocates nothing", "[R-406]") {
    STATIC_REQUIRE(sizeof(RateLimiter<10, 1s>) == 16);
    STATIC_REQUIRE(sizeof(RateLimiter<10, 1s, 5, MaxWait<1s>, Name<"x">>) == 16);
    STATIC_REQUIRE(!std::is_copy_constructible_v<RateLimiter<10, 1s>>);
    auto const stages = pipeline(Deadline<5s>{}, global_limiter);
    int const before = test::allocations;
    int calls = 0;
    for (int i = 0; i < 100; ++i) {
        global_limiter([&] { ++calls; });
        (void)global_limiter.try_call([&] { return ++calls; });
        stages([&](Attempt const&) { ++calls; });
    }
    REQUIRE(test::allocations == before);
    REQUIRE(calls == 300);
}

TEST_CASE("a call that may go in now goes in without a sleep", "[R-400][R-401]") {
    RateLimiter<2, 1h> refuses;
    RateLimiter<2, 1h, 2, MaxWait<9h>> waits;
    Attempt const at;
    REQUIRE(refuses.call(at).start(at) == detail::Answer::again);
    REQUIRE(waits.call(at).start(at) == detail::Answer::again);
    STATIC_REQUIRE(!detail::Ask::sleeps<decltype(refuses.call(at))>);
    STATIC_REQUIRE(!std::is_convertible_v<Name<"a">, RateLimiter<1, 1s, 1, Name<"a">>>);
}

TEST_CASE("a turn that comes with the deadline comes too late, also after the whole MaxWait", "[R-403]") {
    ManualTime time;
    RateLimiter<1, 1s, 1, MaxWait<1s>, Time<ManualTime>> limiter{Time{time}};
    limiter([] {});
    auto const under = [&](Duration left) {
        Context const context{time.now() + left, StopView{}, ClockView{&time}};
        return within(Attempt{1, 0s, context}, limiter)([] { return 1; });
    };
    REQUIRE_THROWS_AS(under(1s), RateLimitedError);
    REQUIRE(time.slept().empty());
    REQUIRE(under(1s + 1ns) == 1);
}

TEST_CASE("a call that took no turn gives none back", "[R-404]") {
    ManualTime time{-1s};
    RateLimiter<1, 1s, 1, MaxWait<60s>, Time<ManualTime>> limiter{Time{time}};
    limiter([] {}); // the next turn comes at zero
    Context const context{TimePoint{-1s}, StopView{}, ClockView{&time}};
    REQUIRE_THROWS_AS(within(Attempt{1, 0s, context}, limiter)([] {}), DeadlineExceeded);
    limiter([] {});
    REQUIRE(time.slept() == Waits{1s});
}

TEST_CASE("a drain without time does not sleep", "[R-407]") {
    ManualTime time;
    RateLimiter<1, 1s, 1, MaxWait<60s>, Time<ManualTime>> limiter{Time{time}};
    limiter([] {});
    Attempt const at;
    auto waits = limiter.call(at);
    REQUIRE(waits.start(at) == detail::Answer::sleep);
    REQUIRE(!limiter.drain(0s));
    REQUIRE(time.slept().empty());
}

TEST_CASE("a limiter that knows nothing more is idle", "[R-406]") {
    ManualTime time;
    RateLimiter<2, 1s, 2, Time<ManualTime>> limiter{Time{time}};
    REQUIRE(limiter.idle());
    limiter([] {});
    REQUIRE(!limiter.idle());
    time.advance(500ms);
    REQUIRE(limiter.idle());
}

TEST_CASE("a retry waits for as long as a limiter says", "[R-402]") {
    ManualTime time;
    RateLimiter limiter{1, 1s, Time{time}};
    Retrying const retrying{StopAfterAttempt<2>{}, WaitHint<60s, WaitNone>{}, RetryIf<RateLimitedError>{}, Time{time}};
    auto const stages = pipeline(retrying, limiter);
    REQUIRE(stages([] { return 1; }) == 1);
    REQUIRE(stages([] { return 2; }) == 2);
    REQUIRE(time.slept() == Waits{1s});
    REQUIRE(describe<decltype(limiter)>() == "RateLimiter<dynamic, dynamic, dynamic, Time<ManualTime>>");
    REQUIRE(describe<RateLimiter<10, 1s>>() == "RateLimiter<10, 1s>");
    REQUIRE(describe<RateLimiter<10, 1s, 5, MaxWait<1s>>>() == "RateLimiter<10, 1s, 5, MaxWait<1s>>");
}

TEST_CASE("a thread that is held up after it has looked at the clock is not taken for one that comes too early",
          "[R-400]") {
    struct Clock {
        mutable std::vector<Duration> readings; // the last one first
        TimePoint now() const {
            TimePoint const reading{readings.back()};
            if (readings.size() > 1) readings.pop_back();
            return reading;
        }
        void sleep(Duration) const {}
    };
    Clock clock;
    RateLimiter<1, 1s, 1, Time<Clock>> limiter{Time{clock}};
    clock.readings = {9s};
    REQUIRE(limiter.try_acquire().has_value());
    clock.readings = {10s, 3s}; // it looked at 3 s, and all others went on meanwhile
    REQUIRE(limiter.try_acquire().has_value());
    REQUIRE(!limiter.try_acquire().has_value());
}

TEST_CASE("threads through one limiter: the burst and no more", "[R-400]") {
    struct Still {
        TimePoint now() const { return TimePoint{7s}; }
        void sleep(Duration) const {}
    };
    RateLimiter<1, 1s, 500, Time<Still>> limiter;
    std::atomic<int> in{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 300; ++i) (void)limiter.try_call([&] { return ++in; });
        });
    for (std::thread& one : threads) one.join();
    REQUIRE(in == 500);
}
