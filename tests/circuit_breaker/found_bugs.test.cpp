// SPDX-License-Identifier: BSL-1.0
// The fifteen classes of defects that circuit breakers of other libraries had or have, each by the scenario of one.
#include <grit/circuit_breaker.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <grit/retry.hpp>

#include "circuit_breaker/samples.hpp"
#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace grit;
using namespace grit::test;

namespace {

using Seconds = std::chrono::seconds;

template <class... Ps>
auto open_for_a_second(ManualTime& time, Ps... ps) {
    return CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, Time<ManualTime>, Ps...>{Time{time}, ps...};
}

} // namespace

TEST_CASE("B1: the result of a call from an older state does not move the current one (resilience4j, failsafe)",
          "[circuit_breaker][bugs]") {
    ManualTime time;
    auto breaker = open_for_a_second(time, HalfOpenProbes<2>{}, CloseAfterSuccesses<2>{});
    auto slow = breaker.try_acquire();
    auto slower = breaker.try_acquire();
    fail(breaker);
    time.advance(1s);
    auto probe = breaker.try_acquire();
    slow.success();
    slower.success();
    REQUIRE(breaker.state() == CircuitState::half_open); // there: closed without a single probe
    probe.neutral();
}

TEST_CASE("B2: a late release mints no probe (resilience4j 52 of 2, failsafe #391 190 of 100)",
          "[circuit_breaker][bugs]") {
    ManualTime time;
    auto breaker = open_for_a_second(time, HalfOpenProbes<2>{});
    std::vector<decltype(breaker.try_acquire())> early;
    for (int i = 0; i < 50; ++i) early.push_back(breaker.try_acquire());
    fail(breaker);
    time.advance(1s);
    std::vector<decltype(breaker.try_acquire())> admitted;
    auto const ask = [&] {
        auto permit = breaker.try_acquire();
        if (permit) admitted.push_back(std::move(permit));
    };
    ask();
    ask();
    for (auto& permit : early) {
        permit.neutral();
        ask();
    }
    REQUIRE(admitted.size() == 2);
}

TEST_CASE("B3: a lost probe does not leave the circuit half-open (Polly #1979, resilience4j #935, failsafe-go panic)",
          "[circuit_breaker][bugs]") {
    ManualTime time;
    auto breaker = open_for_a_second(time);
    fail(breaker);
    time.advance(1s);
    auto hung = breaker.try_acquire();
    REQUIRE(!breaker.try_acquire());
    time.advance(60s);
    succeed(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
    // Nor one that ends neither well nor badly, nor one that throws.
    fail(breaker);
    time.advance(1s);
    REQUIRE_THROWS(breaker([] { throw Rejected{"inner"}; }));
    REQUIRE(breaker.state() == CircuitState::half_open);
    succeed(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("B4: admission and reservation are one step (Polly #216, tower-resilience #382)", "[circuit_breaker][bugs]") {
    // The clock is shared by threads, so it stands still while they run.
    for (int round = 0; round < 50; ++round) {
        ManualTime time;
        auto breaker = open_for_a_second(time, HalfOpenProbes<2>{});
        fail(breaker);
        time.advance(1s);
        std::atomic<int> admitted{0};
        std::atomic<int> asked{0};
        auto const ask = [&] {
            auto const permit = breaker.try_acquire();
            if (permit) ++admitted;
            ++asked;
            while (asked != 4) std::this_thread::yield(); // nobody gives a place back before all have asked
        };
        {
            std::vector<std::thread> threads;
            for (int i = 0; i < 4; ++i) threads.emplace_back(ask);
            for (std::thread& thread : threads) thread.join();
        }
        REQUIRE(admitted == 2);
    }
}

TEST_CASE("B5: the state is not split over two atomics (Hystrix #1806 and #2108: open for ever, or never again)",
          "[circuit_breaker][bugs]") {
    // Kind, deadline and counters are one word: after any sequence of controls and calls it is whole.
    ManualTime time;
    auto breaker = open_for_a_second(time);
    for (int i = 0; i < 100; ++i) {
        breaker.try_acquire().failure();
        if (i % 3 == 0) breaker.force_close();
        if (i % 5 == 0) breaker.force_open();
        if (i % 5 == 1) breaker.reset();
        time.advance(1s);
    }
    breaker.reset();
    fail(breaker);
    REQUIRE(breaker.retry_after() == 1s);
    time.advance(1s);
    succeed(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("B6: a transition is told once, also if many threads see the threshold (Polly #219, resilience4j #646)",
          "[circuit_breaker][bugs]") {
    for (int round = 0; round < 50; ++round) {
        std::atomic<int> opened{0};
        CircuitBreaker breaker{
            OpenAfterFailures<3>{}, OpenFor<60s>{},
            OnStateChange{[&](StateChange const& c) noexcept { opened += c.to == CircuitState::open; }}};
        std::vector<std::thread> threads;
        for (int i = 0; i < 4; ++i)
            threads.emplace_back([&] { breaker.try_acquire().failure(), breaker.try_acquire().failure(); });
        for (std::thread& thread : threads) thread.join();
        REQUIRE(opened == 1);
    }
}

TEST_CASE("B7: a listener may call the breaker (gobreaker #37, Polly PR 2953: deadlock)", "[circuit_breaker][bugs]") {
    struct Reentrant {
        CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, OnStateChange<dynamic, Reentrant>>** self;
        int* told;
        void operator()(StateChange const& c) const noexcept {
            ++*told;
            if (c.to == CircuitState::open) (*self)->force_close();
            (void)(*self)->try_call([] {});
        }
    };
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, OnStateChange<dynamic, Reentrant>>* self = nullptr;
    int told = 0;
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, OnStateChange<dynamic, Reentrant>> breaker{
        OnStateChange{Reentrant{&self, &told}}};
    self = &breaker;
    fail(breaker);
    REQUIRE(told == 2);
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("B8: the clock is monotonic and chosen (resilience4j: an hour back, an hour longer open)",
          "[circuit_breaker][bugs]") {
    STATIC_REQUIRE(std::is_same_v<TimePoint::clock, std::chrono::steady_clock>);
    // A clock that steps back all the same neither lets anybody in early nor breaks the deadline.
    ManualTime time{1h};
    auto breaker = open_for_a_second(time);
    fail(breaker);
    time.advance(-30min);
    REQUIRE(!breaker.try_acquire());
    REQUIRE(breaker.retry_after() == 30min + 1s);
    time.advance(30min + 1s);
    succeed(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("B9: what is no failure is no success either (pybreaker: an excluded error resets and closes)",
          "[circuit_breaker][bugs]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAfterFailures<3>{}, OpenFor<1s>{}, IgnoreIf<NotFound>{}, Time{time}};
    for (int i = 0; i < 2; ++i) {
        fail(breaker);
        fail_with<NotFound>(breaker);
    }
    fail(breaker);
    REQUIRE(breaker.state() == CircuitState::open);
    time.advance(1s);
    fail_with<NotFound>(breaker);
    REQUIRE(breaker.state() == CircuitState::half_open);
}

TEST_CASE("B10: nothing old counts after a close (opossum: an old failure reopens)", "[circuit_breaker][bugs]") {
    ManualTime time;
    CircuitBreaker breaker{OpenAtFailureRate<50, CountWindow<4>, MinimumCalls<2>>{}, OpenFor<1s>{}, Time{time}};
    fail(breaker, 2);
    time.advance(1s);
    succeed(breaker);
    REQUIRE(breaker.state() == CircuitState::closed);
    fail(breaker); // one call, below the minimum again
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("B11: a threshold is at least, also if it was overtaken (Envoy #18950, opossum #276)",
          "[circuit_breaker][bugs]") {
    constexpr OpenAfterFailures<3> policy;
    for (std::uint64_t const count : {3u, 4u, 7u}) REQUIRE(policy.trips(count, {true}));
    constexpr OpenAtFailureRate<50, CountWindow<4>, MinimumCalls<2>> rate;
    std::uint64_t memory = 0;
    for (bool const failed : {false, true}) memory = rate.next(memory, {failed});
    REQUIRE(rate.trips(memory, {true})); // exactly half
}

TEST_CASE("B12: nothing automatic overrides a forced state (resilience4j #991)", "[circuit_breaker][bugs]") {
    ManualTime time;
    auto breaker = open_for_a_second(time);
    auto early = breaker.try_acquire();
    fail(breaker);
    breaker.force_open();
    time.advance(1000h);
    early.success();
    REQUIRE(!breaker.try_acquire());
    REQUIRE(!breaker.open_for(1s));
    REQUIRE(breaker.state() == CircuitState::forced_open);
}

TEST_CASE("B13: admission neither recurses nor waits for another thread (resilience4j #2038)",
          "[circuit_breaker][bugs]") {
    // A thread that was stopped in its transition leaves the old word or the new one: whoever comes goes on with it.
    ManualTime time;
    auto breaker = open_for_a_second(time);
    fail(breaker);
    time.advance(1s);
    auto stopped = breaker.try_acquire();
    for (int i = 0; i < 100'000; ++i) REQUIRE(!breaker.try_acquire());
}

TEST_CASE("B14: no lock is held during a call (pybreaker: five calls of 0.2 s took a second)",
          "[circuit_breaker][bugs]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    std::atomic<int> inside{0};
    auto const call = [&] {
        breaker([&] {
            ++inside;
            while (inside != 2) std::this_thread::yield(); // returns only if two are inside at once
        });
    };
    std::thread other{call};
    call();
    other.join();
    REQUIRE(inside == 2);
    REQUIRE(breaker([&] { return breaker([] { return 1; }); }) == 1); // nor is it a lock of the same thread
}

TEST_CASE("B15: every rejection is an exception of its own (Polly PR 1878: one object for all, and it grew)",
          "[circuit_breaker][bugs]") {
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    breaker.force_open();
    std::vector<std::exception_ptr> thrown;
    for (int i = 0; i < 3; ++i) {
        try {
            breaker([] {});
        } catch (CircuitOpenError const&) {
            thrown.push_back(std::current_exception());
        }
    }
    REQUIRE(thrown.size() == 3);
    REQUIRE(thrown[0] != thrown[1]);
    REQUIRE(thrown[1] != thrown[2]);
}

// Half-open: leases, hints, names, counts.

TEST_CASE("A healthy circuit closes though its calls take long", "[circuit_breaker][R-280]") {
    // Calls take 40 s, one starts every 31 s: always one or two are under way, none longer than the lease of a minute.
    ManualTime time{1h};
    int lost = 0;
    CircuitBreaker breaker{
        OpenAfterFailures<1>{}, OpenFor<1s>{}, CloseAfterSuccesses<3>{}, Time{time},
        OnStateChange{[&](StateChange const& c) noexcept { lost += c.reason == ChangeReason::probes_lost; }}};
    breaker.try_acquire().failure();
    time.advance(1s);
    struct Call {
        TimePoint end;
        Permit<decltype(breaker)> permit;
    };
    std::vector<Call> under_way;
    int calls = 0;
    for (int i = 0; i != 20 && breaker.state() != CircuitState::closed; ++i) {
        TimePoint const next = time.now() + 31s;
        if (auto permit = breaker.try_acquire()) {
            ++calls;
            under_way.push_back({time.now() + 40s, std::move(permit)});
        }
        while (!under_way.empty() && under_way.front().end <= next) {
            time.advance(under_way.front().end - time.now());
            under_way.front().permit.success();
            under_way.erase(under_way.begin());
        }
        if (time.now() < next) time.advance(next - time.now());
    }
    REQUIRE(breaker.state() == CircuitState::closed);
    REQUIRE(calls <= 4);
    REQUIRE(lost == 0);
}

TEST_CASE("A success once earned is kept when another probe is lost", "[circuit_breaker][R-280]") {
    ManualTime time{1h};
    CircuitBreaker breaker{OpenAfterFailures<1>{},  OpenFor<1s>{},     CloseAfterSuccesses<3>{},
                           AllowProbeFailures<1>{}, ProbeLease<10s>{}, Time{time}};
    breaker.try_acquire().failure();
    time.advance(1s);
    auto lost = breaker.try_acquire();
    REQUIRE(lost);
    breaker.try_acquire().success();
    breaker.try_acquire().success();
    breaker.try_acquire().failure(); // one is allowed
    REQUIRE_FALSE(breaker.try_acquire());
    time.advance(10s);
    auto last = breaker.try_acquire();
    REQUIRE(last);
    lost.success(); // too late: it was given up
    REQUIRE(breaker.state() == CircuitState::half_open);
    last.success();
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("A failure that was allowed is kept as well", "[circuit_breaker][R-280]") {
    ManualTime time{1h};
    CircuitBreaker breaker{OpenAfterFailures<1>{},  OpenFor<1s>{},     CloseAfterSuccesses<2>{},
                           AllowProbeFailures<1>{}, ProbeLease<10s>{}, Time{time}};
    breaker.try_acquire().failure();
    time.advance(1s);
    auto const lost = breaker.try_acquire();
    breaker.try_acquire().failure();
    auto const also_lost = breaker.try_acquire();
    time.advance(10s);
    breaker.try_acquire().failure();
    REQUIRE(breaker.state() == CircuitState::open);
}

TEST_CASE("A probe that is younger than the lease is never taken for lost", "[circuit_breaker][R-280]") {
    ManualTime time{1h};
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, CloseAfterSuccesses<2>{}, ProbeLease<10s>{},
                           Time{time}};
    breaker.try_acquire().failure();
    time.advance(1s);
    auto const first = breaker.try_acquire();
    time.advance(9s);
    auto second = breaker.try_acquire();
    time.advance(9s); // the first is 18 s old, the second 9 s
    REQUIRE_FALSE(breaker.try_acquire());
    second.success();
    time.advance(1s);
    breaker.try_acquire().success();
    REQUIRE(breaker.state() == CircuitState::closed);
}

TEST_CASE("A refusal says when it is worth asking again, and never at once", "[circuit_breaker][R-281]") {
    ManualTime time{1h};
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, ProbeLease<10s>{}, Time{time}};
    breaker.force_open();
    REQUIRE(breaker.try_acquire().rejection().retry_after() == 100ms);
    breaker.reset();
    breaker.try_acquire().failure();
    REQUIRE(breaker.try_acquire().rejection().retry_after() == 1s);
    time.advance(1s);
    auto const probe = breaker.try_acquire();
    REQUIRE(breaker.try_acquire().rejection().retry_after() == 10s);
    time.advance(9950ms);
    REQUIRE(breaker.try_acquire().rejection().retry_after() == 100ms);

    SECTION("so a retry that goes by the hint alone does not spin") {
        Retrying const patient{StopAfterAttempt<5>{}, WaitHint<1min>{}, RetryIf<CircuitOpenError>{}, Time{time}};
        REQUIRE(patient([&] { return breaker([] { return 1; }); }) == 1);
        REQUIRE(time.slept() == std::vector<Duration>{100ms});
    }
}

TEST_CASE("What asks for a pause that is longer than the longest changes nothing twice", "[circuit_breaker][R-282]") {
    ManualTime time{1h};
    int changes = 0;
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, Time{time},
                           OnStateChange{[&](StateChange const&) noexcept { ++changes; }}};
    REQUIRE(breaker.open_for(24h * 30));
    REQUIRE_FALSE(breaker.open_for(24h * 30));
    REQUIRE_FALSE(breaker.open_for(Duration::max()));
    REQUIRE_FALSE(breaker.open_for(1s));
    REQUIRE(breaker.retry_after() == 24h * 10);
    REQUIRE(changes == 1);
    REQUIRE(breaker.force_open());
    REQUIRE_FALSE(breaker.force_open());
    REQUIRE_FALSE(breaker.open_for(1h)); // a control holds
    REQUIRE(breaker.force_close());
    REQUIRE_FALSE(breaker.force_close());
}

namespace {

struct Told {
    std::vector<StateChange>* changes;
    void operator()(StateChange const& change) const noexcept { changes->push_back(change); }
};

} // namespace

TEST_CASE("A change carries the name that came at run time, and may outlive its breaker", "[circuit_breaker][R-283]") {
    std::vector<StateChange> changes;
    CircuitOpen rejection;
    std::optional<CircuitOpenError> thrown;
    std::string const long_name(300, 'x');
    {
        std::string host = "db.example.org";
        CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, OnStateChange<dynamic, Told>, Name<>> breaker{
            OnStateChange{Told{&changes}}, Name{host}};
        CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, OnStateChange<dynamic, Told>, Name<>> other{
            OnStateChange{Told{&changes}}, Name{std::string_view{long_name}}};
        host.assign(host.size(), '?');
        REQUIRE(breaker.name() == "db.example.org");
        breaker.try_acquire().failure();
        other.force_open();
        rejection = breaker.try_call([] {}).error();
        try {
            breaker([] {});
        } catch (CircuitOpenError const& error) {
            thrown = error;
        }
    }
    REQUIRE(changes[0].name == "db.example.org");
    REQUIRE(changes[1].name == std::string(60, 'x') + "...");
    REQUIRE(rejection.stage() == std::string_view{"db.example.org"});
    REQUIRE(thrown->stage() == std::string_view{"db.example.org"});
    REQUIRE(static_cast<CircuitOpenError>(rejection).stage() == std::string_view{"db.example.org"});
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, Name<"constant">> constant;
    REQUIRE(constant.name() == "constant");
}

TEST_CASE("A change carries the counts that caused it, and a breaker tells its own", "[circuit_breaker][R-284]") {
    ManualTime time{1h};
    std::vector<StateChange> changes;
    using Listener = OnStateChange<dynamic, Told>;
    SECTION("failures in a row") {
        CircuitBreaker<OpenAfterFailures<3>, OpenFor<1s>, Listener> breaker{Listener{Told{&changes}}};
        breaker.try_acquire().failure();
        breaker.try_acquire().failure();
        REQUIRE(breaker.counts()[0] == CircuitCounts{2, 2});
        breaker.try_acquire().failure();
        REQUIRE(changes.back().counts == CircuitCounts{3, 3});
        REQUIRE(breaker.counts()[0] == CircuitCounts{});
    }
    SECTION("a rate of a window of calls") {
        CircuitBreaker<OpenAtFailureRate<50, CountWindow<4>, MinimumCalls<4>>, OpenFor<1s>, Listener> breaker{
            Listener{Told{&changes}}};
        breaker.try_acquire().success();
        breaker.try_acquire().success();
        breaker.try_acquire().failure();
        REQUIRE(breaker.counts()[0] == CircuitCounts{3, 1});
        REQUIRE(breaker.counts()[0].percent() == 33);
        breaker.try_acquire().failure();
        REQUIRE(changes.back().counts == CircuitCounts{4, 2});
        REQUIRE(changes.back().counts.percent() == 50);
    }
    SECTION("several trip policies, in the order listed, wherever each remembers") {
        CircuitBreaker breaker{OpenAtFailureRate{90, TimeWindow{10s}, MinimumCalls{9}}, OpenAfterFailures<9>{},
                               OpenAfterFailuresWithin<7, 10s>{}, OpenFor<1s>{}, Time{time}};
        breaker.try_acquire().failure();
        breaker.try_acquire().success();
        breaker.try_acquire().success();
        breaker.try_acquire().failure();
        REQUIRE(breaker.counts()[0] == CircuitCounts{4, 2});
        REQUIRE(breaker.counts()[1] == CircuitCounts{1, 1});
        REQUIRE(breaker.counts()[2] == CircuitCounts{2, 2});
    }
    SECTION("of several trip policies the one that tripped") {
        CircuitBreaker breaker{OpenAfterFailures<9>{}, OpenAfterFailuresWithin<2, 10s>{}, OpenFor<1s>{}, Time{time},
                               Listener{Told{&changes}}};
        breaker.try_acquire().failure();
        breaker.try_acquire().success();
        REQUIRE(breaker.counts().size() == 2);
        REQUIRE(breaker.counts()[0] == CircuitCounts{0, 0});
        REQUIRE(breaker.counts()[1] == CircuitCounts{1, 1});
        breaker.try_acquire().failure();
        REQUIRE(changes.back().counts == CircuitCounts{2, 2});
        time.advance(1s);
        breaker.try_acquire().failure();
        REQUIRE(changes.back().reason == ChangeReason::probe_failed);
        REQUIRE(changes.back().counts == CircuitCounts{1, 1});
        time.advance(1s);
        breaker.try_acquire().success();
        REQUIRE(changes.back().counts == CircuitCounts{1, 0});
        breaker.force_open();
        REQUIRE(changes.back().counts == CircuitCounts{});
    }
}

TEST_CASE("A slow call counts when it ends", "[circuit_breaker][R-272]") {
    ManualTime time{1h};
    CircuitBreaker breaker{OpenAtSlowCallRate<50, SlowerThan<2s>, TimeWindow<60s, 2>, MinimumCalls<3>>{}, OpenFor<1s>{},
                           Time{time}};
    int calls = 0;
    while (breaker.state() == CircuitState::closed && calls != 20) {
        ++calls;
        breaker([&] { time.advance(2200ms); });
    }
    REQUIRE(calls == 3);
}

TEST_CASE("A gap of any length brings no old counts back", "[circuit_breaker][R-285]") {
    constexpr std::int64_t rounds = std::int64_t{1}
                                    << detail::cell_round_bits; // what the memory of a window can tell apart
    for (Duration const origin : {Duration{0s}, Duration{24h * 365 * 5}, Duration{24h * 365 * 250}})
        for (std::int64_t const turns : {std::int64_t{1}, rounds - 1, rounds, rounds + 1, 2 * rounds, 3 * rounds}) {
            ManualTime time{origin};
            CircuitBreaker failures{OpenAfterFailuresWithin<3, 1ms>{}, OpenFor<1s>{}, Time{time}};
            CircuitBreaker rate{OpenAtFailureRate<50, TimeWindow<1ms, 10>, MinimumCalls<3>>{}, OpenFor<1s>{},
                                Time{time}};
            CircuitBreaker slow{OpenAtSlowCallRate<50, SlowerThan<1us>, TimeWindow<1ms, 10>, MinimumCalls<3>>{},
                                OpenFor<1s>{}, Time{time}};
            auto const fail = [&](auto& breaker) {
                auto permit = breaker.try_acquire();
                time.advance(2us);
                permit.failure();
            };
            for (int i = 0; i != 2; ++i) fail(failures), fail(rate), fail(slow);
            time.advance(turns * Duration{1ms});
            REQUIRE(failures.idle());
            REQUIRE(rate.idle());
            REQUIRE(slow.idle());
            for (int i = 0; i != 2; ++i) fail(failures), fail(rate), fail(slow);
            CAPTURE(turns);
            REQUIRE(failures.state() == CircuitState::closed);
            REQUIRE(rate.state() == CircuitState::closed);
            REQUIRE(slow.state() == CircuitState::closed);
            fail(failures), fail(rate), fail(slow);
            REQUIRE(failures.state() == CircuitState::open);
            REQUIRE(rate.state() == CircuitState::open);
            REQUIRE(slow.state() == CircuitState::open);
        }
}

TEST_CASE("A bucket that no call falls into for long comes back empty", "[circuit_breaker][R-285]") {
    // Calls fall into one bucket of each window only, for as many windows as the memory can tell apart. Then one falls
    // into the bucket that had counts at first.
    ManualTime time{0s};
    CircuitBreaker breaker{OpenAfterFailuresWithin<3, 10us>{}, OpenFor<1s>{}, Time{time}};
    breaker.try_acquire().failure();
    breaker.try_acquire().failure();
    time.advance(15us); // another bucket
    std::int64_t const rounds = (std::int64_t{1} << detail::cell_round_bits) - 2;
    for (std::int64_t i = 0; i != rounds; ++i) {
        breaker.try_acquire().failure();
        time.advance(10us);
    }
    time.advance(5us); // the first bucket, all rounds later
    breaker.try_acquire().failure();
    REQUIRE(breaker.state() == CircuitState::closed);
}
