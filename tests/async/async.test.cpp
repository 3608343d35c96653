// SPDX-License-Identifier: BSL-1.0
#include <grit/async/async.hpp>

#include <functional>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include <grit.hpp>

#include "support/catch.hpp"
#include "support/counting_new.hpp"
#include "support/task.hpp"
#include "support/toy_stages.hpp"

using namespace grit;
using namespace grit::test;
using namespace std::chrono_literals;
using toy::Busy;
using toy::Timeout;

namespace {

constexpr Retrying<StopAfterAttempt<3>, WaitFixed<1s>, RetryIf<Timeout>> three;

Task<int> one() { co_return 1; }

/// Throws a Timeout so many times, then returns a number.
struct Fails {
    int times;
    int calls = 0;
    Task<int> operator()() {
        if (++calls <= times) throw Timeout{};
        co_return 7;
    }
};

struct Shared {
    int alive = 0;
};
/// Counts itself, so that it shows whether a frame still owns it.
struct Counted {
    Shared* shared;
    explicit Counted(Shared& s) : shared(&s) { ++shared->alive; }
    Counted(Counted const& other) : shared(other.shared) { ++shared->alive; }
    ~Counted() { --shared->alive; }
};

} // namespace

TEST_CASE("A coroutine in a stage has the operation's own type, and the result of its last attempt", "[R-600]") {
    ManualTime time;
    Loop loop{time};
    Fails fails{2};
    auto task = async(three)(std::ref(fails));
    STATIC_REQUIRE(std::is_same_v<decltype(task), Task<int>>);
    REQUIRE(fails.calls == 0); // it is as lazy as the operation
    REQUIRE(loop.run(std::move(task)) == 7);
    REQUIRE(fails.calls == 3);
    REQUIRE(loop.slept() == std::vector<Duration>{1s, 1s});
    REQUIRE(time.now() == TimePoint{2s});
}

TEST_CASE("A coroutine in a stage gives nothing, a reference, or an object that can only be moved", "[R-600]") {
    ManualTime time;
    Loop loop{time};
    int value = 5;
    int nothing = 0;
    loop.run(async(three)([&]() -> Task<void> {
        if (++nothing < 3) throw Timeout{};
        co_return;
    }));
    REQUIRE(nothing == 3);
    int& reference = loop.run(async(three)([&]() -> Task<int&> { co_return value; }));
    REQUIRE(&reference == &value);
    auto const pointer =
        loop.run(async(three)([]() -> Task<std::unique_ptr<int>> { co_return std::make_unique<int>(3); }));
    REQUIRE(*pointer == 3);
    Retrying const by_result{StopAfterAttempt<3>{}, RetryIfResult{[](std::unique_ptr<int> const& p) { return !p; }}};
    int calls = 0;
    auto const judged = loop.run(async(by_result)(
        [&]() -> Task<std::unique_ptr<int>> { co_return ++calls < 3 ? nullptr : std::make_unique<int>(calls); }));
    REQUIRE(*judged == 3);
}

TEST_CASE("Every attempt is told its number, and the arguments come after it", "[R-600][R-601]") {
    ManualTime time;
    Loop loop{time};
    std::vector<int> numbers;
    auto const op = [&](Attempt const& at, std::string& text) -> Task<std::string> {
        numbers.push_back(at.number());
        text += "x";
        if (at.number() < 3) throw Timeout{};
        co_return text;
    };
    REQUIRE(loop.run(async(three)(op, std::string{"a"})) == "axxx"); // the same object in every attempt
    REQUIRE(numbers == std::vector{1, 2, 3});
    time.advance(1h); // the attempts are told the time since the start, whenever that was
    std::vector<Duration> elapsed;
    Retrying const timed{StopAfterAttempt<2>{}, WaitFixed<3s>{}, RetryIf<Timeout>{}, Time{time}};
    loop.run(async(timed)([&](TimedAttempt const& at) -> Task<void> {
        elapsed.push_back(at.elapsed());
        if (at.number() == 1) throw Timeout{};
        co_return;
    }));
    REQUIRE(elapsed == std::vector<Duration>{0s, 3s});
}

TEST_CASE("A coroutine owns its operation and its arguments, and std::ref refers", "[R-601]") {
    ManualTime time;
    Loop loop{time};
    Shared shared;
    std::string referred;
    {
        auto task = [&] {
            Counted counted{shared};
            std::string argument(100, 'a'); // gone when the task runs
            return async(three)(
                [counted](Attempt const& at, std::string const& s, std::string& out) -> Task<std::size_t> {
                    out += s[0];
                    if (at.number() < 3) throw Timeout{};
                    co_return s.size();
                },
                argument, std::ref(referred));
        }();
        REQUIRE(shared.alive == 1);
        REQUIRE(loop.run(std::move(task)) == 100);
    }
    REQUIRE(shared.alive == 0);
    REQUIRE(referred == "aaa");
    // A stage without shared state is copied into what async() makes.
    auto const made = [&] {
        Retrying const local{StopAfterAttempt{2}, WaitFixed{2s}, RetryIf<Timeout>{}};
        return async(local);
    }();
    Fails fails{1};
    REQUIRE(loop.run(made(std::ref(fails))) == 7);
}

TEST_CASE("What is not named by any policy leaves at once, as the same object", "[R-602]") {
    ManualTime time;
    Loop loop{time};
    Busy const* thrown = nullptr;
    int calls = 0;
    auto task = async(three)([&]() -> Task<int> {
        ++calls;
        throw Busy{};
        co_return 0;
    });
    try {
        loop.run(std::move(task));
    } catch (Busy const& error) {
        thrown = &error;
    }
    REQUIRE(thrown != nullptr);
    REQUIRE(calls == 1);
    REQUIRE_THROWS_AS(loop.run(async(three)([]() -> Task<int> {
        throw 7;
        co_return 0;
    })),
                      int);
}

TEST_CASE(
    "An error of an operation that is no coroutine inside, thrown before there is anything to await, is its error",
    "[R-602]") {
    ManualTime time;
    Loop loop{time};
    int calls = 0;
    REQUIRE(loop.run(async(three)([&]() -> Task<int> {
        if (++calls < 3) throw Timeout{};
        return one();
    })) == 1);
    REQUIRE(calls == 3);
}

TEST_CASE("What a hook or a predicate throws ends the call, even an error that is retried", "[R-602][R-61]") {
    ManualTime time;
    Loop loop{time};
    int calls = 0;
    auto const op = [&]() -> Task<int> {
        ++calls;
        co_return 1;
    };
    Retrying const on_success{StopAfterAttempt<3>{}, RetryIf<Timeout>{}, OnSuccess{[] { throw Timeout{}; }}};
    REQUIRE_THROWS_AS(loop.run(async(on_success)(op)), Timeout);
    REQUIRE(calls == 1);
    Retrying const predicate{StopAfterAttempt<3>{}, RetryIf<Timeout>{},
                             RetryIfResult{[](int) -> bool { throw Timeout{}; }}};
    REQUIRE_THROWS_AS(loop.run(async(predicate)(op)), Timeout);
    REQUIRE(calls == 2);
    Retrying const before{StopAfterAttempt<3>{}, RetryIf<Timeout>{}, Before{[] { throw Timeout{}; }}};
    REQUIRE_THROWS_AS(loop.run(async(before)(op)), Timeout);
    REQUIRE(calls == 2);
    Retrying const after{StopAfterAttempt<3>{}, RetryIf<Timeout>{}, After{[] { throw Timeout{}; }}};
    Fails fails{9};
    REQUIRE_THROWS_AS(loop.run(async(after)(std::ref(fails))), Timeout);
    REQUIRE(fails.calls == 1);
}

TEST_CASE("A wait of zero is no sleep", "[R-603][R-30]") {
    ManualTime time;
    Loop loop{time};
    int before_sleep = 0;
    Retrying const at_once{StopAfterAttempt<3>{}, RetryIf<Timeout>{}, BeforeSleep{[&] { ++before_sleep; }}};
    Fails fails{2};
    REQUIRE(loop.run(async(at_once)(std::ref(fails))) == 7);
    REQUIRE(loop.slept().empty());
    REQUIRE(before_sleep == 2);
}

namespace {
/// Sleeps in the loop that it is given, with a duration alone.
struct PlainSleeper {
    Loop* loop;
    int* sleeps;
    auto sleep(Duration d) const {
        ++*sleeps;
        return Loop::Sleep{*loop, d};
    }
};
} // namespace

TEST_CASE("A sleeper of one's own takes the place of that of the coroutine type", "[R-603]") {
    ManualTime time;
    Loop loop{time};
    int sleeps = 0;
    Fails fails{2};
    REQUIRE(loop.run(async(three, PlainSleeper{&loop, &sleeps})(std::ref(fails))) == 7);
    REQUIRE(sleeps == 2);
}

TEST_CASE("A coroutine that waits holds nothing up", "[R-603]") {
    ManualTime time;
    Loop loop{time};
    Fails slow{2};
    Fails fast{1};
    auto a = async(three)(std::ref(slow));
    auto b = async(three)(std::ref(fast));
    a.start();
    b.start();
    loop.run();
    REQUIRE(a.get() == 7);
    REQUIRE(b.get() == 7);
    REQUIRE(time.now() == TimePoint{2s}); // not three
}

TEST_CASE("A requested stop ends a sleep, and the call has the outcome that the sleep was for", "[R-604][R-111]") {
    ManualTime time;
    Loop loop{time};
    std::stop_source source;
    std::stop_source other;
    StopReason reason = StopReason::none;
    Retrying const stoppable{StopAfterAttempt<5>{}, WaitFixed<1h>{}, RetryIf<Timeout>{},
                             StopWhenRequested{other.get_token()} | StopWhenRequested{source.get_token()},
                             OnEnd{[&](StopReason r) noexcept { reason = r; }}};
    Fails fails{9};
    auto task = async(stoppable)(std::ref(fails));
    task.start();
    REQUIRE_FALSE(task.is_done());
    (GENERATE(0, 1) == 0 ? source : other).request_stop();
    loop.run();
    REQUIRE(task.is_done());
    REQUIRE_THROWS_AS(task.get(), Timeout);
    REQUIRE(fails.calls == 1);
    REQUIRE(time.now() == TimePoint{});
    REQUIRE(reason == StopReason::cancelled);
}

TEST_CASE("A stop that was requested before the sleep refuses it", "[R-604]") {
    ManualTime time;
    Loop loop{time};
    std::stop_source source;
    Retrying const stoppable{StopAfterAttempt<5>{}, WaitFixed<1h>{}, RetryIf<Timeout>{},
                             StopWhenRequested{source.get_token()}};
    int calls = 0;
    REQUIRE_THROWS_AS(loop.run(async(stoppable)([&]() -> Task<int> {
        ++calls;
        source.request_stop();
        throw Timeout{};
        co_return 0;
    })),
                      Timeout);
    REQUIRE(calls == 1);
    REQUIRE(time.now() == TimePoint{});
    REQUIRE_THROWS_AS(loop.run(async(stoppable)([&]() -> Task<int> { co_return ++calls; })), Cancelled);
    REQUIRE(calls == 1);
}

TEST_CASE("A coroutine in the line of a bulkhead is resumed when a place is handed to it", "[R-605]") {
    ManualTime time;
    Loop loop{time};
    Bulkhead<1, 2> bulkhead;
    auto place = bulkhead.try_acquire();
    std::vector<int> order;
    auto const op = [&](int n) -> Task<int> {
        order.push_back(n);
        co_return n;
    };
    auto first = async(bulkhead)(op, 1);
    auto second = async(bulkhead)(op, 2);
    first.start();
    second.start();
    REQUIRE(bulkhead.waiting() == 2);
    REQUIRE_THROWS_AS(loop.run(async(bulkhead)(op, 3)), BulkheadFullError);
    place.release();
    loop.run();
    REQUIRE(first.get() == 1);
    REQUIRE(second.get() == 2);
    REQUIRE(order == std::vector{1, 2});
    REQUIRE(time.now() == TimePoint{});
    REQUIRE(bulkhead.idle());
}

TEST_CASE("A coroutine that is destroyed gives back what it took, and counts nothing", "[R-606]") {
    ManualTime time;
    Loop loop{time};
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<1s>, Time<ManualTime>> breaker{Time{time}};
    Bulkhead<1, 5> bulkhead;
    RetryBudget<5> budget;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, RetryIf<Timeout>{}, StopOverBudget{budget}};
    auto const all = pipeline(retrying, bulkhead, breaker);
    auto const sleeps = [&]() -> Task<int> {
        co_await LoopSleeper::sleep(1h);
        co_return 1;
    };
    REQUIRE_THROWS_AS(loop.run(async(breaker)([]() -> Task<int> {
        throw Timeout{};
        co_return 0;
    })),
                      Timeout);
    REQUIRE(breaker.state() == CircuitState::open);
    time.advance(2s);
    bool const unwinding = GENERATE(false, true);
    CAPTURE(unwinding);
    try {
        auto probe = async(all)(sleeps);
        auto in_line = async(all)(sleeps);
        probe.start();
        in_line.start();
        REQUIRE(bulkhead.used() == 1);
        REQUIRE(bulkhead.waiting() == 1);
        REQUIRE(breaker.state() == CircuitState::half_open);
        if (unwinding) throw Busy{}; // both are destroyed while it passes
    } catch (Busy const&) {
    }
    REQUIRE(bulkhead.idle());
    REQUIRE(bulkhead.waiting() == 0);
    REQUIRE(breaker.state() == CircuitState::half_open); // it has neither failed nor succeeded
    REQUIRE(budget.left() == 5);
    REQUIRE(loop.is_idle());
    REQUIRE(loop.run(async(all)(one)) == 1); // the probe is free again
    REQUIRE(breaker.state() == CircuitState::closed);
    { // while a retry sleeps it holds the token that it took, and nothing else
        Fails fails{9};
        auto task = async(all)(std::ref(fails));
        task.start();
        REQUIRE(bulkhead.idle());
    }
    REQUIRE(budget.left() == 5);
    REQUIRE(Frames::alive == 0);
}

TEST_CASE("Where the sleep ends the call, hooks hear the failure that it was for, and the caller gets it", "[R-607]") {
    ManualTime time;
    Loop loop{time};
    std::stop_source source;
    std::string heard;
    Retrying const stoppable{StopAfterAttempt<5>{},
                             WaitFixed<1h>{},
                             RetryIf<Timeout>{},
                             RetryIfResult{[](int r) { return r == toy::bad; }},
                             StopWhenRequested{source.get_token()},
                             OnGiveUp{[&](Attempt const& at, Failure const& failure) {
                                 heard = std::to_string(at.number()) + to_string(failure.reason());
                                 heard += failure.as<Timeout>() != nullptr ? "timeout" : failure.what();
                             }}};
    SECTION("an exception") {
        Fails fails{9};
        auto task = async(stoppable)(std::ref(fails));
        task.start();
        source.request_stop();
        loop.run();
        REQUIRE_THROWS_AS(task.get(), Timeout);
        REQUIRE(heard == "1cancelledtimeout");
    }
    SECTION("a result") {
        auto task = async(stoppable)([]() -> Task<int> { co_return toy::bad; });
        task.start();
        source.request_stop();
        loop.run();
        REQUIRE(task.get() == toy::bad);
        REQUIRE(heard.starts_with("1cancelled"));
    }
}

TEST_CASE("A value for giving up and an error for it stand in the place of the outcome", "[R-608][R-51][R-52]") {
    ManualTime time;
    Loop loop{time};
    std::stop_source source;
    auto const value = three.with(OnGiveUp{[](Attempt const&, Failure const&) { return 13; }});
    REQUIRE(loop.run(async(value)(Fails{9})) == 13);
    auto const error = three.with(ThrowRetryError{});
    try {
        loop.run(async(error)(Fails{9}));
        FAIL("it gave up");
    } catch (RetryError const& retry_error) {
        REQUIRE(retry_error.attempts() == 3);
        REQUIRE(retry_error.reason() == StopReason::attempts);
        REQUIRE_THROWS_AS(std::rethrow_exception(retry_error.exception()), Timeout);
    }
    // After a sleep that ended the call.
    auto const stopped = value.with(StopWhenRequested{source.get_token()});
    auto task = async(stopped)(Fails{9});
    auto other = async(error.with(StopWhenRequested{source.get_token()}))(Fails{9});
    task.start();
    other.start();
    source.request_stop();
    loop.run();
    REQUIRE(task.get() == 13);
    REQUIRE_THROWS_AS(other.get(), RetryError);
}

TEST_CASE("A fallback answers what was thrown, returned and refused in a coroutine", "[R-608]") {
    ManualTime time;
    Loop loop{time};
    auto const thrown = pipeline(Fallback{[](Timeout const&) { return 11; }}, three);
    REQUIRE(loop.run(async(thrown)(Fails{9})) == 11);
    REQUIRE(loop.run(async(thrown)(Fails{1})) == 7);
    auto const returned = pipeline(toy::Instead{12}, three);
    REQUIRE(loop.run(async(returned)([]() -> Task<int> { co_return toy::bad; })) == 12);
    toy::Gate gate{0};
    auto const refused = pipeline(Fallback{[](Rejected const&) { return 14; }}, gate);
    int calls = 0;
    REQUIRE(loop.run(async(refused)([&]() -> Task<int> { co_return ++calls; })) == 14);
    REQUIRE(calls == 0);
    auto const throws = pipeline(Fallback{[](Timeout const&) -> int { throw Busy{}; }}, three);
    REQUIRE_THROWS_AS(loop.run(async(throws)(Fails{9})), Busy);
    auto const around = pipeline(Fallback{[](Busy const&) { return 15; }}, throws);
    REQUIRE(loop.run(async(around)(Fails{9})) == 15);
}

TEST_CASE("A fallback may be a coroutine, which is awaited in the place of the failure", "[R-614]") {
    ManualTime time;
    Loop loop{time};
    auto const later = [](Timeout) -> Task<int> { co_return 21; };
    auto const thrown = pipeline(Fallback{later}, three);
    REQUIRE(loop.run(async(thrown)(Fails{9})) == 21);
    REQUIRE(loop.run(async(thrown)(Fails{1})) == 7);
    toy::Gate gate{0};
    auto const refused = pipeline(Fallback{[]() -> Task<int> { co_return 22; }}, gate);
    REQUIRE(loop.run(async(refused)([]() -> Task<int> { co_return 1; })) == 22);
    int calls = 0;
    auto const nothing = pipeline(Fallback{[&calls]() -> Task<void> {
        ++calls;
        co_return;
    }});
    loop.run(async(nothing)([]() -> Task<void> {
        throw Timeout{};
        co_return;
    }));
    REQUIRE(calls == 1);
}

namespace {

/// Replaces results, and knows only that type.
struct Doubles : StageInterface<Doubles> {
    struct Call {
        static void start(Attempt const&) {}
        static detail::Answer returned(Attempt const&, int const&) { return detail::Answer::replace; }
        template <class R, class Outcome>
            requires(std::is_same_v<R, int> && std::is_same_v<Outcome, int>)
        static R replacement(Attempt const&, Outcome const& result) {
            return 2 * result;
        }
    };
    static Call call(Attempt const&) { return {}; }
};

} // namespace

TEST_CASE("A stage that puts only a result in the place of another does so in a coroutine, too", "[R-608][R-614]") {
    ManualTime time;
    Loop loop{time};
    REQUIRE(loop.run(async(Doubles{})(one)) == 2);
    auto const later = [](Timeout) -> Task<int> { co_return 21; };
    auto const stages = pipeline(Doubles{}, Fallback{later}, Doubles{});
    REQUIRE(loop.run(async(stages)(one)) == 4);
    REQUIRE(loop.run(async(stages)(Fails{9})) == 42);
}

namespace {
/// Can be moved so many times; then that throws.
struct Heavy {
    int moves = 0;
    explicit Heavy(int n) : moves(n) {}
    Heavy(Heavy&& other) : moves(other.moves - 1) { // NOLINT(performance-noexcept-move-constructor)
        if (moves < 0) throw std::length_error{"too heavy"};
    }
};
} // namespace

TEST_CASE("What the move of a result throws in the place of an outcome is the outcome", "[R-608][R-614]") {
    ManualTime time;
    Loop loop{time};
    auto const fails = []() -> Task<Heavy> {
        throw Timeout{};
        co_return Heavy{9};
    };
    for (int moves = 0; moves < 3; ++moves) {
        auto const at_once = pipeline(Fallback{[moves](Timeout const&) { return Heavy{moves}; }});
        REQUIRE_THROWS_AS(loop.run(async(at_once)(fails)), std::length_error);
    }
    auto const light = pipeline(Fallback{[](Timeout const&) { return Heavy{99}; }});
    REQUIRE(loop.run(async(light)(fails)).moves > 0);
}

TEST_CASE("What the coroutine of a fallback ends with is heard by the stages around it", "[R-614]") {
    ManualTime time;
    Loop loop{time};
    auto const fails = [](Timeout) -> Task<int> {
        throw Busy{};
        co_return 1;
    };
    REQUIRE_THROWS_AS(loop.run(async(pipeline(Fallback{fails}, three))(Fails{9})), Busy);
    auto const around = pipeline(Fallback{[](Busy const&) { return 23; }}, Fallback{fails}, three);
    REQUIRE(loop.run(async(around)(Fails{9})) == 23);
    int attempts = 0;
    auto const at_first = [&attempts](Timeout) -> Task<int> {
        if (++attempts < 3) throw Timeout{};
        co_return 24;
    };
    auto const retried = pipeline(three, Fallback{at_first});
    REQUIRE(loop.run(async(retried)(Fails{9})) == 24); // the retry outside takes its failure for one of an attempt
    REQUIRE(attempts == 3);
}

TEST_CASE("A coroutine of a fallback that is destroyed takes the call with it", "[R-606][R-614]") {
    ManualTime time;
    Bulkhead<1> bulkhead;
    int const before = Frames::alive;
    {
        Loop loop{time};
        auto const waits = [](Timeout) -> Task<int> {
            co_await LoopSleeper::sleep(1h);
            co_return 1;
        };
        auto const stages = pipeline(bulkhead, Fallback{waits}, three);
        auto task = async(stages)(Fails{9});
        task.start();
        REQUIRE(bulkhead.used() == 1);
    }
    REQUIRE(bulkhead.used() == 0);
    REQUIRE(Frames::alive == before);
}

TEST_CASE("A call that is refused in a coroutine throws the exception of the rejection", "[R-609]") {
    ManualTime time;
    Loop loop{time};
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, Time<ManualTime>> breaker{Time{time}};
    auto const all = pipeline(three, breaker);
    REQUIRE_THROWS_AS(loop.run(async(all)(Fails{9})), CircuitOpenError); // at the second attempt
    int calls = 0;
    REQUIRE_THROWS_AS(loop.run(async(all)([&]() -> Task<int> { co_return ++calls; })), CircuitOpenError);
    REQUIRE(calls == 0);
}

TEST_CASE("A deadline around a coroutine refuses a sleep that would reach it, and starts nothing after it",
          "[R-610][R-44]") {
    ManualTime time{100s};
    Loop loop{time};
    Context const context{TimePoint::max(), StopView{}, ClockView{&time}};
    Retrying const retrying{StopAfterAttempt<9>{}, WaitFixed<2s>{}, RetryIf<Timeout>{}, Time{time}};
    auto const all = pipeline(Surround{context}, Deadline<5s>{}, retrying);
    Fails fails{99};
    REQUIRE_THROWS_AS(loop.run(async(all)(std::ref(fails))), Timeout);
    REQUIRE(fails.calls == 3);
    REQUIRE(time.now() == TimePoint{104s});
    REQUIRE_THROWS_AS(loop.run(async(pipeline(Surround{context}, Deadline<0s>{}, retrying))(std::ref(fails))),
                      DeadlineExceeded);
    REQUIRE(fails.calls == 3);
}

TEST_CASE("An attempt in a coroutine is ended when its time is over", "[R-631][R-628]") {
    ManualTime time{100s};
    Loop loop{time};
    Context const context{TimePoint::max(), StopView{}, ClockView{&time}};
    Shared shared;
    int calls = 0;
    auto const op = [&](Attempt const& at, std::vector<Duration> const& takes) -> Task<int> {
        Counted const counted{shared};
        auto const takes_now = takes[static_cast<std::size_t>(calls++)];
        REQUIRE(at.remaining() <= 2s);
        co_await LoopSleeper::sleep(takes_now);
        co_return calls;
    };
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}}; // what no predicate names
    auto const all = pipeline(Surround{context}, retrying, AttemptTimeout<2s>{});
    REQUIRE(loop.run(async(all)(op, std::vector<Duration>{1h, 1h, 1s})) == 3);
    REQUIRE(time.now() == TimePoint{107s}); // 2 + 1 + 2 + 1 + 1
    REQUIRE(shared.alive == 0);
    calls = 0;
    try {
        loop.run(async(all)(op, std::vector<Duration>{1h, 1h, 1h}));
        FAIL("its time was over");
    } catch (AttemptTimedOut const& error) {
        REQUIRE(error.limit() == 2s);
    }
    REQUIRE(loop.is_idle());
    REQUIRE(shared.alive == 0);
    // A breaker counts it, and a void operation is ended, too.
    CircuitBreaker<OpenAfterFailures<1>, OpenFor<60s>, Time<ManualTime>> breaker{Time{time}};
    REQUIRE_THROWS_AS(loop.run(async(pipeline(Surround{context}, breaker, AttemptTimeout<2s>{}))(
                          []() -> Task<void> { co_await LoopSleeper::sleep(1h); })),
                      AttemptTimedOut);
    REQUIRE(breaker.state() == CircuitState::open);
}

TEST_CASE("The time of an attempt is never later than the deadline around it", "[R-626]") {
    ManualTime time{100s};
    Loop loop{time};
    Context const context{TimePoint{101s}, StopView{}, ClockView{&time}};
    REQUIRE_THROWS_AS(loop.run(async(pipeline(Surround{context}, AttemptTimeout<2s>{}))(
                          []() -> Task<void> { co_await LoopSleeper::sleep(1h); })),
                      AttemptTimedOut);
    REQUIRE(time.now() == TimePoint{101s});
    // Nothing starts after it.
    int calls = 0;
    REQUIRE_THROWS_AS(loop.run(async(pipeline(Surround{context}, AttemptTimeout<2s>{}))([&]() -> Task<void> {
        ++calls;
        co_return;
    })),
                      DeadlineExceeded);
    REQUIRE(calls == 0);
}

TEST_CASE("A call is one frame, whatever the number of its stages, and nothing else is allocated", "[R-611]") {
    ManualTime time;
    Loop loop{time};
    toy::Gate gate{100};
    CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, Time<ManualTime>> breaker{Time{time}};
    RateLimiter<1000, 1s, 1000, Time<ManualTime>> limiter{Time{time}};
    Retrying<StopAfterAttempt<3>, RetryIf<Timeout>> const retrying;
    auto const all = pipeline(Deadline<1h>{}, retrying, limiter, breaker, gate);
    auto const op = [](Attempt const&) -> Task<int> { co_return 1; };
    auto const made_by = [&](auto const& stage) {
        int const before = Frames::made;
        int const allocated = test::allocations;
        auto task = async(stage)(op);
        task.start();
        int const result = task.get();
        REQUIRE(test::allocations == allocated); // a frame is counted by its promise
        REQUIRE(result == 1);
        return Frames::made - before;
    };
    REQUIRE(made_by(retrying) == 2); // its own, and the operation's
    REQUIRE(made_by(all) == 2);
    REQUIRE(made_by(pipeline(all, gate)) == 2);
    REQUIRE(Frames::alive == 0);
}
