// SPDX-License-Identifier: BSL-1.0
#include <grit/concurrency_limit/concurrency_limit.hpp>

#include <algorithm>
#include <atomic>
#include <functional>
#include <list>
#include <random>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"
#include "support/counting_new.hpp"

using namespace grit;
using namespace std::chrono_literals;
using detail::Answer;

namespace {

constinit ConcurrencyLimit<Aimd<500ms>> global_limit;

struct TimeoutError : std::runtime_error {
    TimeoutError() : std::runtime_error("timed out") {}
};
struct NotFound : std::runtime_error {
    NotFound() : std::runtime_error("not found") {}
};

/// As many calls as go in, all at a time, through a service that bears so many, round after round.
template <class L>
void saturate(L& limit, ManualTime& time, int capacity, int rounds) {
    using Call = decltype(limit.call(std::declval<Attempt const&>()));
    struct Make {
        L& limit;
        Attempt const& at;
        operator Call() const { return limit.call(at); } // it is built in place and never moves
    };
    Attempt const at;
    for (int round = 0; round < rounds; ++round) {
        std::list<Call> calls;
        for (;;) {
            calls.emplace_back(Make{limit, at});
            if (calls.back().start(at) == Answer::again) continue;
            calls.pop_back();
            break;
        }
        int const n = static_cast<int>(calls.size());
        REQUIRE(n == limit.limit());
        time.advance(10ms * std::max(n, capacity) / capacity);
        for (Call& one : calls) one.returned(at, std::monostate{});
    }
    REQUIRE(limit.used() == 0);
}

/// A policy during whose decision something happens.
struct Slow {
    static constexpr Family family = detail::LimitFamily::adapt;
    using Kind = std::integral_constant<Family, detail::LimitFamily::adapt>;
    [[maybe_unused]] static constexpr char const* name = "Slow";
    static consteval auto arguments() { return Types<>{}; }
    struct State {};
    std::function<void()> meanwhile;
    int next(State&, int limit, detail::LimitSample const&) const {
        meanwhile();
        return limit;
    }
};

} // namespace

TEST_CASE("a limit finds what a service bears, and follows it", "[R-430][R-431][R-432]") {
    ManualTime time;
    SECTION("Aimd") { // 15 ms are 1.5 times what the service can do at a time
        ConcurrencyLimit limit{Aimd<15ms>{}, Time{time}};
        REQUIRE(limit.limit() == 20);
        saturate(limit, time, 40, 100);
        REQUIRE(limit.limit() >= 52);
        REQUIRE(limit.limit() <= 66);
        saturate(limit, time, 10, 100);
        REQUIRE(limit.limit() >= 12);
        REQUIRE(limit.limit() <= 16);
        saturate(limit, time, 1000, 400);
        REQUIRE(limit.limit() == 200);
    }
    SECTION("Gradient") {
        ConcurrencyLimit limit{Gradient<>{}, Time{time}, LimitBetween<1, 100, 20>{}};
        saturate(limit, time, 40, 95);
        REQUIRE(limit.limit() >= 55);
        REQUIRE(limit.limit() <= 66);
        saturate(limit, time, 10, 100);
        REQUIRE(limit.limit() >= 14);
        REQUIRE(limit.limit() <= 22);
        saturate(limit, time, 1000, 300);
        REQUIRE(limit.limit() == 100);
    }
}

TEST_CASE("only a return and an overload say something of the limit", "[R-433]") {
    ManualTime time;
    ConcurrencyLimit limit{Aimd<1s, 50>{}, OverloadIf<TimeoutError>{}, LimitBetween<1, 8, 8>{}, Time{time}};
    auto const takes = [&](Duration d, auto f) {
        return [&time, d, f] {
            time.advance(d);
            return f();
        };
    };
    REQUIRE_THROWS_AS(limit(takes(1h, []() -> int { throw NotFound{}; })), NotFound);
    REQUIRE_THROWS_AS(limit(takes(1h, []() -> int { throw 7; })), int);
    REQUIRE(limit(takes(1h, [] { return std::make_error_code(std::errc::no_link); })) == std::errc::no_link);
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> breaker;
    breaker.force_open();
    REQUIRE_THROWS_AS(pipeline(limit, breaker)([] {}), CircuitOpenError);
    {
        Attempt const at;
        auto abandoned = limit.call(at);
        REQUIRE(abandoned.start(at) == Answer::again);
        time.advance(1h);
    }
    REQUIRE(limit.limit() == 8);
    REQUIRE_THROWS_AS(limit([]() -> int { throw TimeoutError{}; }), TimeoutError);
    REQUIRE(limit.limit() == 4);
    REQUIRE(limit(takes(2s, [] { return 5; })) == 5);
    REQUIRE(limit.limit() == 2);
    limit(takes(2s, [] {}));
    REQUIRE(limit.limit() == 1);
    limit(takes(2s, [] {}));
    REQUIRE(limit.limit() == 1); // never below Min
}

TEST_CASE("an overload may come in a result, or as a rejection of a stage inside", "[R-433]") {
    ManualTime time;
    ConcurrencyLimit limit{Aimd<1s, 50>{}, OverloadIf<TimeoutError, CircuitOpenError, std::error_code>{},
                           LimitBetween<1, 64, 64>{}, Time{time}};
    auto const advance = [&] { time.advance(1ms); };
    REQUIRE(limit([&] { return advance(), std::make_error_code(std::errc::timed_out); }) == std::errc::timed_out);
    REQUIRE(limit.limit() == 32);
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>> breaker;
    breaker.force_open();
    REQUIRE_THROWS_AS(pipeline(limit, breaker)([] {}), CircuitOpenError);
    REQUIRE(limit.limit() == 16);
    time.advance(1ms);
    REQUIRE(!pipeline(limit, breaker).try_call([] {}));
    REQUIRE(limit.limit() == 8);
    REQUIRE(limit([] { return std::error_code{}; }) == std::error_code{});
    REQUIRE(limit.limit() == 8);
}

TEST_CASE("who finds no place is refused, or waits in line", "[R-434]") {
    ManualTime time;
    ConcurrencyLimit<Aimd<1s>, LimitBetween<1, 1, 1>, Name<"api">> refuses;
    try {
        refuses([&] { refuses([] {}); });
        FAIL("was let in");
    } catch (ConcurrencyLimitedError const& error) {
        REQUIRE(error.stage() == std::string_view{"api"});
        REQUIRE(!error.closed());
    }
    REQUIRE(refuses.idle());

    ConcurrencyLimit<Aimd<1s>, LimitBetween<1, 1, 1>, WaitInLine<1>, MaxWait<3s>, Time<ManualTime>> waits{Time{time}};
    bool refused = false;
    waits([&] { refused = !waits.try_call([] { return 1; }); });
    REQUIRE(refused);
    REQUIRE(time.slept() == std::vector<Duration>{3s});
    Attempt const at;
    auto first = waits.call(at);
    auto second = waits.call(at);
    auto third = waits.call(at);
    REQUIRE(first.start(at) == Answer::again);
    REQUIRE(second.start(at) == Answer::sleep);
    REQUIRE(third.start(at) == Answer::reject);
    REQUIRE(second.wake(at) == Answer::reject);
    REQUIRE(waits.waiting() == 0);
}

TEST_CASE("a place more calls the first in line", "[R-429][R-434]") {
    ManualTime time;
    ConcurrencyLimit<Aimd<1s>, LimitBetween<1, 9, 1>, WaitInLine<9>, Time<ManualTime>> limit{Time{time}};
    Attempt const at;
    std::vector<int> woken(3);
    auto const waker = [&](int i) {
        return Waker{&woken[static_cast<std::size_t>(i)], [](void* n) { ++*static_cast<int*>(n); }};
    };
    auto a = limit.call(at), b = limit.call(at), c = limit.call(at);
    {
        auto first = limit.call(at);
        REQUIRE(first.start(at) == Answer::again);
        REQUIRE(a.start(at) == Answer::sleep);
        REQUIRE(b.start(at) == Answer::sleep);
        REQUIRE(c.start(at) == Answer::sleep);
        a.park(waker(0)), b.park(waker(1)), c.park(waker(2));
        first.returned(at, 1); // a good round: the limit is 2, and there is a place beside its own
        REQUIRE(limit.limit() == 2);
        REQUIRE(woken == std::vector{1, 0, 0});
    }
    REQUIRE(woken == std::vector{1, 1, 0});
    REQUIRE(a.wake(at) == Answer::again);
    REQUIRE(b.wake(at) == Answer::again);
}

TEST_CASE("a closed limit refuses and drains", "[R-435]") {
    ConcurrencyLimit<Aimd<1s>> limit;
    REQUIRE(limit([&] {
        REQUIRE(!limit.drain(0s));
        return limit.closed();
    }));
    REQUIRE(limit.drain(0s));
    REQUIRE(limit.try_call([] { return 1; }).error().closed());
    REQUIRE(limit.limit() >= 1);
}

TEST_CASE("a limit of constants is a constinit global and allocates nothing", "[R-436]") {
    STATIC_REQUIRE(!std::is_copy_constructible_v<ConcurrencyLimit<Gradient<>>>);
    int const before = test::allocations;
    for (int i = 0; i < 1000; ++i) {
        global_limit([] {});
        (void)global_limit.try_call([] { return 1; });
    }
    REQUIRE(test::allocations == before);
    REQUIRE(global_limit.idle());
    REQUIRE(describe<ConcurrencyLimit<Gradient<>, LimitBetween<1, 9, 5>, WaitInLine<3>>>() ==
            "ConcurrencyLimit<Gradient<>, LimitBetween<1, 9, 5>, WaitInLine<3>>");
}

TEST_CASE("a sample that comes while another one is weighed is left out", "[R-436]") {
    int weighed = 0;
    std::function<void()> other;
    ConcurrencyLimit limit{Slow{[&] {
        if (++weighed == 1) std::thread{other}.join();
    }}};
    other = [&] { limit([] {}); };
    limit([] {});
    REQUIRE(weighed == 1);
    limit([] {});
    REQUIRE(weighed == 2);
}

TEST_CASE("a limit is idle while it knows no more than a new one", "[R-652]") {
    ManualTime time;
    ConcurrencyLimit limit{Aimd<1s, 50>{}, LimitBetween<1, 8, 8>{}, Time{time}};
    REQUIRE(limit.now() == time.now());
    REQUIRE(limit.idle());
    limit([&] {
        REQUIRE(!limit.idle());
        REQUIRE(!limit.can_be_forgotten());
        time.advance(2s);
    });
    REQUIRE(!limit.idle());
    REQUIRE(limit.can_be_forgotten());
    limit.close();
    REQUIRE(!limit.can_be_forgotten());
    STATIC_REQUIRE(!std::is_convertible_v<Aimd<1s>, ConcurrencyLimit<Aimd<1s>>>);
}

TEST_CASE("threads under a limit that changes: never above it, and none is lost", "[R-430][R-436]") {
    ConcurrencyLimit<Aimd<1ns, 80>, LimitBetween<1, 6, 6>, WaitInLine<100>> limit; // every call is slow
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::atomic<int> done{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 1000; ++i)
                limit([&] {
                    int const now = ++inside;
                    for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
                    }
                    ++done;
                    --inside;
                });
        });
    for (std::thread& one : threads) one.join();
    REQUIRE(done == 6000);
    REQUIRE(most <= 6);
    REQUIRE(limit.limit() == 1);
    REQUIRE(limit.can_be_forgotten());
    REQUIRE(!limit.idle()); // it knows more than a new one
}
