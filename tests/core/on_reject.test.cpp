// SPDX-License-Identifier: BSL-1.0
#include <grit/core/on_reject.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"
#include "support/task.hpp"

using namespace grit;
using namespace grit::test;
using namespace std::chrono_literals;

namespace {

using Told = std::vector<std::string>;

/// Writes down what each rejection is, and of which stage.
struct WriteDown {
    Told* told;
    template <class J>
    void operator()(J const& rejection) const noexcept {
        told->push_back(std::string{to_string(J::code)} + " by " + rejection.stage());
    }
    static char const* to_string(errc code) {
        switch (code) {
        case errc::circuit_open: return "open";
        case errc::rate_limited: return "limited";
        case errc::bulkhead_full: return "full";
        case errc::deadline_exceeded: return "late";
        case errc::cancelled: return "stopped";
        default: return "other";
        }
    }
};
using Listener = OnReject<dynamic, WriteDown>;

struct Flag {
    bool requested = false;
    bool stop_requested() const { return requested; }
};

/// One of each stage, which refuses every call.
struct Closed {
    Told told;
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1h>, Name<"a">, Listener> breaker{Listener{WriteDown{&told}}};
    RateLimiter<1, 1h, 1, Name<"b">, Listener> limiter{Listener{WriteDown{&told}}};
    Bulkhead<1, 0, Name<"c">, Listener> bulkhead{Listener{WriteDown{&told}}};
    ConcurrencyLimit<Aimd<1s>, Name<"d">, Listener> adaptive{Listener{WriteDown{&told}}};
    Closed() {
        breaker.force_open();
        limiter.close();
        bulkhead.close();
        adaptive.close();
    }
};

std::atomic<int> refused{0};
void count(CircuitOpen const&) noexcept { refused.fetch_add(1, std::memory_order_relaxed); }

} // namespace

TEST_CASE("R-801: A refused call is told once, whichever way it was made", "[core][R-801]") {
    Closed t;
    auto const f = [] { return 1; };
    REQUIRE_THROWS_AS(t.breaker(f), CircuitOpenError);
    REQUIRE_THROWS_AS(t.limiter(f), RateLimitedError);
    REQUIRE_THROWS_AS(t.bulkhead(f), BulkheadFullError);
    REQUIRE_THROWS_AS(t.adaptive(f), ConcurrencyLimitedError);
    Told const each{"open by a", "limited by b", "full by c", "full by d"};
    REQUIRE(t.told == each);

    t.told.clear();
    REQUIRE(!t.breaker.try_call(f));
    REQUIRE(!t.limiter.try_call(f));
    REQUIRE(!t.bulkhead.try_call(f));
    REQUIRE(!t.adaptive.try_call(f));
    REQUIRE(t.told == each);

    t.told.clear();
    REQUIRE(!t.breaker.try_acquire());
    REQUIRE(!t.limiter.try_acquire());
    REQUIRE(!t.bulkhead.try_acquire());
    REQUIRE_THROWS_AS(t.limiter.with_cost(1)(f), RateLimitedError);
    REQUIRE(t.told == Told{"open by a", "limited by b", "full by c", "limited by b"});

    // Inside other stages, which hear of the rejection too.
    t.told.clear();
    Retrying const twice{StopAfterAttempt<2>{}, RetryIf<Rejected>{}};
    REQUIRE_THROWS_AS(pipeline(twice, t.breaker)(f), CircuitOpenError);
    REQUIRE_THROWS_AS(pipeline(twice, t.limiter)(f), RateLimitedError);
    REQUIRE_THROWS_AS(pipeline(twice, t.bulkhead)(f), BulkheadFullError);
    REQUIRE_THROWS_AS(within(Attempt{}, t.adaptive)(f), ConcurrencyLimitedError);
    REQUIRE(t.told ==
            Told{"open by a", "open by a", "limited by b", "limited by b", "full by c", "full by c", "full by d"});
}

TEST_CASE("R-801: A refused coroutine is told once", "[core][R-801]") {
    Closed t;
    ManualTime time;
    Loop loop{time};
    Retrying const once{StopAfterAttempt<1>{}};
    auto const op = []() -> Task<int> { co_return 1; };
    REQUIRE_THROWS_AS(loop.run(async(t.breaker)(op)), CircuitOpenError);
    REQUIRE_THROWS_AS(loop.run(async(t.limiter)(op)), RateLimitedError);
    REQUIRE_THROWS_AS(loop.run(async(pipeline(t.bulkhead, once))(op)), BulkheadFullError);
    REQUIRE_THROWS_AS(loop.run(async(pipeline(once, t.adaptive))(op)), ConcurrencyLimitedError);
    REQUIRE(t.told == Told{"open by a", "limited by b", "full by c", "full by d"});
}

TEST_CASE("R-801: The listener gets the rejection that the caller gets, and admitted calls tell nothing",
          "[core][R-801]") {
    ManualTime time;
    std::vector<CircuitOpen> opens;
    std::vector<RateLimited> limits;
    auto const keep_open = [&](CircuitOpen const& r) noexcept { opens.push_back(r); };
    auto const keep_limited = [&](RateLimited const& r) noexcept { limits.push_back(r); };
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<60s>{}, Time{time}, OnReject{keep_open}, Name{"host"}};
    RateLimiter limiter{1, 10s, Time{time}, OnReject{keep_limited}, Name{"host"}};
    breaker([] {});
    limiter([] {});
    REQUIRE(opens.empty());
    REQUIRE(limits.empty());
    breaker.try_acquire().failure();
    time.advance(15s);
    REQUIRE(limiter.try_acquire());
    auto const open = breaker.try_call([] {});
    auto const limited = limiter.try_call([] {});
    REQUIRE(opens == std::vector{open.error()});
    REQUIRE(opens[0].retry_after() == 45s);
    REQUIRE(opens[0].stage() == std::string{"host"});
    REQUIRE(limits == std::vector{limited.error()});
    REQUIRE(limits[0].retry_after() == 10s);
    REQUIRE(limits[0].stage() == std::string{"host"});

    // A half-open circuit that has its probe, and the call that finds out how many hang.
    time.advance(45s);
    auto const probe = breaker.try_acquire();
    REQUIRE(!breaker.try_acquire());
    REQUIRE(opens.size() == 2);
    REQUIRE(opens[1].state() == CircuitState::half_open);
    CircuitBreaker hangs{OpenAtSlowCallRate{50, SlowerThan{1s}, TimeWindow{10s}, MinimumCalls{1}}, OpenFor<60s>{},
                         Time{time}, OnReject{keep_open}};
    auto const never_ends = hangs.try_acquire();
    time.advance(3s);
    REQUIRE(!hangs.try_acquire());
    REQUIRE(opens.size() == 3);
}

TEST_CASE("R-802: A wait that ends without a turn is told, with its cause", "[core][R-802]") {
    Told told;
    ManualTime time;
    Flag flag;
    Context const context{time.now() + 10s, StopView{&flag}, ClockView{&time}};
    Attempt const at{1, 0s, context};
    Bulkhead<1, 2, MaxWait<5s>, Time<ManualTime>, Listener> bulkhead{Time{time}, Listener{WriteDown{&told}}};
    ConcurrencyLimit<Aimd<1s>, LimitBetween<1, 1, 1>, WaitInLine<2>, MaxWait<5s>, Time<ManualTime>, Listener> adaptive{
        Time{time}, Listener{WriteDown{&told}}};
    RateLimiter<1, 4s, 1, MaxWait<5s>, Time<ManualTime>, Listener> limiter{Time{time}, Listener{WriteDown{&told}}};
    auto const run = [&](auto& stage) {
        try {
            within(at, stage)([] {});
        } catch (Rejected const&) {
        }
    };
    auto const run_all = [&] {
        bulkhead([&] { run(bulkhead); });
        adaptive([&] { run(adaptive); });
        run(limiter);
    };
    REQUIRE(limiter.try_acquire());
    SECTION("the wait was too long") {
        run_all();
        REQUIRE(told == Told{"full by bulkhead", "late by concurrency_limit", "late by rate_limiter"});
    }
    SECTION("a stop was requested") {
        flag.requested = true;
        run_all();
        REQUIRE(told == Told{"stopped by bulkhead", "stopped by concurrency_limit", "stopped by rate_limiter"});
    }
    SECTION("the deadline has passed") {
        time.advance(10s);
        run_all();
        REQUIRE(told == Told{"late by bulkhead", "late by concurrency_limit", "late by rate_limiter"});
    }
}

TEST_CASE("R-802: What a listener does not take it does not hear, and a call that leaves the line was not refused",
          "[core][R-802]") {
    std::vector<BulkheadFull> full;
    auto const keep = [&](BulkheadFull const& r) noexcept { full.push_back(r); };
    ManualTime time;
    Loop loop{time};
    Bulkhead bulkhead{1, 5, OnReject{keep}};
    Flag const stopped{true};
    Context const context{TimePoint::max(), StopView{&stopped}, ClockView{&time}};
    REQUIRE_THROWS_AS(within(Attempt{1, 0s, context}, bulkhead)([] {}), Cancelled);
    REQUIRE(full.empty());
    auto const place = bulkhead.try_acquire();
    {
        auto in_line = async(bulkhead)([]() -> Task<int> { co_return 1; });
        in_line.start();
        REQUIRE(bulkhead.waiting() == 1);
    }
    REQUIRE(full.empty());
    auto in_line = async(bulkhead)([]() -> Task<int> { co_return 1; });
    in_line.start();
    bulkhead.close();
    loop.run();
    REQUIRE_THROWS_AS(in_line.get(), BulkheadFullError);
    REQUIRE(full.size() == 1);
    REQUIRE(full[0].closed());
}

TEST_CASE("R-803: Several listeners are told in the order named, and a constant one takes no room", "[core][R-803]") {
    static std::string told;
    constexpr auto constant = [](auto const&) noexcept { told += "a "; };
    auto const held = [](auto const&) noexcept { told += "b "; };
    told.clear();
    STATIC_REQUIRE(std::is_empty_v<OnReject<constant>>);
    STATIC_REQUIRE(sizeof(CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, OnReject<constant>>) == 64);
    STATIC_REQUIRE(sizeof(RateLimiter<1, 1s, 1, OnReject<constant>>) == sizeof(RateLimiter<1, 1s>));
    CircuitBreaker breaker{OpenAfterFailures<1>{}, OpenFor<1s>{}, OnReject<constant>{}, OnReject{held}};
    Bulkhead bulkhead{1, OnReject<constant>{}, OnReject{held}};
    breaker.force_open();
    bulkhead.close();
    REQUIRE(!breaker.try_acquire());
    REQUIRE(!bulkhead.try_acquire());
    REQUIRE(told == "a b a b ");
}

TEST_CASE("R-803: Threads tell at once, and each refusal is counted", "[core][R-803]") {
    static constinit CircuitBreaker<OpenAfterFailures<1>, OpenFor<1h>, OnReject<count>> breaker;
    breaker.force_open();
    refused = 0;
    auto const calls = [] {
        for (int i = 0; i != 1'000; ++i) static_cast<void>(breaker.try_call([] {}));
    };
    std::thread other{calls};
    calls();
    other.join();
    REQUIRE(refused == 2'000);
}

TEST_CASE("R-809: The events and rejections of every keyed stage have the key as their name", "[core][R-809]") {
    Told told;
    Told changes;
    Told outcomes;
    Listener const listener{WriteDown{&told}};
    OnStateChange const on_change{[&](StateChange const& c) noexcept { changes.push_back(std::string{c.name}); }};
    OnOutcome const on_outcome{[&](CircuitOutcome const& o) noexcept { outcomes.push_back(std::string{o.name}); }};
    using Breaker = CircuitBreaker<OpenAfterFailures<1>, OpenFor<1h>, Name<>, Listener,
                                   std::remove_const_t<decltype(on_change)>, std::remove_const_t<decltype(on_outcome)>>;
    auto const named = [&](std::string const& host) { return std::tuple{Name{host}, listener}; };
    Keyed<std::string, Breaker> breakers{
        [&](std::string const& host) { return std::tuple{Name{host}, listener, on_change, on_outcome}; }};
    Keyed<std::string, RateLimiter<1, 1h, 1, Name<>, Listener>> limiters{named};
    Keyed<std::string, Bulkhead<1, 0, Name<>, Listener>> bulkheads{named};
    Keyed<std::string, ConcurrencyLimit<Aimd<1s>, Name<>, Listener>> adaptive{named};
    for (std::string const host : {"up.example", "down.example"}) {
        told.clear();
        auto const f = [] { return 1; };
        breakers[host]->try_acquire().failure();
        REQUIRE(limiters[host]->try_acquire());
        bulkheads[host]->close();
        adaptive[host]->close();
        REQUIRE(breakers[host]->try_call(f).error().stage() == host);
        REQUIRE(limiters[host]->try_call(f).error().stage() == host);
        REQUIRE(bulkheads[host]->try_call(f).error().stage() == host);
        REQUIRE(adaptive[host]->try_call(f).error().stage() == host);
        REQUIRE(told == Told{"open by " + host, "limited by " + host, "full by " + host, "full by " + host});
        REQUIRE(changes.back() == host);
        REQUIRE(outcomes.back() == host);
    }
    Told keys;
    breakers.for_each([&](std::string const& host, Breaker& breaker) {
        if (breaker.name() == host && breaker.state() == CircuitState::open) keys.push_back(host);
    });
    REQUIRE(keys.size() == 2);
}
