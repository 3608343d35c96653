// SPDX-License-Identifier: BSL-1.0
#include <grit/fleet/rate_limiter.hpp>

#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <random>
#include <thread>

#include <grit/pipeline.hpp>
#include <grit/retry.hpp>
#include <grit/time/manual.hpp>

#include "support/catch.hpp"
#include "support/cut_store.hpp"

using namespace grit;
using namespace std::chrono_literals;
using fleet::StoreStatus;
using support::CutStore;

namespace {

using Burst = fleet::ColdStart<100>;
using Ten = fleet::PerSecond<10, "rps">;

/// Processes of one fleet under one clock.
struct Fleet {
    ManualTime time{1h};
    fleet::MemoryFleet<ManualTime> memory{Time{time}};
    CutStore store{memory, &fleet::detail::limit_script};
    std::list<fleet::Agent> agents;

    fleet::Agent& join() { return agents.emplace_back(store, Name<"chat">{}, Time{time}); }
    void tick() {
        for (fleet::Agent& agent : agents)
            if (agent.next_due() <= time.now()) agent.tick();
    }
    /// Goes on by d in steps of a millisecond; each() is called in every one.
    template <class F>
    void run(Duration d, F const& each) {
        for (TimePoint const end = time.now() + d; time.now() < end; time.advance(1ms)) {
            tick();
            each();
        }
        tick();
    }
    void run(Duration d) {
        run(d, [] {});
    }
};

template <class Limiter>
int take_all(Limiter& limiter, int most = 1 << 20) {
    int taken = 0;
    while (taken < most && limiter.try_acquire()) ++taken;
    return taken;
}

struct Flag {
    bool requested = false;
    bool stop_requested() const { return requested; }
};

} // namespace

TEST_CASE("a call takes what this process holds, and the agent refills it", "[R-849][R-851]") {
    Fleet fleet;
    fleet::RateLimiter limits{fleet.join(), Ten{}, Burst{}};
    CHECK_FALSE(limits.try_acquire()); // nobody has asked the store yet
    fleet.tick();
    CHECK(limits.held() >= 1);
    int in = 0;
    fleet.run(1s, [&] { in += limits.try_call([] { return 1; }).has_value(); });
    CHECK(in >= 19);
    CHECK(in <= 20); // the burst, and ten a second
}

TEST_CASE("one limit holds for all processes of a fleet, whoever uses it", "[R-845]") {
    int const processes = GENERATE(1, 2, 5, 16);
    int const per_ms = GENERATE(1, 20);
    bool const alone = GENERATE(false, true); // all of the demand in one process
    using Limiter = fleet::RateLimiter<fleet::PerSecond<2000, "rps", 200>, fleet::Lease<100, 200ms>, Burst>;
    Fleet fleet;
    std::deque<Limiter> limiters;
    for (int i = 0; i != processes; ++i)
        limiters.emplace_back(fleet.join(), fleet::PerSecond<2000, "rps", 200>{}, fleet::Lease<100, 200ms>{}, Burst{});
    std::vector<int> in; // in each millisecond
    std::minstd_rand random{7};
    fleet.run(4s, [&] {
        in.push_back(0);
        for (int i = 0; i != per_ms; ++i)
            in.back() += limiters[alone ? 0 : random() % limiters.size()].try_acquire().has_value();
    });
    // In every window of every length.
    double const held = std::min(processes * 100, 400 + processes);
    std::vector<int> sums{0};
    for (int const n : in) sums.push_back(sums.back() + n);
    double worst = 0;
    for (std::size_t from = 0; from != sums.size(); ++from)
        for (std::size_t to = from + 1; to < sums.size(); ++to)
            worst = std::max(worst, (sums[to] - sums[from]) - 2.0 * static_cast<double>(to - from));
    CHECK(worst <= 200 + held);
    double const demand = std::min(per_ms * 4000, 8200);
    CHECK(sums.back() >= demand * (per_ms == 1 ? 0.97 : 0.9));
    // A lease saves steps: at most two halves of it, four gaps, and the ramp.
    CHECK(fleet.store.asked < processes * 4 * 40);
}

TEST_CASE("a call that finds nothing is told when, and only the first one tells the agent", "[R-849]") {
    Fleet fleet;
    fleet::Agent& agent = fleet.join();
    fleet::RateLimiter limits{agent, fleet::PerSecond<1, "rps">{}, Burst{}, Name<"api">{}};
    fleet.tick();
    CHECK(limits.try_acquire());
    auto const first = limits.try_acquire();
    REQUIRE_FALSE(first);
    CHECK(first.error().retry_after() == 1ms); // about a round trip, since the store may grant more
    CHECK(first.error().stage() == std::string_view{"api"});
    CHECK(agent.next_due() == fleet.time.now());
    fleet.tick();
    auto const second = limits.try_acquire();
    REQUIRE_FALSE(second);
    CHECK(second.error().retry_after() == 1s);
    int const steps = fleet.store.asked;
    fleet.run(900ms, [&] { CHECK_FALSE(limits.try_acquire()); });
    CHECK(fleet.store.asked - steps <= 9); // refused calls ask for nothing before that time; halves of a lease go on
    fleet.time.advance(100ms);
    fleet.tick();
    CHECK(limits.try_acquire());
    CHECK_THROWS_AS(limits([] {}), RateLimitedError);
}

TEST_CASE("after a refusal nobody asks within the gap, so that leases do not shrink to one", "[R-849]") {
    Fleet fleet;
    using Limiter = fleet::RateLimiter<fleet::PerSecond<1000, "rps", 10>, fleet::Lease<100, 200ms>>;
    std::deque<Limiter> limiters;
    for (int i = 0; i != 4; ++i)
        limiters.emplace_back(fleet.join(), fleet::PerSecond<1000, "rps", 10>{}, fleet::Lease<100, 200ms>{});
    int in = 0;
    fleet.run(2s, [&] {
        for (Limiter& limiter : limiters) in += take_all(limiter, 2); // twice what the limit lets in
    });
    CHECK(in <= 2000 + 10 + 400);
    CHECK(fleet.store.asked <= 4 * 2 * 40); // and not one for each call
}

TEST_CASE("requests and tokens are one step, all or none", "[R-846]") {
    Fleet fleet;
    fleet::RateLimiter limits{fleet.join(), fleet::PerMinute<60, "rpm">{}, fleet::PerMinute{60'000, "tpm"}, Burst{}};
    fleet.tick();
    auto const large = limits.with_cost(1, 50'000);
    auto const goes_in = [&] {
        bool const in = large.try_call([] { return 1; }).has_value();
        fleet.tick();
        return in || large.try_call([] { return 1; }).has_value();
    };
    CHECK(goes_in());
    CHECK_FALSE(goes_in());
    auto const refused = large.try_call([] { return 1; });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().retry_after() >= 39s);
    CHECK(refused.error().retry_after() <= 41s);
    CHECK(limits.held(0) == 1); // the refusal of the tokens took no request
    fleet.run(41s);
    CHECK(goes_in());
    CHECK(pipeline(large).try_call([] { return 1; }).has_value() == false);
    CHECK(limits.with_cost(0, 1).try_call([] { return 1; }).has_value());
}

TEST_CASE("a cost that can never go in is refused when the stage is made", "[R-848]") {
    Fleet fleet;
    fleet::RateLimiter limits{fleet.join(), Ten{}, fleet::PerSecond{100, "other"}};
    CHECK_THROWS_AS(limits.with_cost(11, 1), std::invalid_argument);
    CHECK_THROWS_AS(limits.with_cost(1, 101), std::invalid_argument);
    CHECK_THROWS_AS(limits.with_cost(-1, 1), std::invalid_argument);
    CHECK_THROWS_AS(limits.with_cost(0, 0), std::invalid_argument);
    CHECK_THROWS_AS(limits.try_acquire(11, 1), std::invalid_argument);
    CHECK_THROWS_AS((limits.with_cost<10, 101>()), std::invalid_argument); // the limit that comes at run time
    (void)limits.with_cost<10, 100>();
    CHECK_THROWS_AS((fleet::RateLimiter{fleet.join(), Ten{}, Ten{}}), std::invalid_argument); // one name
}

TEST_CASE("with MaxWait a call stands in line, and those in front go first", "[R-850]") {
    Fleet fleet;
    fleet::RateLimiter limits{fleet.join(), fleet::PerSecond<10, "rps", 1>{}, Burst{}, MaxWait<5s>{}, Time{fleet.time}};
    fleet.tick();
    Attempt const at;
    CHECK(limits.try_acquire());
    std::vector<int> woken;
    struct Told {
        std::vector<int>& woken;
        int number;
        static void wake(void* self) { static_cast<Told*>(self)->woken.push_back(static_cast<Told*>(self)->number); }
    };
    auto first = limits.call(Outermost{});
    auto second = limits.call(Outermost{});
    Told tells_first{woken, 1};
    Told tells_second{woken, 2};
    REQUIRE(first.start(at) == detail::Answer::sleep);
    REQUIRE(second.start(at) == detail::Answer::sleep);
    CHECK(first.wait() == 5s);
    first.park(Waker{&tells_first, &Told::wake});
    second.park(Waker{&tells_second, &Told::wake});
    fleet.run(150ms);
    CHECK(woken == std::vector<int>{1});
    CHECK(first.wake(at) == detail::Answer::again);
    fleet.run(100ms);
    CHECK(woken == std::vector<int>{1, 2});
    CHECK(second.wake(at) == detail::Answer::again);

    auto third = limits.call(Outermost{});
    REQUIRE(third.start(at) == detail::Answer::sleep);
    CHECK(third.wake(at) == detail::Answer::reject); // nobody has called it within its time
    third.with_rejection([](RateLimited const& limited) { CHECK(limited.retry_after() > 0s); });
}

TEST_CASE("a call that cannot go in within its time is refused at once", "[R-850]") {
    Fleet fleet;
    fleet::RateLimiter limits{fleet.join(), fleet::PerMinute<1, "rpm">{}, Burst{}, MaxWait<5s>{}, Time{fleet.time}};
    fleet.tick();
    CHECK(limits.try_acquire());
    CHECK_FALSE(limits.try_acquire());
    fleet.tick(); // the store says: in a minute
    auto const refused = limits.try_call([] { return 1; });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().retry_after() == 60s);
    CHECK(fleet.time.slept().empty());
}

TEST_CASE("no call waits up to its deadline or starts after it, and an abandoned one gives back", "[R-850]") {
    Fleet fleet;
    fleet::RateLimiter limits{fleet.join(), fleet::PerSecond<1, "rps">{}, Burst{}, MaxWait<60s>{}, Time{fleet.time}};
    fleet.tick();
    Flag flag;
    Context const context{fleet.time.now() + 3s, StopView{&flag}, ClockView{&fleet.time}};
    Attempt const at{1, 0s, context};
    CHECK(limits.try_acquire());
    {
        auto call = limits.call(at);
        REQUIRE(call.start(at) == detail::Answer::sleep);
        CHECK(call.wait() == 3s - 1ns);
        fleet.run(1100ms); // it is called
        flag.requested = true;
        CHECK(call.wake(at) == detail::Answer::reject);
        call.with_rejection([]<class J>(J const&) { CHECK(std::is_same_v<J, StopRequested>); });
        flag.requested = false;
    }
    CHECK(limits.try_acquire()); // what it was granted
    {
        auto call = limits.call(at);
        REQUIRE(call.start(at) == detail::Answer::sleep);
        fleet.time.advance(10s);
        CHECK(call.wake(at) == detail::Answer::reject);
        call.with_rejection([]<class J>(J const&) { CHECK(std::is_same_v<J, DeadlinePassed>); });
        auto late = limits.call(at);
        CHECK(late.start(at) == detail::Answer::reject);
    }
    fleet.tick();
    CHECK(limits.try_acquire());
}

TEST_CASE("a thread in line is woken by the agent", "[R-850]") {
    fleet::MemoryFleet<> memory;
    fleet::Agent agent{memory, Name<"chat">{}};
    fleet::RateLimiter limits{agent, fleet::PerSecond<200, "rps", 1>{}, MaxWait<20s>{}, fleet::Lease<10, 8ms>{}};
    std::jthread runs{[&](std::stop_token const& stop) { agent.run(stop); }};
    std::atomic<int> in = 0;
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i != 4; ++i)
            callers.emplace_back([&] {
                for (int n = 0; n != 5; ++n) limits([&] { ++in; });
            });
    }
    CHECK(in == 20);
}

TEST_CASE("what nobody uses goes back within a lease, and how many are held follows the use", "[R-851]") {
    Fleet fleet;
    using Limit = fleet::PerSecond<1000, "rps", 1000>;
    fleet::RateLimiter busy{fleet.join(), Limit{}, fleet::Lease<100, 200ms>{}, Burst{}};
    fleet::RateLimiter other{fleet.join(), Limit{}, fleet::Lease<100, 200ms>{}, Burst{}};
    std::int64_t most = 0;
    fleet.run(2s, [&] {
        CHECK(take_all(busy, 1) + 1 >= 1);
        most = std::max(most, busy.held());
    });
    CHECK(most >= 50);
    CHECK(most <= 100);
    CHECK(other.held() == 1);
    CHECK(busy.held() > 1);
    fleet.run(200ms); // and now nobody calls
    CHECK(busy.held() <= 1);
    fleet.run(2s);
    CHECK(busy.held() == 1);
    int const steps = fleet.store.asked;
    fleet.run(10s);
    CHECK(fleet.store.asked - steps <= 24); // an idle process asks once a second
}

TEST_CASE("an agent that is held up lets its process use what it holds, and no more", "[R-845]") {
    Fleet fleet;
    fleet::RateLimiter limits{fleet.join(), fleet::PerSecond<1000, "rps">{}, fleet::Lease<50, 200ms>{}, Burst{}};
    fleet.run(1s, [&] { take_all(limits, 1); });
    fleet.time.advance(1h); // and nobody ticks
    int const in = take_all(limits);
    CHECK(in >= 1);
    CHECK(in <= 50);
    fleet.time.advance(1h);
    CHECK(take_all(limits) == 0);
}

TEST_CASE("a limit that refuses is no store that is away: nobody has a share then", "[R-855]") {
    Fleet fleet;
    fleet::Agent& agent = fleet.join();
    fleet::RateLimiter limits{agent, fleet::PerMinute<60, "rpm">{}, fleet::WhenDown::open, Burst{}};
    int in = 0;
    fleet.run(30s, [&] { in += take_all(limits, 5); });
    CHECK(agent.store_up());
    CHECK(in <= 60 + 30);
}

TEST_CASE("who leaves gives back what it holds", "[R-861]") {
    Fleet fleet;
    fleet::Agent& agent = fleet.join();
    using Limit = fleet::PerMinute<10, "rpm">;
    fleet::RateLimiter leaves{agent, Limit{}, Burst{}};
    fleet::Agent& other = fleet.join();
    fleet::RateLimiter stays{other, Limit{}, Burst{}};
    fleet.tick();
    CHECK(leaves.held() == 1);
    agent.leave();
    CHECK(leaves.held() == 0);
    int in = 0;
    fleet.time.advance(1ms);
    for (int i = 0; i != 20; ++i) {
        in += take_all(stays);
        other.tick();
    }
    CHECK(in + stays.held() == 10);
}

TEST_CASE("an estimate is settled with what a call really cost", "[R-852]") {
    Fleet fleet;
    fleet::Agent& agent = fleet.join();
    fleet::RateLimiter limits{agent, fleet::PerMinute<6000, "tpm">{}, Burst{}};
    fleet.tick();
    auto const takes = [&](int tokens) {
        if (limits.try_acquire(tokens)) return true;
        fleet.tick();
        return limits.try_acquire(tokens).has_value();
    };
    CHECK(takes(5000));
    limits.settle(-4000);
    fleet.run(1s); // told with the next exchange
    CHECK(takes(5000));
    limits.settle(3000);
    fleet.run(1s);
    auto const refused = limits.try_acquire(6000);
    REQUIRE_FALSE(refused);
    fleet.tick();
    CHECK(limits.try_acquire(6000).error().retry_after() > 60s); // all of the burst, and a debt
}

TEST_CASE("what a server says is left lowers what is held, and never raises it", "[R-853]") {
    Fleet fleet;
    fleet::RateLimiter limits{fleet.join(), fleet::PerMinute<600, "rpm">{}, Burst{}};
    fleet.tick();
    limits.observe(1'000'000);
    limits.observe(-1);
    fleet.run(200ms, [&] { take_all(limits, 1); });
    CHECK(limits.held() >= 1);
    limits.observe(0);
    fleet.tick();
    CHECK(limits.held() == 0);
    CHECK_FALSE(limits.try_acquire());
    fleet.run(150ms, [&] { (void)limits.try_acquire(); });
    CHECK(take_all(limits) <= 2); // ten a second come back
}

TEST_CASE("a pause stops this process at once and the others within half a lease", "[R-854]") {
    Fleet fleet;
    fleet::RateLimiter one{fleet.join(), fleet::PerSecond<1000, "rps">{}, Burst{}};
    fleet::RateLimiter two{fleet.join(), fleet::PerSecond<1000, "rps">{}, Burst{}};
    auto const both = [&] { return take_all(one, 1) + take_all(two, 1); };
    fleet.run(1s, [&] { both(); });
    one.pause(30s);
    CHECK_FALSE(one.try_acquire());
    fleet.run(101ms, [&] { take_all(two, 1); });
    int in = 0;
    fleet.run(29s, [&] { in += both(); });
    CHECK(in == 0);
    CHECK(one.try_acquire().error().retry_after() <= 1s);
    CHECK(one.try_acquire().error().retry_after() >= 800ms);
    fleet.run(1100ms, [&] { in += both(); });
    CHECK(in > 0);
}

TEST_CASE("without a store each process has its share, by the members that were last seen", "[R-855]") {
    Fleet fleet;
    using Limiter = fleet::RateLimiter<fleet::PerSecond<1000, "rps", 100>, fleet::Lease<50, 200ms>>;
    std::deque<Limiter> limiters;
    for (int i = 0; i != 4; ++i)
        limiters.emplace_back(fleet.join(), fleet::PerSecond<1000, "rps", 100>{}, fleet::Lease<50, 200ms>{});
    auto const all = [&] {
        int in = 0;
        for (Limiter& limiter : limiters) in += take_all(limiter, 3);
        return in;
    };
    fleet.run(2s, all);
    for (fleet::Agent const& agent : fleet.agents) CHECK(agent.members() == 4);
    auto const status = GENERATE(StoreStatus::down, StoreStatus::timeout, StoreStatus::refused);
    fleet.store.status = status;
    int in = 0;
    fleet.run(5s, [&] { in += all(); });
    CHECK(in <= 5000 + 4 * 50 + 100 + 4 * 25);
    CHECK(in >= 4000);
    fleet.store.status = StoreStatus::ok;
    in = 0;
    fleet.run(2s, [&] { in += all(); });
    CHECK(in <= 2000 + 2 * 100 + 200);
    CHECK(in >= 1800);
}

TEST_CASE("while a part of the fleet is cut off it has its shares, and the rest keeps the limit", "[R-855]") {
    Fleet fleet;
    using Limiter = fleet::RateLimiter<fleet::PerSecond<1000, "rps", 100>, fleet::Lease<20, 200ms>>;
    std::deque<CutStore> links; // what each process has of the store
    std::deque<Limiter> limiters;
    for (int i = 0; i != 4; ++i) {
        links.push_back({fleet.memory});
        limiters.emplace_back(fleet.agents.emplace_back(links.back(), Name<"chat">{}, Time{fleet.time}),
                              fleet::PerSecond<1000, "rps", 100>{}, fleet::Lease<20, 200ms>{});
    }
    std::array<int, 4> in{};
    auto const all = [&] {
        for (std::size_t i = 0; i != 4; ++i) in[i] += take_all(limiters[i], 2);
    };
    fleet.run(2s, all);
    links[0].status = links[1].status = StoreStatus::down;
    in = {};
    fleet.run(30s, all);
    CHECK(in[0] <= 30 * 250 + 25 + 20);
    CHECK(in[0] >= 30 * 240);
    CHECK(in[1] <= 30 * 250 + 25 + 20);
    CHECK(in[2] + in[3] <= 30 * 1000 + 100 + 4 * 20); // at most R * 6 / 4 in all
    CHECK(in[2] + in[3] >= 30 * 950);
    links[0].status = links[1].status = StoreStatus::ok;
    fleet.run(1s, all);
    in = {};
    fleet.run(5s, all);
    CHECK(in[0] + in[1] + in[2] + in[3] <= 5 * 1000 + 100 + 4 * 20);
}

TEST_CASE("without a store it lets every call in, or none, where that is chosen", "[R-855]") {
    Fleet fleet;
    fleet::RateLimiter open{fleet.join(), Ten{}, fleet::WhenDown::open, Burst{}};
    fleet::RateLimiter closed{fleet.join(), fleet::PerSecond{10, "other"}, fleet::WhenDown::closed, Burst{}};
    fleet.tick();
    fleet.store.status = StoreStatus::down;
    take_all(open);
    take_all(closed);
    fleet.tick();
    CHECK(take_all(open, 100'000) == 100'000);
    CHECK(take_all(closed) == 0);
    CHECK(closed.try_acquire().error().retry_after() > 0s);
    open.pause(1s); // also now
    CHECK(take_all(open) == 0);
    fleet.run(1300ms, [&] { take_all(closed); });
    CHECK(take_all(open, 1000) == 1000);
    fleet.store.status = StoreStatus::ok;
    fleet.run(1s, [&] { take_all(closed, 1); });
    CHECK(take_all(open) <= 10);
    CHECK(take_all(closed, 1) + closed.held() >= 0);
    int in = 0;
    fleet.run(1s, [&] { in += take_all(open); });
    CHECK(in <= 20);
    CHECK(in >= 9);
}

TEST_CASE("what is to be settled is not forgotten while the store is down, and not given back twice", "[R-855]") {
    Fleet fleet;
    fleet::RateLimiter limits{fleet.join(), fleet::PerMinute<60, "rpm">{}, Burst{}};
    fleet.tick();
    fleet.store.status = StoreStatus::down;
    limits.settle(60);
    fleet.run(3s);
    fleet.store.status = StoreStatus::ok;
    fleet.run(2s);
    int late = 0;
    fleet.run(1s, [&] { late += take_all(limits); });
    CHECK(late <= 4); // one a second came back

    Fleet other;
    fleet::RateLimiter lossy{other.join(), fleet::PerMinute<60, "rpm">{}, Burst{}, fleet::WhenDown::closed};
    other.store.loses_replies = true; // what was granted or given back is done, but not known
    other.run(10s, [&] { (void)lossy.try_acquire(); });
    other.store.loses_replies = false;
    int in = 0;
    other.run(2s, [&] { in += take_all(lossy); });
    CHECK(in <= 60 + 12);
}

TEST_CASE("an empty store is a cold start: nothing at first, or the burst where that is chosen", "[R-857]") {
    Fleet fleet;
    fleet::RateLimiter cold{fleet.join(), fleet::PerMinute<60, "cold">{}};
    fleet::RateLimiter warm{fleet.join(), fleet::PerMinute<60, "warm">{}, Burst{}};
    int in_cold = 0;
    int in_warm = 0;
    auto const each = [&] {
        in_cold += take_all(cold);
        in_warm += take_all(warm);
    };
    fleet.run(10s, each);
    CHECK(in_cold <= 10);
    CHECK(in_cold >= 8);
    CHECK(in_warm <= 70);
    CHECK(in_warm >= 66);
    fleet.store.memory.clear();
    in_cold = in_warm = 0;
    fleet.run(10s, each);
    CHECK(in_cold <= 11);
    CHECK(in_warm >= 66);
}

TEST_CASE("OnReject hears of each refusal of a fleet's limiter, whichever way the call was made", "[R-849]") {
    Fleet fleet;
    std::vector<Duration> heard;
    int stopped = 0;
    struct Listener {
        std::vector<Duration>* heard;
        int* stopped;
        void operator()(RateLimited const& limited) const noexcept { heard->push_back(limited.retry_after()); }
        void operator()(StopRequested const&) const noexcept { ++*stopped; }
    };
    fleet::RateLimiter limits{fleet.join(), fleet::PerSecond<1, "rps">{}, MaxWait<100ms>{}, Time{fleet.time},
                              OnReject{Listener{&heard, &stopped}}};
    fleet.tick();
    CHECK_FALSE(limits.try_acquire());
    CHECK(heard.size() == 1);
    fleet.time.advance(50ms);
    fleet.tick();
    CHECK_FALSE(limits.try_call([] {}));
    CHECK(heard == std::vector<Duration>{50ms, 950ms});
    Flag flag{true};
    Context const context{fleet.time.now() + 3s, StopView{&flag}, ClockView{&fleet.time}};
    Attempt const at{1, 0s, context};
    auto call = limits.call(at);
    CHECK(call.start(at) == detail::Answer::reject);
    CHECK(stopped == 1);
    CHECK(heard.size() == 2);
}

TEST_CASE("a limiter is a stage: under a retry that reads its time, and in a pipeline", "[R-849]") {
    Fleet fleet;
    struct Ticking { // a sleep in which the agent is ticked
        Fleet& fleet;
        TimePoint now() const { return fleet.time.now(); }
        void sleep(Duration d) { fleet.run(d); }
    } ticking{fleet};
    fleet::RateLimiter limits{fleet.join(), fleet::PerSecond<10, "rps", 2>{}, Burst{}};
    fleet.tick();
    Retrying const retrying{StopAfterAttempt<20>{}, WaitHint<10s>{}, RetryIf<RateLimitedError>{}, Time{ticking}};
    auto const call = pipeline(retrying, limits);
    TimePoint const start = fleet.time.now();
    for (int i = 0; i != 12; ++i) CHECK(call([] { return 5; }) == 5);
    CHECK(fleet.time.now() - start >= 1s);
    CHECK(fleet.time.now() - start <= 1500ms);
}

TEST_CASE("callers of a limiter, those in line and the agent meet from many threads", "[R-859]") {
    fleet::MemoryFleet<> memory;
    fleet::Agent agent{memory, Name<"chat">{}};
    fleet::Agent other{memory, Name<"chat">{}};
    fleet::RateLimiter waits{agent,
                             fleet::PerSecond<20'000, "a", 200>{},
                             fleet::PerSecond<1'000'000, "b", 20'000>{},
                             Burst{},
                             fleet::Lease<50, 20ms>{},
                             MaxWait<50ms>{}};
    fleet::RateLimiter tries{other, fleet::PerSecond<20'000, "a", 200>{}, Burst{}, fleet::Lease<50, 20ms>{}};
    std::jthread runs{[&](std::stop_token const& stop) { agent.run(stop); }};
    std::jthread runs_other{[&](std::stop_token const& stop) { other.run(stop); }};
    auto const begin = std::chrono::steady_clock::now();
    std::atomic<int> in = 0;
    {
        std::vector<std::jthread> callers;
        for (int i = 0; i != 3; ++i) {
            callers.emplace_back([&, i] {
                for (int n = 0; n != 400; ++n) {
                    in += waits.with_cost(1, 1 + n % 100).try_call([] { return 1; }).has_value();
                    if (n % 16 == i) waits.settle(0, n % 3 - 1);
                    if (n % 64 == i) waits.observe(-1, 10'000);
                    if (n == 200 && i == 0) waits.pause(5ms);
                }
            });
            callers.emplace_back([&] {
                for (int n = 0; n != 4000; ++n) in += tries.try_acquire().has_value();
            });
        }
    }
    auto const seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    CHECK(in > 100);
    CHECK(in <= 200 + 20'000 * seconds + 2 * 50 + 100);
}

TEST_CASE("R-801: A call that the fleet refuses is told once, whichever way it was made", "[fleet][R-801]") {
    Fleet fleet;
    std::vector<std::string> told;
    auto const tell = [&](auto const& rejection) noexcept { told.push_back(rejection.stage()); };
    fleet::RateLimiter limiter{fleet.join(), fleet::PerSecond<10, "rps">{}, Burst{}, Name<"chat">{}, OnReject{tell}};
    fleet.run(1s);
    take_all(limiter);
    REQUIRE(told.size() == 1);
    REQUIRE(!limiter.try_call([] {}));
    REQUIRE(!limiter.with_cost<1>().try_call([] {}));
    REQUIRE_THROWS_AS(pipeline(limiter)([] {}), RateLimitedError);
    REQUIRE(told == std::vector<std::string>(4, "chat"));
}
