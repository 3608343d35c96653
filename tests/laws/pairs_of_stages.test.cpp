// SPDX-License-Identifier: BSL-1.0
// What each pair of stages means in both orders, one statement each. What is not here does not compile: nothing stands
// inside AttemptTimeoutOnThread (tests/compile_fail/pairs_of_stages.cpp), and no retry inside a circuit breaker.
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct Down : std::runtime_error {
    Down() : std::runtime_error("down") {}
};

/// The clock of a test, which looks at something during each sleep.
struct Clock {
    mutable ManualTime manual{100s};
    std::function<void()> during_sleep = [] {};

    TimePoint now() const { return manual.now(); }
    void sleep(Duration d) const {
        during_sleep();
        manual.sleep(d);
    }
    std::vector<Duration> slept() const { return manual.slept(); }
};
using Slept = std::vector<Duration>;

/// The time, what is called, and the stages, each with a part that a test may change.
struct Stages {
    Clock time;
    int calls = 0;

    auto retrying() { return Retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}, AllowNested{}}; }
    template <int Failures>
    using Breaker = CircuitBreaker<OpenAfterFailures<Failures>, OpenFor<60s>, Time<Clock>>;
    /// Half of its places after a call of more than a second, or an overload.
    using LatencyLimit = ConcurrencyLimit<Aimd<1s, 50>, LimitBetween<1, 8, 8>, Time<Clock>>;
    template <class... Overloads>
    using Limit = ConcurrencyLimit<Aimd<1s, 50>, LimitBetween<1, 8, 8>, OverloadIf<Overloads...>, Time<Clock>>;

    auto succeeds() {
        return [this](Attempt const&) { return ++calls; };
    }
    /// Takes so long, and fails.
    auto fails(Duration d = 0s) {
        return [this, d](Attempt const&) -> int {
            ++calls;
            time.manual.advance(d);
            throw Down{};
        };
    }
    /// Returns how much time it has.
    static auto remaining() {
        return [](Attempt const& at) { return at.remaining(); };
    }
    /// Fails on so many attempts, then succeeds.
    auto succeeds_after(int failures) {
        return [this, failures](Attempt const&) {
            if (++calls <= failures) throw Down{};
            return calls;
        };
    }

    /// Calls an operation inside stages, by the clock of the test.
    template <class S, class F>
    auto run(S const& stages, F f) {
        Context const context{TimePoint::max(), StopView{}, ClockView{&time}};
        return within(Attempt{1, 0s, context}, stages)(f);
    }
    template <class Error, class S, class F>
    bool ends_by(S const& stages, F f) {
        try {
            run(stages, f);
        } catch (Error const&) {
            return true;
        }
        return false;
    }
};

/// An operation that ends when it is told to, and waits for that.
int deaf(Attempt const& at) {
    while (!at.stop_requested()) std::this_thread::yield();
    return 1;
}
AttemptTimeoutOnThread<1ms> const on_thread;
AttemptTimeoutOnThread<1h> const long_on_thread;
Fallback const fallback{-1};

} // namespace

TEST_CASE("inside a retry", "[R-659]") {
    Stages s;
    auto const retrying = s.retrying();
    SECTION("a retry: every attempt of the outer one is a whole call of the inner one") {
        REQUIRE(s.ends_by<Down>(pipeline(retrying, retrying), s.fails()));
        REQUIRE(s.calls == 9);
        REQUIRE(s.time.slept().size() == 8);
    }
    SECTION("a breaker: each attempt counts, and an open circuit ends the call") {
        Stages::Breaker<2> breaker{Time{s.time}};
        REQUIRE(s.ends_by<CircuitOpenError>(pipeline(retrying, breaker), s.fails()));
        REQUIRE(s.calls == 2);
    }
    SECTION("a deadline: each attempt has its own") {
        std::vector<Duration> left;
        REQUIRE(s.ends_by<Down>(pipeline(retrying, Deadline<5s>{}), [&](Attempt const& at) {
            left.push_back(at.remaining());
            s.time.manual.advance(4s);
            throw Down{};
        }));
        REQUIRE(left == std::vector<Duration>{5s, 5s, 5s});
    }
    SECTION("an attempt on a thread: a timeout is retried") {
        auto const first = std::make_shared<std::atomic<bool>>(true);
        Retrying const patient{StopNever{}, WaitFixed<1s>{}, Time{s.time}};
        REQUIRE(s.run(pipeline(patient, on_thread),
                      [first](Attempt const& at) { return first->exchange(false) ? deaf(at) : 7; }) == 7);
        REQUIRE(!s.time.slept().empty());
    }
    SECTION("a fallback: nothing is left to retry") {
        REQUIRE(s.run(pipeline(retrying, fallback), s.fails()) == -1);
        REQUIRE(s.calls == 1);
    }
    SECTION("a limiter: each attempt takes a turn") {
        RateLimiter<3, 1h, 3, Time<Clock>> limiter{Time{s.time}};
        REQUIRE(s.ends_by<Down>(pipeline(retrying, limiter), s.fails()));
        REQUIRE(s.calls == 3);
        REQUIRE(!limiter.try_acquire());
    }
    SECTION("a bulkhead: no place is held while the retry sleeps") {
        Bulkhead<1> bulkhead;
        std::vector<int> used;
        s.time.during_sleep = [&] { used.push_back(bulkhead.used()); };
        REQUIRE(s.run(pipeline(retrying, bulkhead), s.succeeds_after(2)) == 3);
        REQUIRE(used == std::vector{0, 0});
    }
    SECTION("a concurrency limit: each attempt is a sample") {
        Stages::Limit<Down> limit{Time{s.time}};
        REQUIRE(s.ends_by<Down>(pipeline(retrying, limit), s.fails()));
        REQUIRE(limit.limit() == 1); // 8, 4, 2, 1
    }
    SECTION("harm: it is retried as a failure of the operation") {
        Chaos const chaos{ChaosFault{1.0, Down{}}};
        REQUIRE(s.ends_by<Down>(pipeline(retrying, chaos), s.succeeds()));
        REQUIRE(s.time.slept() == Slept{1s, 1s});
        REQUIRE(s.calls == 0);
    }
}

TEST_CASE("inside a breaker", "[R-659]") {
    Stages s;
    Stages::Breaker<1> breaker{Time{s.time}};
    SECTION("a breaker: the open circuit of the inner one is neutral for the outer one") {
        Stages::Breaker<2> outer{Time{s.time}};
        auto const stages = pipeline(outer, breaker);
        REQUIRE(s.ends_by<Down>(stages, s.fails()));
        REQUIRE(s.ends_by<CircuitOpenError>(stages, s.fails()));
        REQUIRE(outer.state() == CircuitState::closed);
        REQUIRE(outer.counts()[0].failures == 1);
    }
    SECTION("a deadline: what never started is neutral, what fails under it is not") {
        REQUIRE(s.ends_by<DeadlineExceeded>(pipeline(breaker, Deadline<0s>{}), s.fails()));
        REQUIRE(breaker.idle());
        REQUIRE(s.ends_by<Down>(pipeline(breaker, Deadline<5s>{}), s.fails()));
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("an attempt on a thread: a timeout is a failure") {
        REQUIRE(s.ends_by<AttemptTimedOut>(pipeline(breaker, on_thread), deaf));
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("a fallback: the breaker sees what it answers, and no failure") {
        REQUIRE(s.run(pipeline(breaker, fallback), s.fails()) == -1);
        REQUIRE(breaker.idle());
    }
    SECTION("a limiter: a refusal is neutral") {
        RateLimiter<1, 1h, 1, Time<Clock>> limiter{Time{s.time}};
        auto const stages = pipeline(breaker, limiter);
        REQUIRE(s.run(stages, s.succeeds()) == 1);
        REQUIRE(s.ends_by<RateLimitedError>(stages, s.succeeds()));
        REQUIRE(breaker.idle());
    }
    SECTION("a bulkhead: a refusal is neutral") {
        Bulkhead<1> bulkhead;
        auto const place = bulkhead.try_acquire();
        REQUIRE(s.ends_by<BulkheadFullError>(pipeline(breaker, bulkhead), s.succeeds()));
        REQUIRE(breaker.idle());
    }
    SECTION("a concurrency limit: a refusal is neutral, and both hear of a failure") {
        ConcurrencyLimit<Aimd<1s, 50>, LimitBetween<1, 2, 2>, OverloadIf<Down>> limit;
        auto const stages = pipeline(breaker, limit);
        limit([&] { limit([&] { REQUIRE(s.ends_by<ConcurrencyLimitedError>(stages, s.succeeds())); }); });
        REQUIRE(breaker.idle());
        REQUIRE(s.ends_by<Down>(stages, s.fails()));
        REQUIRE(limit.limit() == 1);
        REQUIRE(breaker.state() == CircuitState::open);
    }
    SECTION("harm: it opens the circuit") {
        Chaos const chaos{ChaosFault{1.0, Down{}}};
        REQUIRE(s.ends_by<Down>(pipeline(breaker, chaos), s.succeeds()));
        REQUIRE(breaker.state() == CircuitState::open);
    }
}

TEST_CASE("inside a deadline", "[R-659]") {
    Stages s;
    Deadline<5s> const deadline;
    SECTION("a retry: one deadline for all attempts, and no sleep that would reach it") {
        REQUIRE(s.ends_by<Down>(pipeline(deadline, s.retrying()), s.fails(2s)));
        REQUIRE(s.calls == 2);
        REQUIRE(s.time.slept() == Slept{1s});
    }
    SECTION("a breaker: the call that it lets in has the deadline, and it is not asked where that has passed") {
        Stages::Breaker<1> breaker{Time{s.time}};
        REQUIRE(s.run(pipeline(deadline, breaker), s.remaining()) == 5s);
        breaker.force_open();
        REQUIRE(s.ends_by<DeadlineExceeded>(pipeline(Deadline<0s>{}, breaker), s.succeeds()));
    }
    SECTION("a deadline: the narrower one holds") {
        REQUIRE(s.run(pipeline(deadline, Deadline<9s>{}), s.remaining()) == 5s);
        REQUIRE(s.run(pipeline(Deadline<9s>{}, deadline), s.remaining()) == 5s);
    }
    SECTION("an attempt on a thread: it has no more time than is left") {
        REQUIRE(s.run(pipeline(deadline, long_on_thread), s.remaining()) <= 5s); // on the steady clock, which goes on
    }
    SECTION("a fallback: it answers nothing after the deadline") {
        REQUIRE(s.run(pipeline(deadline, fallback), s.fails(4s)) == -1);
        REQUIRE(s.ends_by<Down>(pipeline(deadline, fallback), s.fails(5s)));
    }
    SECTION("a limiter: no call waits for a turn that comes too late") {
        RateLimiter<1, 5s, 1, MaxWait<60s>, Time<Clock>> limiter{Time{s.time}};
        REQUIRE(s.run(pipeline(deadline, limiter), s.remaining()) == 5s);
        REQUIRE(s.ends_by<RateLimitedError>(pipeline(deadline, limiter), s.succeeds()));
        REQUIRE(s.time.slept().empty());
    }
    SECTION("a bulkhead: nobody stands in line for longer") {
        Bulkhead<1, 9, Time<Clock>> bulkhead{Time{s.time}};
        auto const place = bulkhead.try_acquire();
        REQUIRE(s.ends_by<DeadlineExceeded>(pipeline(deadline, bulkhead), s.succeeds()));
        REQUIRE(s.time.slept() == Slept{5s});
    }
    SECTION("a concurrency limit: nobody stands in line for longer") {
        ConcurrencyLimit<Aimd<1s>, LimitBetween<1, 1, 1>, WaitInLine<9>, Time<Clock>> limit{Time{s.time}};
        limit([&] { REQUIRE(s.ends_by<DeadlineExceeded>(pipeline(deadline, limit), s.succeeds())); });
        REQUIRE(s.time.slept() == Slept{5s});
    }
    SECTION("harm: a call that is made late does not start") {
        Chaos const chaos{ChaosLatency{1.0, 6s}, Time{s.time}};
        REQUIRE(s.ends_by<DeadlineExceeded>(pipeline(deadline, chaos), s.succeeds()));
        REQUIRE(s.calls == 0);
    }
}

TEST_CASE("inside a fallback", "[R-659]") {
    Stages s;
    SECTION("a retry: it answers once, after the last attempt") {
        REQUIRE(s.run(pipeline(fallback, s.retrying()), s.fails()) == -1);
        REQUIRE(s.calls == 3);
    }
    SECTION("a breaker: it answers an open circuit, which was told of the failures") {
        Stages::Breaker<2> breaker{Time{s.time}};
        for (int i = 0; i != 3; ++i) REQUIRE(s.run(pipeline(fallback, breaker), s.fails()) == -1);
        REQUIRE(s.calls == 2);
    }
    SECTION("a deadline: it answers what failed too late, but not what never started") {
        REQUIRE(s.run(pipeline(fallback, Deadline<5s>{}), s.fails(9s)) == -1);
        REQUIRE(s.ends_by<DeadlineExceeded>(pipeline(fallback, Deadline<0s>{}), s.succeeds()));
    }
    SECTION("an attempt on a thread: it answers a timeout") {
        REQUIRE(s.run(pipeline(fallback, on_thread), deaf) == -1);
    }
    SECTION("a fallback: the inner one answers, and the outer one what the inner one throws") {
        REQUIRE(s.run(pipeline(fallback, Fallback{-2}), s.fails()) == -2);
        Fallback const throws{[]() -> int { throw Down{}; }};
        REQUIRE(s.run(pipeline(fallback, throws), s.fails()) == -1);
    }
    SECTION("a limiter: it answers a refusal") {
        RateLimiter<1, 1h, 1, Time<Clock>> limiter{Time{s.time}};
        REQUIRE(s.run(pipeline(fallback, limiter), s.succeeds()) == 1);
        REQUIRE(s.run(pipeline(fallback, limiter), s.succeeds()) == -1);
        REQUIRE(s.calls == 1);
    }
    SECTION("a bulkhead: it answers a refusal, and holds no place meanwhile") {
        Bulkhead<2> bulkhead;
        Fallback const looks{[&] { return -bulkhead.used(); }};
        REQUIRE(s.run(pipeline(looks, bulkhead), s.fails()) == 0);
        auto const one = bulkhead.try_acquire();
        auto const two = bulkhead.try_acquire();
        REQUIRE(s.run(pipeline(looks, bulkhead), s.succeeds()) == -2);
    }
    SECTION("a concurrency limit: the limit hears of the failure first") {
        Stages::Limit<Down> limit{Time{s.time}};
        Fallback const looks{[&] { return limit.limit(); }};
        REQUIRE(s.run(pipeline(looks, limit), s.fails()) == 4);
    }
    SECTION("harm: it is answered") {
        Chaos const chaos{ChaosFault{1.0, Down{}}};
        REQUIRE(s.run(pipeline(fallback, chaos), s.succeeds()) == -1);
        REQUIRE(s.calls == 0);
    }
}

TEST_CASE("inside a limiter", "[R-659]") {
    Stages s;
    RateLimiter<1, 2s, 1, Time<Clock>> limiter{Time{s.time}};
    auto const has_taken_a_turn = [&] { return !limiter.try_acquire(); };
    SECTION("a retry: one turn for all attempts") {
        RateLimiter<1, 1h, 1, Time<Clock>> slow{Time{s.time}};
        REQUIRE(s.run(pipeline(slow, s.retrying()), s.succeeds_after(2)) == 3);
        REQUIRE(s.ends_by<RateLimitedError>(pipeline(slow, s.retrying()), s.succeeds()));
    }
    SECTION("a breaker: a call that the circuit refuses has taken a turn") {
        Stages::Breaker<1> breaker{Time{s.time}};
        breaker.force_open();
        REQUIRE(s.ends_by<CircuitOpenError>(pipeline(limiter, breaker), s.succeeds()));
        REQUIRE(has_taken_a_turn());
    }
    SECTION("a deadline: the wait for a turn is not part of it") {
        RateLimiter<1, 2s, 1, MaxWait<60s>, Time<Clock>> waits{Time{s.time}};
        REQUIRE(waits.try_acquire());
        REQUIRE(s.run(pipeline(waits, Deadline<5s>{}), s.remaining()) == 5s);
        REQUIRE(s.time.slept() == Slept{2s});
    }
    SECTION("an attempt on a thread: one that is left behind has had its turn") {
        REQUIRE(s.ends_by<AttemptTimedOut>(pipeline(limiter, on_thread), deaf));
        REQUIRE(has_taken_a_turn());
    }
    SECTION("a fallback: it does not answer the refusal of the limiter around it") {
        REQUIRE(s.run(pipeline(limiter, fallback), s.fails()) == -1);
        REQUIRE(s.ends_by<RateLimitedError>(pipeline(limiter, fallback), s.succeeds()));
    }
    SECTION("a limiter: a call takes a turn of both, and the inner refusal has cost one of the outer one") {
        RateLimiter<1, 1h, 1, Time<Clock>> inner{Time{s.time}};
        REQUIRE(s.run(pipeline(limiter, inner), s.succeeds()) == 1);
        s.time.manual.advance(2s);
        REQUIRE(s.ends_by<RateLimitedError>(pipeline(limiter, inner), s.succeeds()));
        REQUIRE(has_taken_a_turn());
    }
    SECTION("a bulkhead: a call that finds no place has taken a turn") {
        Bulkhead<1> bulkhead;
        auto const place = bulkhead.try_acquire();
        REQUIRE(s.ends_by<BulkheadFullError>(pipeline(limiter, bulkhead), s.succeeds()));
        REQUIRE(has_taken_a_turn());
    }
    SECTION("a concurrency limit: the wait for a turn is no latency") {
        RateLimiter<1, 2s, 1, MaxWait<60s>, Time<Clock>> waits{Time{s.time}};
        Stages::LatencyLimit limit{Time{s.time}};
        REQUIRE(waits.try_acquire());
        REQUIRE(s.run(pipeline(waits, limit), s.succeeds()) == 1);
        REQUIRE(s.time.slept() == Slept{2s});
        REQUIRE(limit.limit() == 8);
    }
    SECTION("harm: it takes a turn as a call does") {
        Chaos const chaos{ChaosFault{1.0, Down{}}};
        REQUIRE(s.ends_by<Down>(pipeline(limiter, chaos), s.succeeds()));
        REQUIRE(has_taken_a_turn());
    }
}

TEST_CASE("inside a bulkhead", "[R-659]") {
    Stages s;
    Bulkhead<1, 9, Time<Clock>> bulkhead{Time{s.time}};
    std::vector<int> used; // during each sleep
    s.time.during_sleep = [&] { used.push_back(bulkhead.used()); };
    SECTION("a retry: the place is held while the retry sleeps") {
        REQUIRE(s.run(pipeline(bulkhead, s.retrying()), s.succeeds_after(2)) == 3);
        REQUIRE(used == std::vector{1, 1});
    }
    SECTION("a breaker: it does not hear of a full bulkhead, and its own refusal gives the place up") {
        Stages::Breaker<1> breaker{Time{s.time}};
        Bulkhead<1> full;
        auto const place = full.try_acquire();
        REQUIRE(s.ends_by<BulkheadFullError>(pipeline(full, breaker), s.fails()));
        REQUIRE(breaker.idle());
        breaker.force_open();
        REQUIRE(s.ends_by<CircuitOpenError>(pipeline(bulkhead, breaker), s.succeeds()));
        REQUIRE(bulkhead.idle());
    }
    SECTION("a deadline: the wait in line is not part of it") {
        Bulkhead<1, 9, MaxWait<3s>, Time<Clock>> waits{Time{s.time}};
        auto place = waits.try_acquire();
        s.time.during_sleep = [&] { place.release(); };
        REQUIRE(s.run(pipeline(waits, Deadline<5s>{}), s.remaining()) == 5s);
        REQUIRE(s.time.slept() == Slept{3s});
    }
    SECTION("an attempt on a thread: the place is given up at the timeout, though the attempt goes on") {
        struct Door {
            std::atomic<bool> open{false}, left{false};
        };
        auto const door = std::make_shared<Door>();
        REQUIRE(s.ends_by<AttemptTimedOut>(pipeline(bulkhead, on_thread), [door] {
            while (!door->open) std::this_thread::yield();
            door->left = true;
        }));
        REQUIRE(bulkhead.idle());
        REQUIRE(!door->left);
        door->open = true;
        while (!door->left) std::this_thread::yield();
    }
    SECTION("a fallback: it answers in the place of the call, and not where there is none") {
        Bulkhead<1> one;
        Fallback const looks{[&] { return -one.used(); }};
        REQUIRE(s.run(pipeline(one, looks), s.fails()) == -1);
        auto const place = one.try_acquire();
        REQUIRE(s.ends_by<BulkheadFullError>(pipeline(one, looks), s.succeeds()));
    }
    SECTION("a limiter: the place is held during the wait for a turn") {
        RateLimiter<1, 2s, 1, MaxWait<60s>, Time<Clock>> waits{Time{s.time}};
        REQUIRE(waits.try_acquire());
        REQUIRE(s.run(pipeline(bulkhead, waits), s.succeeds()) == 1);
        REQUIRE(used == std::vector{1});
    }
    SECTION("a bulkhead: a call takes a place of both, and the inner refusal gives the outer place up") {
        Bulkhead<1> inner;
        REQUIRE(s.run(pipeline(bulkhead, inner), [&](Attempt const&) { return bulkhead.used() + inner.used(); }) == 2);
        auto const place = inner.try_acquire();
        REQUIRE(s.ends_by<BulkheadFullError>(pipeline(bulkhead, inner), s.succeeds()));
        REQUIRE(bulkhead.idle());
    }
    SECTION("a concurrency limit: who waits in line of the bulkhead is no sample") {
        Stages::LatencyLimit limit{Time{s.time}};
        Bulkhead<1, 9, MaxWait<3s>, Time<Clock>> waits{Time{s.time}};
        auto place = waits.try_acquire();
        s.time.during_sleep = [&] { place.release(); };
        REQUIRE(s.run(pipeline(waits, limit), s.succeeds()) == 1);
        REQUIRE(s.time.slept() == Slept{3s});
        REQUIRE(limit.limit() == 8);
    }
    SECTION("harm: it has a place, and gives it up") {
        Chaos const chaos{ChaosLatency{1.0, 1s}, ChaosFault{1.0, Down{}}, Time{s.time}};
        REQUIRE(s.ends_by<Down>(pipeline(bulkhead, chaos), s.succeeds()));
        REQUIRE(used == std::vector{1});
        REQUIRE(bulkhead.idle());
    }
}

TEST_CASE("inside a concurrency limit", "[R-659]") {
    Stages s;
    Stages::Limit<Down> limit{Time{s.time}};
    SECTION("a retry: all attempts and their sleeps are one sample") {
        REQUIRE(s.run(pipeline(limit, s.retrying()), s.succeeds_after(2)) == 3);
        REQUIRE(limit.limit() == 4); // two seconds
    }
    SECTION("a breaker: an open circuit tells nothing, unless it is named") {
        Stages::Breaker<1> breaker{Time{s.time}};
        breaker.force_open();
        REQUIRE(s.ends_by<CircuitOpenError>(pipeline(limit, breaker), s.succeeds()));
        REQUIRE(limit.limit() == 8);
        Stages::Limit<CircuitOpenError> names{Time{s.time}};
        REQUIRE(s.ends_by<CircuitOpenError>(pipeline(names, breaker), s.succeeds()));
        REQUIRE(names.limit() == 4);
    }
    SECTION("a deadline: what never started tells nothing, what returned too late is slow") {
        REQUIRE(s.ends_by<DeadlineExceeded>(pipeline(limit, Deadline<0s>{}), s.succeeds()));
        REQUIRE(limit.limit() == 8);
        REQUIRE(s.run(pipeline(limit, Deadline<5s>{}), [&](Attempt const&) {
            s.time.manual.advance(6s);
            return 1;
        }) == 1);
        REQUIRE(limit.limit() == 4);
    }
    SECTION("an attempt on a thread: a timeout tells of an overload where it is named") {
        REQUIRE(s.ends_by<AttemptTimedOut>(pipeline(limit, on_thread), deaf));
        REQUIRE(limit.limit() == 8);
        Stages::Limit<AttemptTimedOut> names{Time{s.time}};
        REQUIRE(s.ends_by<AttemptTimedOut>(pipeline(names, on_thread), deaf));
        REQUIRE(names.limit() == 4);
    }
    SECTION("a fallback: what it answers is a good call") {
        REQUIRE(s.run(pipeline(limit, fallback), s.fails()) == -1);
        REQUIRE(limit.limit() == 8);
    }
    SECTION("a limiter: the wait for a turn is measured as latency") {
        RateLimiter<1, 2s, 1, MaxWait<60s>, Time<Clock>> waits{Time{s.time}};
        REQUIRE(waits.try_acquire());
        REQUIRE(s.run(pipeline(limit, waits), s.succeeds()) == 1);
        REQUIRE(limit.limit() == 4);
    }
    SECTION("a bulkhead: a full one tells nothing, unless it is named") {
        Bulkhead<1> bulkhead;
        auto const place = bulkhead.try_acquire();
        REQUIRE(s.ends_by<BulkheadFullError>(pipeline(limit, bulkhead), s.succeeds()));
        REQUIRE(limit.limit() == 8);
        Stages::Limit<BulkheadFullError> names{Time{s.time}};
        REQUIRE(s.ends_by<BulkheadFullError>(pipeline(names, bulkhead), s.succeeds()));
        REQUIRE(names.limit() == 4);
    }
    SECTION("a concurrency limit: both learn from a call") {
        Stages::LatencyLimit inner{Time{s.time}};
        REQUIRE(s.ends_by<Down>(pipeline(limit, inner), s.fails(2s)));
        REQUIRE(limit.limit() == 4); // told that it is an overload
        REQUIRE(inner.limit() == 8); // not told
    }
    SECTION("harm: its latency is that of the call") {
        Chaos const chaos{ChaosLatency{1.0, 2s}, Time{s.time}};
        REQUIRE(s.run(pipeline(limit, chaos), s.succeeds()) == 1);
        REQUIRE(limit.limit() == 4);
    }
}

TEST_CASE("inside harm", "[R-659]") {
    Stages s;
    Chaos const fault{ChaosFault{1.0, Down{}}};
    Chaos const latency{ChaosLatency{1.0, 3s}, Time{s.time}};
    SECTION("a retry: harm comes once a call, and is not retried") {
        REQUIRE(s.ends_by<Down>(pipeline(fault, s.retrying()), s.succeeds()));
        REQUIRE(s.calls == 0);
        REQUIRE(s.time.slept().empty());
        REQUIRE(s.ends_by<Down>(pipeline(latency, s.retrying()), s.fails()));
        REQUIRE(s.time.slept() == Slept{3s, 1s, 1s});
    }
    SECTION("a breaker: it does not hear of it") {
        Stages::Breaker<1> breaker{Time{s.time}};
        REQUIRE(s.ends_by<Down>(pipeline(fault, breaker), s.succeeds()));
        REQUIRE(breaker.idle());
    }
    SECTION("a deadline: the latency is not part of it") {
        REQUIRE(s.run(pipeline(latency, Deadline<5s>{}), s.remaining()) == 5s);
        REQUIRE(s.time.slept() == Slept{3s});
    }
    SECTION("an attempt on a thread: the latency is not part of its time, and a fault needs no thread") {
        Chaos const long_latency{ChaosLatency{1.0, 2h}, Time{s.time}};
        Duration const left = s.run(pipeline(long_latency, long_on_thread), s.remaining());
        REQUIRE(left <= 1h);
        REQUIRE(left > 0s);
        REQUIRE(s.ends_by<Down>(pipeline(fault, long_on_thread), s.succeeds()));
        REQUIRE(s.calls == 0);
    }
    SECTION("a fallback: it does not answer the harm around it") {
        REQUIRE(s.ends_by<Down>(pipeline(fault, fallback), s.succeeds()));
        Chaos const result{ChaosResult{1.0, 5}};
        REQUIRE(s.run(pipeline(result, fallback), s.fails()) == 5); // in the place of what it answered
        REQUIRE(s.calls == 1);
    }
    SECTION("a limiter: a fault takes no turn") {
        RateLimiter<1, 1h, 1, Time<Clock>> limiter{Time{s.time}};
        REQUIRE(s.ends_by<Down>(pipeline(fault, limiter), s.succeeds()));
        REQUIRE(limiter.idle());
    }
    SECTION("a bulkhead: neither a fault nor a latency takes a place") {
        Bulkhead<1> bulkhead;
        int used = -1;
        s.time.during_sleep = [&] { used = bulkhead.used(); };
        REQUIRE(s.run(pipeline(latency, bulkhead), s.succeeds()) == 1);
        REQUIRE(used == 0);
        auto const place = bulkhead.try_acquire();
        REQUIRE(s.ends_by<Down>(pipeline(fault, bulkhead), s.succeeds())); // not asked
    }
    SECTION("a concurrency limit: a latency is no sample") {
        Stages::Limit<Down> limit{Time{s.time}};
        REQUIRE(s.run(pipeline(latency, limit), s.succeeds()) == 1);
        REQUIRE(s.ends_by<Down>(pipeline(fault, limit), s.succeeds()));
        REQUIRE(limit.limit() == 8);
    }
    SECTION("harm: latencies add up, and the outer fault comes first") {
        Chaos const inner{ChaosLatency{1.0, 2s}, ChaosFault{1.0, std::logic_error{"inner"}}, Time{s.time}};
        REQUIRE(s.ends_by<std::logic_error>(pipeline(latency, inner), s.succeeds()));
        REQUIRE(s.time.slept() == Slept{3s, 2s});
        REQUIRE(s.ends_by<Down>(pipeline(fault, inner), s.succeeds()));
        REQUIRE(s.time.slept() == Slept{3s, 2s});
    }
}
