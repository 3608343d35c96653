// SPDX-License-Identifier: BSL-1.0
// What a service that goes down relies on: closed limits let nobody in, and say when everybody is out.
#include <atomic>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <thread>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;
using detail::Answer;

namespace {

using TwoPlaces = Bulkhead<2, 9>;
using LimitOfTwo = ConcurrencyLimit<Aimd<1h>, LimitBetween<2, 2, 2>, WaitInLine<9>>;
constexpr Duration year = std::chrono::hours{24 * 365};

struct Flag {
    bool requested = false;
    bool stop_requested() const { return requested; }
};

/// A call as a coroutine or a callback has it: parked, and told when its sleep is over.
template <class Stage>
struct Parked {
    Attempt at;
    decltype(std::declval<Stage&>().call(std::declval<Attempt const&>())) call;
    bool woken = false;

    explicit Parked(Stage& stage, Attempt const& attempt = Attempt{}) : at(attempt), call(stage.call(at)) {}
    Answer start() {
        Answer const answer = call.start(at);
        if (answer == Answer::sleep)
            detail::Ask::park(call, at, Waker{&woken, [](void* flag) { *static_cast<bool*>(flag) = true; }});
        return answer;
    }
    /// Returns: whether it was refused by a stage that says that it is closed.
    bool is_refused_as_closed() {
        if (call.wake(at) != Answer::reject) return false;
        return call.with_rejection([]<class J>(J const& j) {
            if constexpr (requires { j.closed(); }) return j.closed();
            else return false;
        });
    }
};

/// Returns: whether a call is refused by a stage that says that it is closed, thrown and as a value.
template <class Stage>
bool refuses_as_closed(Stage& stage) {
    auto const refused = stage.try_call([] { return 1; });
    using Error = typename std::remove_cvref_t<decltype(refused.error())>::Thrown;
    try {
        stage([] {});
    } catch (Error const& error) {
        return error.closed() && !refused.has_value() && refused.error().closed() &&
               refused.error().retry_after() == Duration::zero();
    }
    return false;
}

/// Calls inside that end when they are told to, on threads of their own.
template <class Stage>
class Inside {
public:
    Inside(Stage& stage, int n) {
        for (int i = 0; i != n; ++i)
            threads_.emplace_back([this, &stage] {
                stage([this] {
                    while (!ended_) std::this_thread::yield();
                });
            });
        while (stage.used() != n) std::this_thread::yield();
    }
    ~Inside() { end(); }
    void end() { ended_ = true; }

private:
    std::atomic<bool> ended_{false};
    std::vector<std::jthread> threads_;
};

} // namespace

TEMPLATE_TEST_CASE("after a close nobody enters, and those in line are refused at once as closed", "[R-654]", TwoPlaces,
                   LimitOfTwo) {
    TestType stage;
    std::optional<Inside<TestType>> inside{std::in_place, stage, 2};
    Parked<TestType> parked{stage};
    REQUIRE(parked.start() == Answer::sleep);
    std::atomic<int> refused{0};
    std::atomic<bool> other{false};
    {
        std::vector<std::jthread> in_line;
        for (int i = 0; i != 3; ++i)
            in_line.emplace_back([&] {
                auto const result = stage.try_call([&] { return other = true; });
                if (!result && result.error().closed()) ++refused;
            });
        while (stage.waiting() != 4) std::this_thread::yield();
        stage.close();
    } // the threads end while both places are still taken
    REQUIRE(refused == 3);
    REQUIRE(!other);
    REQUIRE(parked.woken);
    REQUIRE(parked.is_refused_as_closed());
    REQUIRE(stage.waiting() == 0);
    REQUIRE(stage.used() == 2);
    REQUIRE(refuses_as_closed(stage));
    inside.reset();
    REQUIRE(stage.drain(0s));
    REQUIRE(refuses_as_closed(stage)); // a place that is free again helps nobody
    REQUIRE(stage.closed());
    REQUIRE(!stage.idle());
}

TEMPLATE_TEST_CASE("who was called before the close goes in, and the drain waits for him", "[R-654]", TwoPlaces,
                   LimitOfTwo) {
    TestType stage;
    auto first = std::make_unique<Parked<TestType>>(stage);
    auto second = std::make_unique<Parked<TestType>>(stage);
    auto third = std::make_unique<Parked<TestType>>(stage);
    REQUIRE(first->start() == Answer::again);
    REQUIRE(second->start() == Answer::again);
    REQUIRE(third->start() == Answer::sleep);
    first.reset();
    REQUIRE(third->woken);
    stage.close();
    second.reset();
    REQUIRE(!stage.drain(0s)); // the third has the place of the first
    SECTION("he goes in and ends") {
        REQUIRE(third->call.wake(third->at) == Answer::again);
        REQUIRE(!stage.drain(0s));
        third.reset();
    }
    SECTION("he is abandoned") { third.reset(); }
    REQUIRE(stage.drain(0s));
}

TEMPLATE_TEST_CASE("who is late, cancelled, abandoned or has thrown is out", "[R-655]", TwoPlaces, LimitOfTwo) {
    ManualTime time{5 * year};
    Flag flag;
    Context const context{time.now() + 10s, StopView{&flag}, ClockView{&time}};
    Attempt const at{1, 0s, context};
    TestType stage;
    auto inside = std::make_unique<Parked<TestType>>(stage, at);
    auto also_inside = std::make_unique<Parked<TestType>>(stage, at);
    REQUIRE(inside->start() == Answer::again);
    REQUIRE(also_inside->start() == Answer::again);
    Parked<TestType> late{stage, at};
    Parked<TestType> cancelled{stage, at};
    auto abandoned = std::make_unique<Parked<TestType>>(stage, at);
    for (auto* one : {&late, &cancelled, abandoned.get()}) REQUIRE(one->start() == Answer::sleep);
    inside.reset(); // late has a place now
    REQUIRE(late.woken);
    stage.close();
    REQUIRE(!stage.drain(0s));
    time.advance(10s);
    REQUIRE(late.call.wake(at) == Answer::reject); // it gives that place up
    late.call.with_rejection([]<class J>(J const&) { REQUIRE(std::is_same_v<J, DeadlinePassed>); });
    flag.requested = true;
    REQUIRE(cancelled.call.wake(at) == Answer::reject);
    cancelled.call.with_rejection([]<class J>(J const&) { REQUIRE(std::is_same_v<J, StopRequested>); });
    abandoned.reset();
    REQUIRE(!stage.drain(0s));
    also_inside.reset();
    REQUIRE(stage.drain(0s));
    REQUIRE(stage.waiting() == 0);

    TestType other;
    REQUIRE_THROWS_AS(other([&] {
                          other.close();
                          REQUIRE(!other.drain(0s)); // from inside: this call itself is not out
                          throw std::runtime_error{"x"};
                      }),
                      std::runtime_error);
    REQUIRE(other.drain(0s));
}

TEMPLATE_TEST_CASE("any number of threads drain, and all are told when the last call is out", "[R-655]", TwoPlaces,
                   LimitOfTwo) {
    for (int round = 0; round != 20; ++round) {
        TestType stage;
        Inside<TestType> inside{stage, 2};
        REQUIRE(!stage.drain(0s));
        REQUIRE(!stage.drain(-1h));
        std::atomic<int> told{0};
        {
            std::vector<std::jthread> threads;
            for (Duration const longest : {Duration{1h}, Duration::max(), Duration{290 * year}})
                threads.emplace_back([&stage, &told, longest] { told += stage.drain(longest); });
            inside.end();
        }
        REQUIRE(told == 3);
        REQUIRE(stage.drain(-1h));
    }
}

TEST_CASE("a drain by a clock of a test sleeps once, and not where nobody is inside", "[R-655]") {
    ManualTime time;
    ConcurrencyLimit<Aimd<1h>, Time<ManualTime>> limit{Time{time}};
    auto call = std::make_unique<Parked<decltype(limit)>>(limit);
    REQUIRE(call->start() == Answer::again);
    REQUIRE(!limit.drain(3s));
    REQUIRE(!limit.drain(0s));
    REQUIRE(time.slept() == std::vector<Duration>{3s});
    call.reset();
    REQUIRE(limit.drain(3s));
    REQUIRE(time.slept() == std::vector<Duration>{3s});
}

TEST_CASE("a limit that learns from the last calls stays closed", "[R-654]") {
    ManualTime time;
    ConcurrencyLimit<Aimd<1s>, LimitBetween<1, 4, 2>, WaitInLine<9>, Time<ManualTime>> limit{Time{time}};
    limit([&] {
        limit.close();
        time.advance(2s); // slow: the limit is cut
    });
    REQUIRE(limit.limit() == 1);
    REQUIRE(refuses_as_closed(limit));
    REQUIRE(limit.drain(0s));
}

TEST_CASE("a drain of a limiter waits for turns: none, the burst, or the last one that was taken", "[R-656]") {
    Duration const start = GENERATE(Duration{-1h}, 0 * year, 5 * year, 290 * year);
    CAPTURE(start.count());
    ManualTime time{start};
    using Limiter = RateLimiter<1, 1s, 2, MaxWait<60s>, Time<ManualTime>>;
    SECTION("nobody has ever called") {
        Limiter limiter{Time{time}};
        REQUIRE(limiter.drain(0s));
        REQUIRE(limiter.drain(5s));
        REQUIRE(refuses_as_closed(limiter));
    }
    SECTION("a burst, whose turns have come") {
        Limiter limiter{Time{time}};
        REQUIRE((limiter.try_acquire() && limiter.try_acquire()));
        REQUIRE(limiter.drain(5s));
    }
    SECTION("long ago") {
        Limiter limiter{Time{time}};
        REQUIRE(limiter.try_acquire(2));
        time.advance(1h);
        REQUIRE(limiter.drain(5s));
    }
    REQUIRE(time.slept().empty());
    SECTION("those who wait") {
        Limiter limiter{Time{time}};
        Attempt const at;
        REQUIRE(limiter.try_acquire(2));
        auto first = limiter.call(at);
        auto second = limiter.call(at);
        REQUIRE(first.start(at) == Answer::sleep);
        REQUIRE(second.start(at) == Answer::sleep);
        limiter.close();
        REQUIRE(refuses_as_closed(limiter));
        REQUIRE(!limiter.try_acquire().has_value());
        REQUIRE(limiter.try_acquire().error().closed());
        REQUIRE(!limiter.drain(1s));
        REQUIRE(first.wake(at) == Answer::again); // it keeps its turn
        REQUIRE(limiter.drain(1s));
        REQUIRE(second.wake(at) == Answer::again);
        REQUIRE(time.slept() == std::vector<Duration>{1s, 1s});
        REQUIRE(limiter.drain(-1s));
    }
}

TEST_CASE("a drain of a limiter waits for a turn whose call has gone, and not for longer", "[R-656]") {
    ManualTime time;
    RateLimiter<1, 1s, 1, MaxWait<60s>, Time<ManualTime>> limiter{Time{time}};
    Attempt const at;
    REQUIRE(limiter.try_acquire());
    {
        auto gone = limiter.call(at);
        REQUIRE(gone.start(at) == Answer::sleep);
        limiter.close();
    }
    REQUIRE(!limiter.drain(-1s));
    REQUIRE(limiter.drain(5s));
    REQUIRE(time.slept() == std::vector<Duration>{1s});
}

TEST_CASE("a stop ends the wait of a thread at a closed limiter", "[R-656]") {
    RateLimiter<1, 1h, 1, MaxWait<24h>, Time<InterruptibleTime>> limiter;
    REQUIRE(limiter.try_acquire());
    std::stop_source source;
    std::stop_token const token = source.get_token();
    Context const context{TimePoint::max(), StopView{&token}, ClockView{}};
    std::atomic<bool> cancelled{false};
    std::jthread waits{[&] {
        try {
            within(Attempt{1, 0s, context}, limiter)([] {});
        } catch (Cancelled const&) {
            cancelled = true;
        }
    }};
    while (limiter.try_acquire().error().retry_after() <= 1h) std::this_thread::yield(); // until it has its turn
    limiter.close();
    source.request_stop();
    waits.join();
    REQUIRE(cancelled);
}

TEST_CASE("a stage that is closed is neither retried by default nor a failure to a breaker", "[R-657]") {
    ManualTime time;
    Bulkhead<1> bulkhead;
    RateLimiter<10, 1s> limiter;
    ConcurrencyLimit<Aimd<1s>> limit;
    bulkhead.close();
    limiter.close();
    limit.close();
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>> breaker;
    bool called = false;
    auto const f = [&] { called = true; };
    REQUIRE_THROWS_AS(pipeline(retrying, breaker, bulkhead)(f), BulkheadFullError);
    REQUIRE_THROWS_AS(pipeline(retrying, breaker, limiter)(f), RateLimitedError);
    REQUIRE_THROWS_AS(pipeline(retrying, breaker, limit)(f), ConcurrencyLimitedError);
    REQUIRE(!called);
    REQUIRE(time.slept().empty());
    REQUIRE(breaker.state() == CircuitState::closed);
    REQUIRE(breaker.idle());
}

TEST_CASE("a retry of what is full can leave alone what is closed, thrown and as a value", "[R-657][R-658]") {
    ManualTime time;
    Bulkhead<1> bulkhead;
    Retrying const patient{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time},
                           RetryIfException{[](BulkheadFullError const& e) { return !e.closed(); }}};
    auto const stages = pipeline(patient, bulkhead);
    {
        auto const place = bulkhead.try_acquire();
        REQUIRE_THROWS_AS(stages([] {}), BulkheadFullError);
        REQUIRE(!stages.try_call([] { return 1; }).has_value());
        REQUIRE(time.slept() == std::vector<Duration>(4, 1s));
    }
    bulkhead.close();
    REQUIRE_THROWS_AS(stages([] {}), BulkheadFullError);
    REQUIRE(!stages.try_call([] { return 1; }).has_value());
    REQUIRE(time.slept().size() == 4);
}

TEST_CASE("a breaker tells at last what is worth keeping, and its successor goes on with it", "[R-657]") {
    ManualTime time;
    using Breaker = CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, Time<ManualTime>>;
    Breaker breaker{Time{time}};
    Bulkhead<1> bulkhead;
    auto const stages = pipeline(breaker, bulkhead);
    REQUIRE_THROWS_AS(stages([&] {
                          bulkhead.close();
                          throw std::runtime_error{"the last call"};
                      }),
                      std::runtime_error);
    REQUIRE(bulkhead.drain(0s));
    CircuitSnapshot const last = breaker.snapshot(); // after the drain, so that the last call is in it
    REQUIRE(last.state == CircuitState::open);
    Breaker next{Time{time}};
    next.restore(last);
    REQUIRE_THROWS_AS(next([] {}), CircuitOpenError);
    time.advance(60s);
    REQUIRE(next([] { return 1; }) == 1);
}
