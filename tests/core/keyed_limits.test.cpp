// SPDX-License-Identifier: BSL-1.0
#include <grit/core/keyed.hpp>

#include <algorithm>
#include <atomic>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

using Limiter = RateLimiter<2, 1s, 2, Time<ManualTime>>;
using Limiters = Keyed<std::string, Limiter>;
using Places = Bulkhead<1, 3, Time<ManualTime>>;
using Adaptive = ConcurrencyLimit<Aimd<1s>, LimitBetween<1, 9, 2>, Time<ManualTime>>;

constexpr Duration year = std::chrono::hours{24 * 365};

/// What a stage of a user has to say, and no more.
struct Switch : StageInterface<Switch> {
    struct Call {
        Switch& of;
        void start(Attempt const&) const { of.is_on = true; }
    };
    bool is_on = false;

    Switch() = default;
    Switch(Switch const&) = delete;
    auto call(Attempt const&) { return Call{*this}; }
    bool idle() const { return !is_on; }
    static TimePoint now() { return TimePoint{1h}; }
};

} // namespace

TEST_CASE("Keyed keeps every stage with shared state that says whether it is idle", "[R-650]") {
    STATIC_REQUIRE(KeyedStage<RateLimiter<1, 1s>>);
    STATIC_REQUIRE(KeyedStage<Bulkhead<>>);
    STATIC_REQUIRE(KeyedStage<Adaptive>);
    STATIC_REQUIRE(KeyedStage<CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>>>);
    STATIC_REQUIRE(!KeyedStage<Deadline<1s>>);
    STATIC_REQUIRE(!KeyedStage<int>);

    Keyed<int, Switch> switches;
    (*switches[1])([] {});
    (void)switches[2];
    REQUIRE(switches.forget_idle(0s) == 1); // 2; the other one never says that it can be forgotten
    REQUIRE(switches.find(1)->is_on);
}

TEST_CASE("Every key has a limit of its own, in a pipeline as well", "[R-650]") {
    for (Duration const start : {0 * year, 5 * year, 290 * year}) {
        CAPTURE(start.count());
        ManualTime time{start};
        Limiters users{Time{time}};
        Retrying const retrying{StopAfterAttempt<2>{}, WaitHint<5s, WaitNone>{}, RetryIf<RateLimitedError>{},
                                Time{time}};
        auto const of = [&](char const* user) { return pipeline(retrying, users[user]); };
        auto const ada = of("ada");
        for (int i = 0; i != 2; ++i) REQUIRE(ada([] { return 1; }) == 1);
        REQUIRE(of("bob")([] { return 2; }) == 2);
        REQUIRE(time.slept().empty());
        REQUIRE(of("ada")([] { return 3; }) == 3); // the same limiter, found anew
        REQUIRE(time.slept() == std::vector<Duration>{500ms});

        Keyed<int, Places> hosts{Time{time}};
        (*hosts[1])([&] {
            REQUIRE_THROWS_AS(within(Attempt{}, Bulkhead<1>{})([&] { (*hosts[1])([] {}); }), BulkheadFullError);
            REQUIRE((*hosts[2])([] { return 2; }) == 2);
        });
    }
}

TEST_CASE("What comes at run time is given to Keyed as it would be to the stage, or for each key", "[R-650]") {
    ManualTime time;
    Keyed<int, RateLimiter<dynamic, dynamic, dynamic, Time<ManualTime>>> same{3, 1s, 1, Time{time}};
    REQUIRE(same[1]->try_acquire().has_value());
    REQUIRE(same[1]->try_acquire().error().retry_after() == 333'333'334ns);

    Keyed<int, Bulkhead<>> bounded{MaxEntries{1}, 1, 5};
    (void)bounded[1];
    REQUIRE((*bounded[2])([&] { return bounded[2]->used(); }) == 1);
    REQUIRE(bounded.size() == 1);

    Keyed<std::string, RateLimiter<dynamic, dynamic, dynamic, Name<>>> plans{[](std::string const& plan) {
        if (plan.empty()) throw std::invalid_argument{"no plan"};
        return std::tuple{plan == "paid" ? 100 : 1, 1h, Name{plan}};
    }};
    REQUIRE(plans["free"]->try_acquire().has_value());
    REQUIRE(plans["free"]->try_acquire().error().stage() == std::string_view{"free"});
    for (int i = 0; i != 100; ++i) REQUIRE(plans["paid"]->try_acquire().has_value());
    REQUIRE(!plans["paid"]->try_acquire(1).has_value());
    REQUIRE_THROWS_AS(plans[""], std::invalid_argument);
    REQUIRE_THROWS_AS((Keyed<int, Bulkhead<>>{0}[1]), std::invalid_argument); // as the stage itself says
    REQUIRE(plans.size() == 2);
}

TEST_CASE("A limiter is forgotten once its whole burst is back, and never before", "[R-651]") {
    for (Duration const start : {0 * year, 5 * year, 290 * year}) {
        CAPTURE(start.count());
        ManualTime time{start};
        Limiters users{Time{time}};
        (void)users["new"];
        REQUIRE(users["ada"]->try_acquire().has_value());
        REQUIRE(users["bob"]->try_acquire(2).has_value());
        REQUIRE(users.forget_idle(0s) == 1); // "new", whatever the age
        time.advance(500ms - 1ns);
        REQUIRE(users.forget_idle(0s) == 0);
        time.advance(1ns);
        REQUIRE(users.forget_idle(1h) == 1); // "ada" was used 500 ms ago
        REQUIRE(users["bob"]->try_acquire(2).error().retry_after() == 500ms);
        users["bob"]->close();
        time.advance(year);
        REQUIRE(users.forget_idle(0s) == 0); // a new one would let calls in
        REQUIRE(users["bob"]->closed());
    }
}

TEST_CASE("A bulkhead is forgotten while nobody is inside or in line, unless it is closed", "[R-651]") {
    ManualTime time{5 * year};
    Keyed<int, Places> hosts{Time{time}};
    // A plain reference, so that only the bulkhead itself knows of the calls.
    Places& host = *hosts[1];
    auto place = static_cast<Places&>(host).try_acquire();
    Attempt const at;
    auto waits = host.call(at);
    REQUIRE(waits.start(at) == detail::Answer::sleep);
    time.advance(year);
    REQUIRE(!host.idle());
    REQUIRE(hosts.forget_idle(0s) == 0);
    place.release();
    REQUIRE(host.used() == 1); // handed over
    REQUIRE(hosts.forget_idle(0s) == 0);
    REQUIRE(waits.wake(at) == detail::Answer::again);
    {
        auto const ends = std::move(place);
    }
    hosts[2]->close();
    REQUIRE(!hosts[2]->idle());
    REQUIRE(hosts.forget_idle(0s) == 0);
    (void)hosts[3];
    REQUIRE(hosts.forget_idle(1h) == 1);
    REQUIRE(hosts.find(2)->closed());
}

TEST_CASE("A bulkhead that a call has left is idle", "[R-651]") {
    ManualTime time;
    Keyed<int, Places> hosts{Time{time}};
    (*hosts[1])([&] {
        REQUIRE(hosts.forget_idle() == 0);
        REQUIRE(!hosts[1]->idle());
    });
    REQUIRE(hosts.forget_idle() == 1);
}

TEST_CASE("What a concurrency limit has found out is remembered for the time that Keyed is told", "[R-652]") {
    for (Duration const start : {0 * year, 5 * year, 290 * year}) {
        CAPTURE(start.count());
        ManualTime time{start};
        Keyed<int, Adaptive> hosts{Time{time}};
        (*hosts[1])([] {});
        REQUIRE(hosts[1]->idle());
        (*hosts[2])([&] {
            REQUIRE(!hosts[2]->can_be_forgotten());
            time.advance(2s); // too slow: the limit is cut
        });
        REQUIRE(hosts[2]->limit() == 1);
        hosts[3]->close();
        REQUIRE(hosts.forget_idle(1s) == 1); // the first, which knows nothing
        REQUIRE(hosts.find(2)->limit() == 1);
        time.advance(1s);
        REQUIRE(hosts.forget_idle(1s) == 1);
        REQUIRE(hosts[2]->limit() == 2);
        time.advance(year);
        REQUIRE(hosts.forget_idle(0s) == 1); // the new one; what is closed stays
        REQUIRE(hosts.find(3)->closed());
    }
}

TEST_CASE("A bounded Keyed of limiters first gives up those that have their whole burst", "[R-651]") {
    ManualTime time;
    Limiters users{MaxEntries{3}, Time{time}};
    REQUIRE(users["ada"]->try_acquire().has_value());
    time.advance(1ms);
    (void)users["idle"];
    REQUIRE(users["bob"]->try_acquire().has_value());
    REQUIRE(users["new"]->try_acquire().has_value());
    REQUIRE(users.find("idle") == nullptr);
    time.advance(1ms);
    REQUIRE(users["newer"]->try_acquire().has_value()); // none is idle: the one that was used least recently
    REQUIRE(users.find("ada") == nullptr);
    auto const bob = users["bob"];
    auto const kept = users["new"];
    auto const newer = users["newer"];
    (void)users["newest"];
    REQUIRE(users.size() == 4); // all others are held
}

TEST_CASE("Whatever refers to a keyed limiter or bulkhead keeps it alive", "[R-653]") {
    ManualTime time;
    SECTION("a place") {
        Keyed<int, Places> hosts{Time{time}};
        auto place = hosts[1]->try_acquire();
        REQUIRE(place);
        REQUIRE(hosts.forget_idle() == 0);
        hosts.erase(1);
        place.release();
        REQUIRE(!place);
        place = hosts[2]->try_acquire();
        hosts.erase(2);
        REQUIRE(place);
    }
    SECTION("a stage with a cost, and a pipeline of it") {
        Limiters users{Time{time}};
        auto const twice = users["ada"]->with_cost(2);
        auto const stages = pipeline(Retrying{StopAfterAttempt<2>{}, Time{time}}, users["bob"]->with_cost(2));
        auto const wrapped = users["eve"]->with_cost(2).wrap([] { return 3; });
        REQUIRE_THROWS_AS(users["ada"]->with_cost(3), std::invalid_argument);
        REQUIRE(twice([] { return 1; }) == 1);
        REQUIRE(users["ada"]->try_acquire().error().retry_after() == 500ms);
        for (char const* user : {"ada", "bob", "eve"}) REQUIRE(users.erase(user));
        REQUIRE_THROWS_AS(twice([] { return 1; }), RateLimitedError);
        REQUIRE(stages([] { return 2; }) == 2);
        REQUIRE_THROWS_AS(stages([] { return 2; }), RateLimitedError);
        REQUIRE(wrapped() == 3);
        REQUIRE_THROWS_AS(wrapped(), RateLimitedError);
    }
    SECTION("a wrapped callable, and a pipeline of the entry or of a handle") {
        Limiters users{Time{time}};
        Keyed<int, Adaptive> hosts{Time{time}};
        auto const wrapped = users["ada"]->wrap([] { return 1; });
        auto const stages = pipeline(users["ada"], *hosts[1]);
        users.erase("ada");
        hosts.erase(1);
        REQUIRE(wrapped() == 1);
        REQUIRE(stages([] { return 2; }) == 2);
        REQUIRE_THROWS_AS(stages([] { return 2; }), RateLimitedError);
        REQUIRE_THROWS_AS(wrapped(), RateLimitedError);
    }
    SECTION("what the pipeline holds says of itself what the stage says") {
        using Waiting = Keyed<int, RateLimiter<1, 1s, 1, MaxWait<1s>>>::Handle::HeldAs;
        STATIC_REQUIRE(hears_deadline<Waiting>);
        STATIC_REQUIRE(!hears_deadline<Limiters::Handle::HeldAs>);
        STATIC_REQUIRE(!counts_calls<Limiters::Handle::HeldAs>);
        using WithCost = decltype(Keyed<int, RateLimiter<2, 1s, 2, MaxWait<1s>>>{}[1]->with_cost(2));
        STATIC_REQUIRE(hears_deadline<WithCost>);
    }
}

TEST_CASE("Threads that use, forget and erase keyed limits never get more than each key allows", "[R-651][R-653]") {
    struct Still {
        TimePoint now() const { return TimePoint{5 * year}; }
        void sleep(Duration) const {}
    };
    Keyed<int, RateLimiter<1, 1h, 20, Time<Still>>> users;
    Keyed<int, Bulkhead<2>> hosts{MaxEntries{4}};
    std::vector<std::atomic<int>> in(8);
    std::vector<std::atomic<int>> inside(8);
    std::atomic<int> most{0};
    {
        std::vector<std::jthread> threads;
        for (unsigned t = 0; t != 4; ++t)
            threads.emplace_back([&, t] {
                std::mt19937 draw{t};
                for (int i = 0; i != 2'000; ++i) {
                    auto const key = static_cast<std::size_t>(draw() % 8);
                    (void)users[static_cast<int>(key)]->try_call([&] { return ++in[key]; });
                    users.forget_idle(0s); // never one that has let a call in
                    auto const host = hosts[static_cast<int>(key)];
                    (void)host->try_call([&] {
                        int const now = ++inside[key];
                        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
                        }
                        return --inside[key];
                    });
                    if (i % 16 == 0) hosts.for_each([&](int, auto& one) { most = std::max<int>(most, one.used()); });
                }
            });
    }
    for (std::atomic<int> const& one : in) REQUIRE(one == 20);
    REQUIRE(most <= 2);
    REQUIRE(hosts.size() <= 4 + 4);
}
