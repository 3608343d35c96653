// SPDX-License-Identifier: BSL-1.0
#include <grit/bulkhead/bulkhead.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"
#include "support/counting_new.hpp"

using namespace grit;
using namespace std::chrono_literals;
using detail::Answer;

namespace {

constinit Bulkhead<100> global_bulkhead;

struct Busy {};

/// A call as a coroutine or a callback has it: parked, and told when its sleep is over.
template <class Stage>
struct Parked {
    using Call = decltype(std::declval<Stage&>().call(std::declval<Attempt const&>()));
    Attempt at;
    std::unique_ptr<Call> call;
    bool woken = false;

    explicit Parked(Stage& stage, Attempt const& attempt = Attempt{}) : at(attempt), call(new Call(stage.call(at))) {}
    Answer start() {
        Answer const answer = call->start(at);
        if (answer == Answer::sleep)
            detail::Ask::park(*call, at, Waker{&woken, [](void* flag) { *static_cast<bool*>(flag) = true; }});
        return answer;
    }
    Answer wake() { return call->wake(at); }
};

/// A sleep during which something happens.
struct TimeThat {
    std::function<void(Duration)> f;
    static TimePoint now() { return {}; }
    void sleep(Duration d) const { f(d); }
};

} // namespace

TEST_CASE("a bulkhead lets so many calls in at a time, and a call gives its place up however it ends", "[R-420]") {
    Bulkhead<2> bulkhead;
    bool refused = false;
    int const result = bulkhead([&] {
        return bulkhead([&] {
            REQUIRE(bulkhead.used() == 2);
            refused = !bulkhead.try_call([] { return 1; }).has_value();
            return 7;
        });
    });
    REQUIRE(result == 7);
    REQUIRE(refused);
    REQUIRE_THROWS_AS(bulkhead([] { throw Busy{}; }), Busy);
    REQUIRE(bulkhead.idle());
}

TEST_CASE("a full bulkhead refuses, by exception or as a value", "[R-424]") {
    Bulkhead<1, 0, Name<"db">> bulkhead;
    auto const place = bulkhead.try_acquire();
    try {
        bulkhead([] {});
        FAIL("was let in");
    } catch (BulkheadFullError const& error) {
        REQUIRE(error.stage() == std::string_view{"db"});
        REQUIRE(!error.closed());
    }
    REQUIRE(bulkhead.try_call([] { return 1; }).error() == BulkheadFull{});
    Retrying const retrying{StopAfterAttempt<3>{}};
    REQUIRE_THROWS_AS(pipeline(retrying, bulkhead)([] { return 1; }), BulkheadFullError); // not retried by default
}

TEST_CASE("who waits is called in the order of coming, and who comes then is refused", "[R-421][R-423]") {
    Bulkhead<1, 2> bulkhead;
    using Call = Parked<Bulkhead<1, 2>>;
    auto inside = std::make_unique<Call>(bulkhead);
    Call first{bulkhead}, second{bulkhead}, third{bulkhead};
    REQUIRE(inside->start() == Answer::again);
    REQUIRE(first.start() == Answer::sleep);
    REQUIRE(first.call->wait() == Duration::max());
    REQUIRE(second.start() == Answer::sleep);
    REQUIRE(third.start() == Answer::reject);
    REQUIRE(bulkhead.waiting() == 2);
    inside.reset();
    REQUIRE(first.woken);
    REQUIRE(!second.woken);
    REQUIRE(!bulkhead.try_acquire()); // nobody overtakes
    REQUIRE(first.wake() == Answer::again);
    first.call.reset();
    REQUIRE(second.woken);
    REQUIRE(second.wake() == Answer::again);
    second.call.reset();
    REQUIRE(bulkhead.idle());
    REQUIRE(bulkhead.waiting() == 0);
}

TEST_CASE("who is cancelled, late or gone leaves the line, and a place that came meanwhile goes to the next",
          "[R-422]") {
    using Stage = Bulkhead<1, 9, MaxWait<5s>>;
    ManualTime time;
    struct Flag {
        bool requested = false;
        bool stop_requested() const { return requested; }
    } flag;
    Context const context{TimePoint{10s}, StopView{&flag}, ClockView{&time}};
    Attempt const at{1, 0s, context};
    Stage bulkhead;
    auto place = bulkhead.try_acquire();
    Parked<Stage> one{bulkhead, at};
    Parked<Stage> next{bulkhead};
    REQUIRE(one.start() == Answer::sleep);
    REQUIRE(one.call->wait() == 5s);
    REQUIRE(next.start() == Answer::sleep);
    SECTION("its wait is over") {
        REQUIRE(one.wake() == Answer::reject);
        one.call->with_rejection([]<class J>(J const&) { REQUIRE(std::is_same_v<J, BulkheadFull>); });
    }
    SECTION("stopped") {
        flag.requested = true;
        REQUIRE(one.wake() == Answer::reject);
        one.call->with_rejection([]<class J>(J const&) { REQUIRE(std::is_same_v<J, StopRequested>); });
    }
    SECTION("stopped, and called at the same time") {
        place.release();
        flag.requested = true;
        REQUIRE(one.wake() == Answer::reject);
        one.call->with_rejection([]<class J>(J const&) { REQUIRE(std::is_same_v<J, StopRequested>); });
    }
    SECTION("beyond its deadline") {
        place.release();
        time.advance(10s);
        REQUIRE(one.wake() == Answer::reject);
        one.call->with_rejection([]<class J>(J const&) { REQUIRE(std::is_same_v<J, DeadlinePassed>); });
    }
    SECTION("abandoned in line") { one.call.reset(); }
    SECTION("abandoned after it was called") {
        place.release();
        REQUIRE(one.woken);
        one.call.reset();
    }
    place.release();
    REQUIRE(next.woken);
    REQUIRE(next.wake() == Answer::again);
    next.call.reset();
    REQUIRE(bulkhead.idle());
    REQUIRE(bulkhead.waiting() == 0);
}

TEST_CASE("a wait ends at the deadline, and nothing starts after it or after a stop", "[R-422][R-424]") {
    ManualTime time;
    Bulkhead<1, 9, MaxWait<5s>, Time<ManualTime>> bulkhead{Time{time}};
    auto place = bulkhead.try_acquire();
    auto const under = [&](Duration left) {
        Context const context{time.now() + left, StopView{}, ClockView{&time}};
        return within(Attempt{1, 0s, context}, bulkhead)([] { return 1; });
    };
    REQUIRE_THROWS_AS(under(0s), DeadlineExceeded);
    REQUIRE(time.slept().empty());
    REQUIRE_THROWS_AS(under(2s), DeadlineExceeded);
    REQUIRE_THROWS_AS(under(9s), BulkheadFullError);
    REQUIRE(time.slept() == std::vector<Duration>{2s, 5s});
    REQUIRE(bulkhead.waiting() == 0);
    place.release();
    REQUIRE_THROWS_AS(under(0s), DeadlineExceeded);
    REQUIRE(under(1s) == 1);
    REQUIRE(bulkhead.idle());
}

TEST_CASE("a place that comes during the sleep of a test is taken", "[R-421]") {
    TimeThat time;
    Bulkhead<1, 1, MaxWait<3s>, Time<TimeThat>> bulkhead{Time{time}};
    auto place = bulkhead.try_acquire();
    std::vector<Duration> slept;
    time.f = [&](Duration d) {
        slept.push_back(d);
        place.release();
    };
    REQUIRE(bulkhead([] { return 1; }) == 1);
    REQUIRE(slept == std::vector<Duration>{3s});
    REQUIRE(bulkhead.idle());
}

TEST_CASE("MaxWait of zero is no wait", "[R-421]") {
    Bulkhead bulkhead{1, 9, MaxWait{0s}};
    auto const place = bulkhead.try_acquire();
    REQUIRE(!bulkhead.try_call([] {}).has_value());
    REQUIRE(bulkhead.waiting() == 0);
}

TEST_CASE("threads and parked calls stand in one line, and a stop ends the wait of a thread", "[R-422][R-423]") {
    using Stage = Bulkhead<1, 100>;
    Stage bulkhead;
    std::atomic<int> inside{0};
    std::atomic<int> most{0};
    std::atomic<int> done{0};
    auto const visit = [&] {
        int const now = ++inside;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        ++done;
        --inside;
    };
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i) bulkhead(visit);
        });
    threads.emplace_back([&] { // as a loop with callbacks does
        for (int i = 0; i < 500; ++i) {
            struct {
                std::atomic<bool> woken{false};
            } state;
            Attempt const at;
            auto call = bulkhead.call(at);
            Answer answer = call.start(at);
            if (answer == Answer::sleep) {
                if (i % 5 == 0) continue; // abandoned
                call.park(Waker{&state.woken, [](void* w) { *static_cast<std::atomic<bool>*>(w) = true; }});
                while (!state.woken) std::this_thread::yield();
                answer = call.wake(at);
            }
            REQUIRE(answer == Answer::again);
            visit();
        }
    });
    for (std::thread& one : threads) one.join();
    REQUIRE(most == 1);
    REQUIRE(done >= 2400);
    REQUIRE(bulkhead.idle());

    std::stop_source source;
    std::stop_token const token = source.get_token();
    Context const context{TimePoint::max(), StopView{&token}, ClockView{}};
    auto const place = bulkhead.try_acquire();
    std::thread stopped{[&] { REQUIRE_THROWS_AS(within(Attempt{1, 0s, context}, bulkhead)([] {}), Cancelled); }};
    while (bulkhead.waiting() == 0) std::this_thread::yield();
    source.request_stop();
    stopped.join();
    REQUIRE(bulkhead.waiting() == 0);
}

TEST_CASE("a closed bulkhead refuses who comes and who waits, and drains", "[R-426]") {
    using Stage = Bulkhead<1, 9>;
    Stage bulkhead;
    auto place = bulkhead.try_acquire();
    Parked<Stage> waits{bulkhead};
    REQUIRE(waits.start() == Answer::sleep);
    std::thread thread{[&] {
        try {
            bulkhead([] {});
            FAIL("was let in");
        } catch (BulkheadFullError const& error) {
            REQUIRE(error.closed());
        }
    }};
    while (bulkhead.waiting() != 2) std::this_thread::yield();
    bulkhead.close();
    thread.join();
    REQUIRE(waits.woken);
    REQUIRE(waits.wake() == Answer::reject);
    waits.call->with_rejection([]<class J>(J const& j) {
        if constexpr (std::is_same_v<J, BulkheadFull>) REQUIRE(j.closed());
    });
    REQUIRE(bulkhead.closed());
    REQUIRE(!bulkhead.drain(0s));
    std::thread leaves{[&] { place.release(); }};
    REQUIRE(bulkhead.drain(1h));
    leaves.join();
    REQUIRE(bulkhead.drain(0s));

    ManualTime time;
    Bulkhead<1, 0, Time<ManualTime>> manual{Time{time}};
    auto kept = manual.try_acquire();
    REQUIRE(!manual.drain(3s));
    REQUIRE(time.slept() == std::vector<Duration>{3s});
    kept.release();
    REQUIRE(manual.drain(3s));
    REQUIRE(time.slept().size() == 1);
}

TEST_CASE("a bulkhead of constants is a constinit global and allocates nothing", "[R-427]") {
    STATIC_REQUIRE(!std::is_copy_constructible_v<Bulkhead<1>>);
    Bulkhead<1, 1, MaxWait<1ms>> full;
    auto const place = full.try_acquire();
    auto const stages = pipeline(Deadline<5s>{}, global_bulkhead);
    int const before = test::allocations;
    for (int i = 0; i < 100; ++i) {
        global_bulkhead([] {});
        stages([](Attempt const&) {});
        (void)global_bulkhead.try_call([] { return 1; });
    }
    bool const waited_in_vain = !full.try_call([] { return 1; }).has_value();
    REQUIRE(test::allocations == before);
    REQUIRE(waited_in_vain);
    REQUIRE(global_bulkhead.idle());
    REQUIRE(describe<Bulkhead<3>>() == "Bulkhead<3>");
    REQUIRE(describe<Bulkhead<3, 9, MaxWait<1s>>>() == "Bulkhead<3, 9, MaxWait<1s>>");
}

TEST_CASE("a bulkhead at run time is checked when it is made", "[R-428]") {
    Bulkhead bulkhead{2, 5, MaxWait{1s}};
    STATIC_REQUIRE(std::is_same_v<decltype(bulkhead), Bulkhead<dynamic, dynamic, MaxWait<>>>);
    STATIC_REQUIRE(std::is_same_v<decltype(Bulkhead{2}), Bulkhead<>>);
    REQUIRE(bulkhead([] { return 1; }) == 1);
    REQUIRE_THROWS_AS(Bulkhead{0}, std::invalid_argument);
    REQUIRE_THROWS_AS(Bulkhead{-5}, std::invalid_argument);
    REQUIRE_THROWS_AS((Bulkhead{1, -1}), std::invalid_argument);
    REQUIRE_THROWS_AS((Bulkhead{1'000'001}), std::invalid_argument);
    REQUIRE_THROWS_AS((Bulkhead{1, 1'000'001}), std::invalid_argument);
    Bulkhead most{1'000'000, 1'000'000};
    REQUIRE(most([] { return 1; }) == 1);
    STATIC_REQUIRE(!Bulkhead<1>::hears_deadline);
    using Alone =
        decltype(std::declval<Bulkhead<1, 1>&>().call(Outermost{})); // neither a deadline nor a stop around it
    STATIC_REQUIRE(std::is_same_v<Alone::Rejections, Types<BulkheadFull>>);
    STATIC_REQUIRE(Bulkhead<1, 1>::hears_deadline);
    STATIC_REQUIRE(Bulkhead<>::hears_deadline);
    STATIC_REQUIRE(!std::is_convertible_v<Name<"a">, Bulkhead<1, 1, Name<"a">>>);
}
