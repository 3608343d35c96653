// SPDX-License-Identifier: BSL-1.0
// Threads through a budget, a limiter, a bulkhead, a concurrency limit and a breaker over a server that fails in
// bursts: never more than each allows, and at the end nothing is held, lost or owed.
#include <atomic>
#include <thread>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

struct Down {};

/// A clock that stands still while threads run; no sleep takes time.
struct Still {
    static inline std::atomic<std::int64_t> now_ns{0};
    TimePoint now() const { return TimePoint{Duration{now_ns.load()}}; }
    void sleep(Duration) const {}
};

} // namespace

TEST_CASE("threads through all limits: never more than each allows, and nothing is lost",
          "[R-400][R-417][R-420][R-430]") {
    constexpr int threads = 8;
    constexpr int calls_each = 1500;
    RateLimiter<1, 1s, 6000, Time<Still>> limiter;
    Bulkhead<5, 100> bulkhead;
    ConcurrencyLimit<Aimd<1h, 50>, LimitBetween<1, 4, 4>, WaitInLine<100>, OverloadIf<std::error_code>, Time<Still>>
        limit;
    CircuitBreaker<OpenAfterFailures<50>, OpenFor<60s>, Time<Still>> breaker;
    RetryBudget<100, std::ratio<1, 10>{}> budget;
    Retrying const retrying{StopAfterAttempt<3>{}, StopOverBudget{budget}, RetryIf<Down>{}, Time<Still>{}};
    auto const all = pipeline(retrying, limiter, bulkhead, limit, breaker);

    std::atomic<int> inside{0}, most{0}, operations{0}, successes{0}, refused{0}, failed{0}, first_tries{0};
    auto const server = [&](Attempt const& at) {
        int const now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        if (at.number() == 1) ++first_tries;
        bool const is_down = ++operations / 400 % 4 == 3;
        if (operations % 64 == 0) std::this_thread::yield();
        --inside;
        if (is_down) throw Down{};
        ++successes;
    };
    std::vector<std::thread> running;
    for (int t = 0; t < threads; ++t)
        running.emplace_back([&] {
            for (int i = 0; i < calls_each; ++i) {
                try {
                    all(server);
                } catch (Rejected const&) {
                    ++refused;
                    Still::now_ns += 1'000'000'000; // so that an open circuit is not open for ever
                } catch (Down const&) {
                    ++failed;
                }
            }
        });
    for (std::thread& one : running) one.join();

    REQUIRE(successes + refused + failed == threads * calls_each);
    REQUIRE(most <= 4);
    REQUIRE(operations <= 6000 + Still::now_ns / 1'000'000'000);
    REQUIRE(operations - first_tries <= 100 + successes / 10);
    REQUIRE(bulkhead.used() == 0);
    REQUIRE(bulkhead.waiting() == 0);
    REQUIRE(limit.used() == 0);
    REQUIRE(limit.waiting() == 0);
    REQUIRE(bulkhead([] { return 1; }) == 1);
    REQUIRE(limit([] { return 1; }) == 1);
    REQUIRE(bulkhead.drain(0s));
    REQUIRE(limit.drain(0s));
}

TEST_CASE("calls that are abandoned at every step give everything back", "[R-276][R-404][R-412][R-422]") {
    using detail::Answer;
    for (int abandoned_at = 0; abandoned_at < 8; ++abandoned_at) {
        CAPTURE(abandoned_at);
        ManualTime time;
        RateLimiter<1, 1s, 1, MaxWait<60s>, Time<ManualTime>> limiter{Time{time}};
        Bulkhead<1, 9, Time<ManualTime>> bulkhead{Time{time}};
        RetryBudget<5> budget;
        Retrying const retrying{StopAfterAttempt<9>{}, WaitFixed<1ms>{}, StopOverBudget{budget}, RetryIf<Down>{},
                                Time{time}};
        auto const all = pipeline(retrying, limiter, bulkhead);
        REQUIRE(limiter.try_acquire());
        Attempt const at;
        int retries = 0;
        {
            auto call = all.call(at);
            Answer answer = call.start(at);
            for (int step = 0; step < abandoned_at; ++step) {
                if (answer == Answer::sleep) {
                    time.advance(call.wait());
                    answer = call.wake(at, detail::Thrown<Down>{Down{}});
                } else {
                    REQUIRE(answer == Answer::again);
                    ++retries;
                    answer = call.caught(at, Down{});
                }
            }
            if (answer == Answer::again) REQUIRE(bulkhead.used() == 1);
        }
        REQUIRE(bulkhead.idle());
        REQUIRE(bulkhead.waiting() == 0);
        REQUIRE(budget.left() >= 5 - retries);
        time.advance(1s);
        REQUIRE(limiter.idle()); // no turn was left behind
    }
}
