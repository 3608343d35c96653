// SPDX-License-Identifier: BSL-1.0
#include <grit/hook/on_end.hpp>

#include <optional>

#include <grit/async.hpp>
#include <grit/core/within.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

#include "retrying/samples.hpp"
#include "support/task.hpp"

using namespace grit;
using namespace samples;

namespace {

using Ends = std::vector<std::string>;

/// A hook that writes down each end: the reason and the attempt.
auto write_down(Ends& ends) {
    return OnEnd{[&ends](Attempt const& attempt, StopReason reason) noexcept {
        ends.push_back(std::string(to_string(reason)) + " #" + std::to_string(attempt.number()));
    }};
}

struct Flag {
    bool const* raised;
    bool stop_requested() const { return *raised; }
};

StopReason last_reason = StopReason::none;
void keep_reason(StopReason reason) noexcept { last_reason = reason; }
constexpr bool is_negative(int n) { return n < 0; }

/// The ways to make a call, each with its own way to tell the end.
struct Direct {
    template <class R, class F>
    static void call(R const& retrying, F&& operation) {
        retrying(operation);
    }
};
struct Inside {
    template <class R, class F>
    static void call(R const& retrying, F&& operation) {
        within(Attempt{}, retrying)(operation);
    }
};
struct Reported {
    template <class R, class F>
    static void call(R const& retrying, F&& operation) {
        auto const report = retrying.report(operation);
        if (report.exception() != nullptr) std::rethrow_exception(report.exception());
    }
};
/// By the step API, as its manual says: the sleep is skipped.
struct Stepped {
    template <class R, class F>
    static void call(R const& retrying, F&& operation) {
        using Result = decltype(operation());
        std::exception_ptr thrown;
        std::conditional_t<std::is_void_v<Result>, int, std::optional<Result>> result{};
        {
            Stepper stepper{retrying};
            Step step = stepper.start();
            while (step.is_again()) {
                thrown = nullptr;
                try {
                    if constexpr (std::is_void_v<Result>) operation();
                    else result.emplace(operation());
                } catch (...) {
                    thrown = std::current_exception();
                }
                if (thrown) step = stepper.threw(thrown);
                else if constexpr (std::is_void_v<Result>) step = stepper.returned();
                else step = stepper.returned(*result);
                if (step.sleeps()) step = stepper.wake();
            }
        }
        if (thrown) std::rethrow_exception(thrown);
    }
};
using Calls = std::tuple<Direct, Inside, Reported, Stepped>;

} // namespace

TEMPLATE_LIST_TEST_CASE("OnEnd hears every end of a call, with its reason and the last attempt", "[hook][R-62]",
                        Calls) {
    auto const call = [](auto const& retrying, auto&& operation) { TestType::call(retrying, operation); };
    Ends ends;
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, RetryIf<NetworkError>{}, write_down(ends),
                            Time{time}};
    FailsFirst<NetworkError> fails_once{1};
    AlwaysFails<NetworkError> fails;
    AlwaysFails<FatalError> fatal;

    SECTION("success") {
        call(retrying, fails_once);
        REQUIRE(ends == Ends{"none #2"});
    }
    SECTION("success of what returns nothing") {
        call(retrying, [] {});
        REQUIRE(ends == Ends{"none #1"});
    }
    SECTION("giving up on an exception") {
        REQUIRE_THROWS_AS(call(retrying, fails), NetworkError);
        REQUIRE(ends == Ends{"attempts #3"});
    }
    SECTION("giving up on a result") {
        call(retrying.with(RetryIfResult<is_negative>{}), [] { return -1; });
        REQUIRE(ends == Ends{"attempts #3"});
    }
    SECTION("an error that no predicate names") {
        REQUIRE_THROWS_AS(call(retrying, fatal), FatalError);
        REQUIRE(ends == Ends{"not_retryable #1"});
        int calls = 0;
        REQUIRE_THROWS_AS(call(retrying,
                               [&calls] {
                                   if (++calls == 1) throw NetworkError{};
                                   throw FatalError{};
                               }),
                          FatalError);
        REQUIRE(ends == Ends{"not_retryable #1", "not_retryable #2"});
    }
    SECTION("an error that a predicate looks at and does not want") {
        REQUIRE_THROWS_AS(call(retrying.with(RetryIfException{[](FatalError const&) { return false; }}), fatal),
                          FatalError);
        REQUIRE_THROWS_AS(call(retrying.with(RetryUnless<NetworkError>{}), fails), NetworkError);
        REQUIRE(ends == Ends{"not_retryable #1", "not_retryable #1"});
    }
    SECTION("a rejection") {
        REQUIRE_THROWS_AS(call(retrying.with(RetryIf<std::exception>{}), [] { throw CircuitOpen{}; }), CircuitOpen);
        REQUIRE(ends == Ends{"not_retryable #1"});
    }
    SECTION("a Permanent that is thrown") {
        int calls = 0;
        auto const permanent = [&calls] {
            if (++calls == 1) throw TryAgain{};
            throw Permanent{FatalError{}};
        };
        if constexpr (std::is_same_v<TestType, Stepped>)
            REQUIRE_THROWS_AS(call(retrying, permanent), Permanent<FatalError>); // who steps has the exception itself
        else REQUIRE_THROWS_AS(call(retrying, permanent), FatalError);
        REQUIRE(ends == Ends{"permanent #2"});
    }
    SECTION("a Permanent in a result") {
        using Result = Expected<int, Permanent<FatalError>>;
        call(retrying, [] { return Result::failure(Permanent{FatalError{}}); });
        REQUIRE(ends == Ends{"permanent #1"});
    }
    SECTION("a request to stop during the attempt and during the sleep") {
        bool raised = false;
        auto const stoppable = retrying.with(StopWhenRequested{Flag{&raised}});
        REQUIRE_THROWS_AS(call(stoppable,
                               [&] {
                                   raised = true;
                                   throw NetworkError{};
                               }),
                          NetworkError);
        raised = false;
        REQUIRE_THROWS_AS(call(stoppable.with(BeforeSleep{[&] { raised = true; }}), fails), NetworkError);
        REQUIRE(ends == Ends{"cancelled #1", "cancelled #1"});
    }
    SECTION("a limit by time, a hint and a stop of one's own") {
        REQUIRE_THROWS_AS(call(retrying.with(StopBeforeDelay<1s>{}), fails), NetworkError);
        REQUIRE_THROWS_AS(call(retrying.with(WaitHint<1s>{}), [] { throw RetryAfter{2s}; }), RetryAfter);
        REQUIRE_THROWS_AS(call(retrying.with(StopIf{[] { return true; }}), fails), NetworkError);
        REQUIRE(ends == Ends{"delay #1", "hint #1", "custom #1"});
    }
}

TEST_CASE("OnEnd hears an exception that is not derived from std::exception", "[R-62]") {
    Ends ends;
    Retrying const retrying{StopAfterAttempt<3>{}, write_down(ends)};
    REQUIRE_THROWS_AS(retrying([] { throw 5; }), int);
    REQUIRE_THROWS_AS(within(Attempt{}, retrying)([] { throw 5; }), int);
    {
        Stepper stepper{retrying};
        stepper.start();
        REQUIRE(stepper.threw(std::make_exception_ptr(5)) == Step::give_up(StopReason::not_retryable));
    }
    REQUIRE(ends == Ends{"not_retryable #1", "not_retryable #1", "not_retryable #1"});
}

TEMPLATE_TEST_CASE("OnEnd hears that a hook or a predicate threw", "[hook][R-62]", Direct, Inside, Stepped) {
    auto const call = [](auto const& retrying, auto&& operation) { TestType::call(retrying, operation); };
    auto const fails = [] { throw FatalError{}; };
    Ends ends;
    AlwaysFails<NetworkError> operation;
    Retrying const retrying{StopAfterAttempt<2>{}, write_down(ends)};
    SECTION("before the first attempt") {
        REQUIRE_THROWS_AS(call(retrying.with(Before{fails}), operation), FatalError);
        REQUIRE(operation.calls == 0);
        REQUIRE(ends == Ends{"custom #1"});
    }
    SECTION("before the second attempt") {
        Before const second{[](Attempt const& attempt) {
            if (attempt.number() == 2) throw FatalError{};
        }};
        REQUIRE_THROWS_AS(call(retrying.with(second), operation), FatalError);
        REQUIRE(ends == Ends{"custom #2"});
    }
    SECTION("after a failed attempt") {
        REQUIRE_THROWS_AS(call(retrying.with(After{fails}), operation), FatalError);
        REQUIRE(ends == Ends{"custom #1"});
    }
    SECTION("before the sleep") {
        REQUIRE_THROWS_AS(call(retrying.with(BeforeSleep{fails}), operation), FatalError);
        REQUIRE(ends == Ends{"custom #1"});
    }
    SECTION("after a success") {
        REQUIRE_THROWS_AS(call(retrying.with(OnSuccess{fails}), [] { return 1; }), FatalError);
        REQUIRE(ends == Ends{"custom #1"});
    }
    SECTION("at the end: the call had given up") {
        REQUIRE_THROWS_AS(call(retrying.with(OnGiveUp{fails}), operation), FatalError);
        REQUIRE(ends == Ends{"attempts #2"});
    }
    SECTION("in a predicate") {
        auto const asks = retrying.with(RetryIfException{[](NetworkError const&) -> bool { throw FatalError{}; }});
        REQUIRE_THROWS_AS(call(asks, operation), FatalError);
        REQUIRE(ends == Ends{"custom #1"});
    }
}

TEST_CASE("OnEnd is called once, after OnSuccess or OnGiveUp, several in the order named", "[R-62]") {
    std::string log;
    Retrying const retrying{StopAfterAttempt<2>{},
                            OnEnd{[&log](StopReason) noexcept { log += 'e'; }},
                            OnEnd{[&log](StopReason) noexcept { log += 'E'; }},
                            OnSuccess{[&log] { log += 's'; }},
                            OnGiveUp{[&log] { log += 'g'; }},
                            After{[&log] { log += 'a'; }}};
    retrying([] {});
    REQUIRE(log == "seE");
    log.clear();
    AlwaysFails<NetworkError> fails;
    REQUIRE_THROWS_AS(retrying(fails), NetworkError);
    REQUIRE(log == "aageE");
    log.clear();
    REQUIRE_THROWS_AS(retrying([] { throw 1; }), int);
    REQUIRE(log == "eE");
}

TEST_CASE("OnEnd hears the end where the result is replaced, or the error thrown instead") {
    Ends ends;
    AlwaysFails<NetworkError> fails;
    Retrying const with_value{StopAfterAttempt<2>{}, OnGiveUp{[] { return -1; }}, write_down(ends)};
    REQUIRE(with_value(fails) == -1);
    Retrying const wrapped{StopAfterAttempt<2>{}, ThrowRetryError{}, write_down(ends)};
    REQUIRE_THROWS_AS(wrapped(fails), RetryError);
    REQUIRE(ends == Ends{"attempts #2", "attempts #2"});
}

TEST_CASE("OnEnd takes the reason alone, or an attempt before it, or a timed one") {
    ManualTime time{50s};
    FailsFirst<NetworkError> fails_once{1};
    Retrying const plain{StopAfterAttempt<2>{}, WaitFixed<3s>{}, OnEnd<keep_reason>{}, Time{time}};
    last_reason = StopReason::budget;
    plain(fails_once);
    REQUIRE(last_reason == StopReason::none);

    Duration elapsed{};
    int number = 0;
    auto const timed = plain.with(OnEnd{[&](TimedAttempt const& attempt, StopReason) noexcept {
        elapsed = attempt.elapsed();
        number = attempt.number();
    }});
    fails_once.calls = 0;
    timed(fails_once);
    REQUIRE(elapsed == 3s);
    REQUIRE(number == 2);
    elapsed = {};
    fails_once.calls = 0;
    within(Attempt{}, timed)(fails_once);
    REQUIRE(elapsed == 3s);
}

TEST_CASE("OnEnd reads the clock only for a timed attempt") {
    CountingTime time;
    Retrying const retrying{StopAfterAttempt<2>{}, OnEnd{[](Attempt const&, StopReason) noexcept {}}, Time{time}};
    retrying([] {});
    within(Attempt{}, retrying)([] {});
    REQUIRE(time.reads() == 0);
    Retrying const timed{StopAfterAttempt<2>{}, OnEnd{[](TimedAttempt const&, StopReason) noexcept {}}, Time{time}};
    timed([] {});
    REQUIRE(time.reads() == 2); // at the start and at the end
}

TEST_CASE("OnEnd says what it is and needs, and takes no room for a constant") {
    STATIC_REQUIRE(Hook<OnEnd<keep_reason>>);
    STATIC_REQUIRE(OnEnd<keep_reason>::event == Event::end);
    STATIC_REQUIRE_FALSE(OnEnd<keep_reason>::needs_clock);
    STATIC_REQUIRE_FALSE(OnEnd<keep_reason>::needs_failure);
    auto const by_time = [](TimedAttempt const&, StopReason) noexcept {};
    STATIC_REQUIRE(decltype(OnEnd{by_time})::needs_clock);
    STATIC_REQUIRE(sizeof(Retrying<StopAfterAttempt<3>, OnEnd<keep_reason>>) == 1);
}

TEST_CASE("a stepper tells the end of each of its calls, of one that is abandoned too", "[R-62]") {
    Ends ends;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, write_down(ends)};
    SECTION("that was never started: nothing") {
        {
            Stepper stepper{retrying};
        }
        REQUIRE(ends.empty());
    }
    SECTION("that is abandoned during a sleep") {
        {
            Stepper stepper{retrying};
            stepper.start();
            REQUIRE(stepper.failed(1) == Step::sleep(1s));
        }
        REQUIRE(ends == Ends{"cancelled #1"});
    }
    SECTION("that is followed by another") {
        {
            Stepper stepper{retrying};
            stepper.start();
            REQUIRE(stepper.returned(1) == Step::done());
            stepper.start();
            REQUIRE(stepper.threw(std::make_exception_ptr(5)) == Step::give_up(StopReason::not_retryable));
        }
        REQUIRE(ends == Ends{"none #1", "not_retryable #1"});
    }
}

TEST_CASE("an attempt that is told the time ends as any other: abandoned, or by what the clock throws", "[R-62]") {
    Ends ends;
    SECTION("abandoned in its second attempt") {
        ManualTime time;
        test::Loop loop{time};
        Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, RetryIf<NetworkError>{}, write_down(ends)};
        {
            auto call = async(retrying)([](TimedAttempt const& at) -> test::Task<void> {
                if (at.number() == 1) throw NetworkError{};
                co_await test::LoopSleeper::sleep(1h);
            });
            call.start();
            loop.step(); // the wait is over, and the second attempt sleeps
        }
        REQUIRE(ends == Ends{"cancelled #2"});
    }
    SECTION("by the clock, where nothing else reads it") {
        struct Clock {
            mutable int reads = 0;
            TimePoint now() const {
                if (++reads == 2) throw FatalError{};
                return {};
            }
            void sleep(Duration) const {}
        };
        Clock const clock;
        Retrying const retrying{StopAfterAttempt<3>{}, RetryIf<NetworkError>{}, write_down(ends), Time{clock}};
        auto const operation = [](TimedAttempt const&) { throw NetworkError{}; };
        REQUIRE_THROWS_AS(pipeline(retrying)(operation), FatalError);
        REQUIRE(ends == Ends{"custom #2"});
    }
}

TEST_CASE("OnEnd hears the end in a constant expression") {
    constexpr auto heard = [] {
        StopReason reason = StopReason::budget;
        Retrying const retrying{StopAfterAttempt<2>{}, RetryIfResult<is_negative>{},
                                OnEnd{[&reason](StopReason why) noexcept { reason = why; }}};
        retrying([]() noexcept { return -1; });
        return reason;
    }();
    STATIC_REQUIRE(heard == StopReason::attempts);
}

TEMPLATE_LIST_TEST_CASE("R-807: An end has the name of the call, its reason and how many attempts were made",
                        "[hook][R-807]", Calls) {
    auto const call = [](auto const& retrying, auto&& operation) { TestType::call(retrying, operation); };
    Ends ends;
    ManualTime time;
    bool requested = false;
    auto const tell = [&](CallEnd const& end) noexcept {
        ends.push_back(std::string{end.name} + ": " + to_string(end.reason) + " after " + std::to_string(end.attempts));
    };
    Retrying const retrying{StopAfterAttempt<3>{}, RetryIf<NetworkError>{}, StopWhenRequested{Flag{&requested}},
                            Name<"chat">{}, OnEnd{tell}};
    FailsFirst<NetworkError> fails_once{1};
    AlwaysFails<NetworkError> fails;
    AlwaysFails<FatalError> fatal;
    call(retrying, fails_once);
    REQUIRE_THROWS_AS(call(retrying, fails), NetworkError);
    REQUIRE_THROWS_AS(call(retrying, fatal), FatalError);
    REQUIRE(ends == Ends{"chat: none after 2", "chat: attempts after 3", "chat: not_retryable after 1"});
}

TEST_CASE("R-807: A call that did not start made no attempt, and a call without a name is named call",
          "[hook][R-807]") {
    Ends ends;
    bool requested = true;
    auto const tell = [&](CallEnd const& end) noexcept {
        ends.push_back(std::string{end.name} + ": " + to_string(end.reason) + " after " + std::to_string(end.attempts));
    };
    Retrying const retrying{StopAfterAttempt<3>{}, StopWhenRequested{Flag{&requested}}, OnEnd{tell}};
    REQUIRE_THROWS_AS(retrying([] { return 1; }), Cancelled);
    REQUIRE_THROWS_AS(within(Attempt{}, retrying)([] { return 1; }), Cancelled);
    {
        Stepper stepper{retrying};
        REQUIRE(stepper.start() == Step::give_up(StopReason::cancelled));
    }
    REQUIRE(ends == Ends(3, "call: cancelled after 0"));
    requested = false;
    retrying([] {});
    REQUIRE(ends.back() == "call: none after 1");
}

TEST_CASE("R-807: With a TimedAttempt an end also has the time that the call took", "[hook][R-807]") {
    ManualTime time;
    Duration took{};
    int attempts = 0;
    auto const tell = [&](TimedAttempt const& attempt, CallEnd const& end) noexcept {
        took = attempt.elapsed();
        attempts = end.attempts;
    };
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{}, OnEnd{tell}, Time{time}};
    REQUIRE_THROWS_AS(retrying([&] {
                          time.advance(2s);
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(took == 8s);
    REQUIRE(attempts == 3);
}
