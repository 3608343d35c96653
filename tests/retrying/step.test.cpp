// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/step.hpp>

#include <memory>
#include <optional>

#include <grit/pipeline.hpp>
#include <grit/timeout.hpp>

#include "retrying/samples.hpp"
#include "support/counting_new.hpp"

using namespace grit;
using namespace samples;

namespace {

constexpr Retrying<StopAfterAttempt<3>, WaitExponential<1s, 60s>> three;

std::exception_ptr pointer_to(auto const& error) { return std::make_exception_ptr(error); }

/// A clock that can be told to throw.
struct BrokenTime {
    bool* broken;
    TimePoint now() const { return *broken ? throw FatalError{} : TimePoint{1s}; }
    void sleep(Duration) const {
        if (*broken) throw FatalError{};
    }
};

struct Flag {
    bool const* raised;
    constexpr bool stop_requested() const { return *raised; }
};

} // namespace

TEST_CASE("a stepper says what to do, and does nothing of it", "[R-101]") {
    constexpr auto steps = [] {
        Retrying const retrying{StopAfterAttempt<3>{}, WaitExponential<1s, 60s>{},
                                RetryIfResult{[](int n) { return n < 0; }}};
        Stepper stepper{retrying};
        std::array<Step, 6> said{};
        said[0] = stepper.start();
        said[1] = stepper.returned(-1);
        said[2] = stepper.wake();
        said[3] = stepper.returned(-1);
        said[4] = stepper.wake();
        said[5] = stepper.returned(-1);
        return said;
    }();
    STATIC_REQUIRE(steps[0] == Step::again());
    STATIC_REQUIRE(steps[1] == Step::sleep(1s));
    STATIC_REQUIRE(steps[2] == Step::again());
    STATIC_REQUIRE(steps[3] == Step::sleep(2s));
    STATIC_REQUIRE(steps[4] == Step::again());
    STATIC_REQUIRE(steps[5] == Step::give_up(StopReason::attempts));
}

TEST_CASE("a step says what kind it is") {
    STATIC_REQUIRE(Step::done().is_done());
    STATIC_REQUIRE(Step::again().is_again());
    STATIC_REQUIRE(Step::sleep(1s).sleeps());
    STATIC_REQUIRE(Step::give_up(StopReason::delay).gives_up());
    STATIC_REQUIRE_FALSE(Step::sleep(1s).gives_up());
    STATIC_REQUIRE_FALSE(Step::done() == Step::again());
    STATIC_REQUIRE(Step{} == Step::done());
}

TEST_CASE("a success is done at once") {
    Stepper stepper{three};
    stepper.start();
    REQUIRE(stepper.returned(7) == Step::done());
    stepper.start();
    REQUIRE(stepper.returned() == Step::done());
}

TEST_CASE("an exception is judged by its type", "[R-102]") {
    Retrying<StopAfterAttempt<9>, WaitFixed<1s>, RetryIf<NetworkError>> const network;
    Stepper stepper{network};
    stepper.start();
    REQUIRE(stepper.threw(pointer_to(TimeoutError{})) == Step::sleep(1s));
    REQUIRE(stepper.wake() == Step::again());
    REQUIRE(stepper.attempt().number() == 2);
    REQUIRE(stepper.attempt().last_wait() == 1s);
    REQUIRE(stepper.threw(pointer_to(FatalError{})) == Step::give_up(StopReason::not_retryable));
    REQUIRE(stepper.threw(pointer_to(7)) == Step::give_up(StopReason::not_retryable));
    Stepper by_default{three};
    by_default.start();
    REQUIRE(by_default.threw(pointer_to(FatalError{})) == Step::sleep(1s));
    by_default.start();
    REQUIRE(by_default.threw(pointer_to(CircuitOpen{})) == Step::give_up(StopReason::not_retryable));
}

TEST_CASE("an exception is judged in its handler, by the type of the handler", "[R-102]") {
    Retrying<StopAfterAttempt<9>, WaitFixed<1s>, RetryIf<TimeoutError, NetworkError>> const network;
    Stepper stepper{network};
    using Catches = decltype(stepper)::Catches;
    STATIC_REQUIRE(std::is_same_v<Catches, Types<TimeoutError, NetworkError, Signal>>);
    auto const feed = [&stepper](auto const& operation) {
        try {
            operation();
        } catch (TimeoutError const& error) {
            return stepper.caught(error);
        } catch (NetworkError const& error) {
            return stepper.caught(error);
        } catch (Signal const& signal) {
            return stepper.caught(signal);
        }
        return stepper.returned();
    };
    stepper.start();
    REQUIRE(feed([] { throw TimeoutError{}; }) == Step::sleep(1s));
    REQUIRE(stepper.wake() == Step::again());
    REQUIRE(stepper.attempt().number() == 2);
    REQUIRE(stepper.attempt().last_wait() == 1s);
    REQUIRE(feed([] { throw NetworkError{}; }) == Step::sleep(1s));
    REQUIRE(stepper.wake() == Step::again());
    REQUIRE(feed([] { throw TryAgain{}; }) == Step::sleep(1s));
    REQUIRE(stepper.wake() == Step::again());
    REQUIRE(feed([] {}) == Step::done());
    stepper.start();
    REQUIRE(feed([] { throw Permanent{FatalError{}}; }) == Step::give_up(StopReason::permanent));
}

TEST_CASE("an exception that is judged in its handler is not thrown again", "[R-102]") {
    // Outside of a handler there is nothing to throw again: that would end the program.
    Stepper stepper{three};
    stepper.start();
    std::exception const& error = NetworkError{};
    REQUIRE(stepper.caught(error) == Step::sleep(1s));
    REQUIRE(stepper.wake() == Step::again());
    REQUIRE(stepper.caught(error) == Step::sleep(2s));
    REQUIRE(stepper.wake() == Step::again());
    REQUIRE(stepper.caught(error) == Step::give_up(StopReason::attempts));
    NetworkError const network;
    STATIC_REQUIRE(std::is_same_v<decltype(stepper)::Catches, Types<Signal, Rejected, std::exception>>);
    Rejected const& rejection = CircuitOpen{};
    stepper.start();
    REQUIRE(stepper.caught(rejection) == Step::give_up(StopReason::not_retryable));
    Retrying<StopAfterAttempt<9>, RetryIfMessage<"net">> const by_message;
    Stepper asks{by_message};
    asks.start();
    REQUIRE(asks.caught(static_cast<std::exception const&>(network)) == Step::again());
    REQUIRE(asks.caught(static_cast<std::exception const&>(FatalError{})) == Step::give_up(StopReason::not_retryable));
}

TEST_CASE("an error of any type is judged as the error of a result", "[R-102]") {
    Retrying<StopAfterAttempt<9>, WaitFixed<1s>, RetryIf<NetworkError>> const network;
    Stepper stepper{network};
    stepper.start();
    REQUIRE(stepper.failed(TimeoutError{}) == Step::sleep(1s));
    REQUIRE(stepper.failed(FatalError{}) == Step::give_up(StopReason::not_retryable));
    REQUIRE(stepper.failed(7) == Step::give_up(StopReason::not_retryable));
    std::variant<NetworkError, FatalError> either{FatalError{}};
    REQUIRE(stepper.failed(either) == Step::give_up(StopReason::not_retryable));
    either = NetworkError{};
    REQUIRE(stepper.failed(either) == Step::sleep(1s));

    constexpr Retrying<StopAfterAttempt<9>, WaitFixed<1s>, RetryIfError<std::errc::timed_out>> codes;
    Stepper by_code{codes};
    by_code.start();
    REQUIRE(by_code.failed(std::make_error_code(std::errc::timed_out)) == Step::sleep(1s));
    REQUIRE(by_code.failed(std::make_error_code(std::errc::io_error)) == Step::give_up(StopReason::not_retryable));
    Stepper by_default{three};
    by_default.start();
    REQUIRE(by_default.failed(std::string{"any error"}) == Step::sleep(1s));
    REQUIRE(by_default.failed(CircuitOpen{}) == Step::give_up(StopReason::not_retryable));
}

TEST_CASE("a result is judged, an empty one too") {
    Retrying const until_set{StopAfterAttempt<3>{},
                             RetryIfResult{[](std::optional<int> const& result) { return !result; }}};
    Stepper stepper{until_set};
    stepper.start();
    REQUIRE(stepper.returned(std::optional<int>{}) == Step::again());
    REQUIRE(stepper.returned(std::optional<int>{1}) == Step::done());
    Retrying<StopAfterAttempt<2>, RetryAlways> const always;
    Stepper repeats{always};
    repeats.start();
    REQUIRE(repeats.returned() == Step::again());
    REQUIRE(repeats.returned() == Step::give_up(StopReason::attempts));
}

TEST_CASE("signals overrule the predicates of a stepper too", "[R-102]") {
    Retrying<StopAfterAttempt<9>, WaitHint<60s>, RetryNever> const never;
    Stepper stepper{never};
    stepper.start();
    REQUIRE(stepper.threw(pointer_to(RetryAfter{5s})) == Step::sleep(5s));
    REQUIRE(stepper.failed(RetryAfter{6s}) == Step::sleep(6s));
    REQUIRE(stepper.threw(pointer_to(TryAgain{})) == Step::again());
    REQUIRE(stepper.threw(pointer_to(Permanent{NetworkError{}})) == Step::give_up(StopReason::permanent));
    REQUIRE(stepper.failed(Permanent{NetworkError{}}) == Step::give_up(StopReason::permanent));
    REQUIRE(stepper.returned(Expected<int, Permanent<int>>::failure(Permanent{3})) ==
            Step::give_up(StopReason::permanent));
}

TEST_CASE("the hooks see the failure, after the sleep too", "[R-103]") {
    bool raised = false;
    std::vector<std::string> seen;
    auto const watch = [&](Attempt const& attempt, Failure const& failure) {
        auto const* network = failure.as<NetworkError>();
        seen.push_back(std::to_string(attempt.number()) + " " + failure.what() + " " + to_string(failure.reason()) +
                       (network != nullptr ? " network" : ""));
    };
    Retrying const retrying{StopAfterAttempt<9>{}, StopWhenRequested{Flag{&raised}}, WaitFixed<1s>{}, OnGiveUp{watch}};
    Stepper stepper{retrying};
    stepper.start();
    SECTION("of an exception") {
        auto const thrown = pointer_to(TimeoutError{});
        REQUIRE(stepper.threw(thrown) == Step::sleep(1s));
        raised = true;
        REQUIRE(stepper.wake() == Step::give_up(StopReason::cancelled));
        REQUIRE(seen == std::vector<std::string>{"1 timeout cancelled network"});
    }
    SECTION("of an exception in its handler, which lives until the next step") {
        std::exception_ptr alive;
        try {
            throw TimeoutError{};
        } catch (std::exception const& error) {
            alive = std::current_exception();
            REQUIRE(stepper.caught(error) == Step::sleep(1s));
        }
        raised = true;
        REQUIRE(stepper.wake() == Step::give_up(StopReason::cancelled));
        REQUIRE(seen == std::vector<std::string>{"1 timeout cancelled network"});
    }
    SECTION("of an error") {
        NetworkError const error;
        REQUIRE(stepper.failed(error) == Step::sleep(1s));
        raised = true;
        REQUIRE(stepper.wake() == Step::give_up(StopReason::cancelled));
        REQUIRE(seen == std::vector<std::string>{"1 network cancelled network"});
    }
    SECTION("of a result") {
        auto const result = Expected<int, NetworkError>::failure(NetworkError{"down"});
        REQUIRE(stepper.returned(result) == Step::sleep(1s));
        REQUIRE(stepper.wake() == Step::again());
        REQUIRE(stepper.returned(result) == Step::sleep(1s));
        raised = true;
        REQUIRE(stepper.wake() == Step::give_up(StopReason::cancelled));
        REQUIRE(seen == std::vector<std::string>{"2 down cancelled network"});
    }
    SECTION("of a call that returns nothing") {
        Retrying const repeats = retrying.with(RetryAlways{});
        Stepper always{repeats};
        always.start();
        REQUIRE(always.returned() == Step::sleep(1s));
        raised = true;
        REQUIRE(always.wake() == Step::give_up(StopReason::cancelled));
        REQUIRE(seen.size() == 1);
    }
    SECTION("at once, where there is nothing to sleep for") {
        Retrying const without_wait = retrying.with(WaitFixed<0s>{});
        Stepper at_once{without_wait};
        at_once.start();
        NetworkError const error;
        REQUIRE(at_once.failed(error) == Step::again());
        raised = true;
        REQUIRE(at_once.failed(error) == Step::give_up(StopReason::cancelled));
        REQUIRE(seen == std::vector<std::string>{"2 network cancelled network"});
    }
}

TEST_CASE("a hook or predicate that throws comes out of the step") {
    Retrying const hooked{StopAfterAttempt<9>{}, After{[] { throw FatalError{}; }}};
    Stepper stepper{hooked};
    stepper.start();
    auto const thrown = pointer_to(NetworkError{});
    REQUIRE_THROWS_AS(stepper.threw(thrown), FatalError);
    REQUIRE_THROWS_AS(stepper.failed(3), FatalError);
    Retrying const picky{StopAfterAttempt<9>{},
                         RetryIfException{[](NetworkError const&) -> bool { throw FatalError{}; }}};
    Stepper asks{picky};
    asks.start();
    REQUIRE_THROWS_AS(asks.threw(thrown), FatalError);
    REQUIRE_THROWS_AS(asks.caught(NetworkError{}), FatalError);
}

TEST_CASE("a stepper takes the context of what surrounds the call", "[R-104]") {
    ManualTime time{100s};
    bool raised = false;
    Flag const flag{&raised};
    Context const context{TimePoint{110s}, StopView{&flag}, ClockView{&time}};
    Retrying const retrying{StopAfterAttempt<9>{}, WaitIncrementing<4s, 1s, 9s>{}, Time{time}};
    Stepper stepper{retrying, context};
    STATIC_REQUIRE(std::is_same_v<decltype(stepper), Stepper<std::remove_const_t<decltype(retrying)>, true>>);
    stepper.start();
    REQUIRE(stepper.attempt().deadline() == TimePoint{110s});
    REQUIRE(stepper.attempt().remaining() == 10s);
    SECTION("a sleep that would reach its deadline is refused") {
        REQUIRE(stepper.failed(1) == Step::sleep(4s));
        time.advance(4s);
        REQUIRE(stepper.wake() == Step::again());
        time.advance(1s);
        REQUIRE(stepper.failed(1) == Step::give_up(StopReason::deadline));
    }
    SECTION("no attempt starts after its deadline") {
        REQUIRE(stepper.failed(1) == Step::sleep(4s));
        time.advance(10s);
        REQUIRE(stepper.wake() == Step::give_up(StopReason::deadline));
    }
    SECTION("its stop ends the call after an attempt and after a sleep") {
        REQUIRE(stepper.failed(1) == Step::sleep(4s));
        raised = true;
        REQUIRE(stepper.attempt().stop_requested());
        REQUIRE(stepper.wake() == Step::give_up(StopReason::cancelled));
        stepper.start();
        REQUIRE(stepper.failed(1) == Step::give_up(StopReason::cancelled));
    }
}

TEST_CASE("a stepper reads the clock only where a policy asks, once a failure") {
    CountingTime time;
    Retrying const counted{StopAfterAttempt<3>{}, WaitFixed<1s>{}, Time{time}};
    Stepper unasked{counted};
    unasked.start();
    REQUIRE(unasked.failed(1) == Step::sleep(1s));
    REQUIRE(unasked.wake() == Step::again());
    REQUIRE(time.reads() == 0);
    Retrying const timed{StopBeforeDelay<9s>{}, WaitFixed<1s>{}, Time{time}};
    Stepper asked{timed};
    asked.start();
    REQUIRE(time.reads() == 1);
    REQUIRE(asked.failed(1) == Step::sleep(1s));
    REQUIRE(asked.wake() == Step::again());
    REQUIRE(time.reads() == 2);
    REQUIRE(asked.attempt().deadline() == TimePoint{9s});
}

TEST_CASE("a timed attempt in a pipeline knows the time since the start of the retry") {
    ManualTime time{1h};
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<2s>{}, Time{time}};
    Durations elapsed;
    auto const operation = [&](TimedAttempt const& attempt) {
        elapsed.push_back(attempt.elapsed());
        time.advance(1s);
        throw NetworkError{};
    };
    REQUIRE_THROWS_AS(pipeline(retrying)(operation), NetworkError);
    REQUIRE(elapsed == Durations{0s, 3s, 6s});
    elapsed.clear();
    REQUIRE_THROWS_AS(pipeline(retrying, Deadline<1h>{})(operation), NetworkError);
    REQUIRE(elapsed == Durations{0s, 3s, 6s});
}

TEST_CASE("a copy of a stepper goes on from the same attempt") {
    ManualTime time;
    Retrying const retrying{StopBeforeDelay<9s>{}, WaitExponential<1s, 60s>{}, Time{time}};
    std::vector<Stepper<std::remove_const_t<decltype(retrying)>>> steppers;
    steppers.emplace_back(retrying);
    steppers.front().start();
    REQUIRE(steppers.front().failed(1) == Step::sleep(1s));
    REQUIRE(steppers.front().wake() == Step::again());
    steppers.reserve(100); // moves them
    auto& stepper = steppers.front();
    REQUIRE(stepper.attempt().number() == 2);
    REQUIRE(stepper.attempt().last_wait() == 1s);
    REQUIRE(stepper.attempt().remaining() == 9s);
    REQUIRE(stepper.failed(1) == Step::sleep(2s));
    auto copy = stepper;
    REQUIRE(copy.wake() == Step::again());
    REQUIRE(copy.attempt().last_wait() == 2s);
    REQUIRE(stepper.attempt().number() == 2);
}

TEST_CASE("a copy of a stepper outlives the original, and asks its own stop") {
    bool const no = false;
    bool const yes = true;
    Retrying const goes_on{StopAfterAttempt<3>{}, StopWhenRequested{Flag{&no}}};
    std::remove_const_t<decltype(goes_on)> const ends{StopAfterAttempt<3>{}, StopWhenRequested{Flag{&yes}}};
    std::optional<Stepper<std::remove_const_t<decltype(goes_on)>>> original{goes_on};
    original->start();
    auto const copy = *original;
    original.emplace(ends).start();
    REQUIRE(original->attempt().stop_requested());
    REQUIRE_FALSE(copy.attempt().stop_requested());
}

TEST_CASE("start begins anew") {
    Stepper stepper{three};
    stepper.start();
    REQUIRE(stepper.failed(1) == Step::sleep(1s));
    REQUIRE(stepper.wake() == Step::again());
    REQUIRE(stepper.failed(1) == Step::sleep(2s));
    REQUIRE(stepper.start() == Step::again());
    REQUIRE(stepper.attempt().number() == 1);
    REQUIRE(stepper.attempt().last_wait() == 0s);
    REQUIRE(stepper.failed(1) == Step::sleep(1s));
}

TEST_CASE("a stepper over constants holds no policy but what a call needs") {
    STATIC_REQUIRE(sizeof(Stepper<std::remove_const_t<decltype(three)>>) <= 18 * sizeof(void*));
}

TEST_CASE("each call of a stepper ends once, also where the next one cannot start", "[R-62]") {
    bool broken = false;
    BrokenTime const time{&broken};
    std::vector<StopReason> ends;
    ManualTime outside;
    Context const context{TimePoint{9s}, StopView{}, ClockView{&outside}};
    Retrying const retrying{StopAfterAttempt<3>{},
                            OnEnd{[&](CallEnd const& end) noexcept { ends.push_back(end.reason); }}, Time{time}};
    {
        Stepper stepper{retrying, context};
        stepper.start();
        REQUIRE(stepper.returned(1) == Step::done());
        broken = true;
        REQUIRE_THROWS_AS(stepper.start(), FatalError);
    }
    REQUIRE(ends == std::vector{StopReason::none});
}

TEST_CASE("a call that is abandoned ends as cancelled, in an attempt and in a sleep", "[R-62]") {
    std::vector<StopReason> ends;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{},
                            OnEnd{[&](CallEnd const& end) noexcept { ends.push_back(end.reason); }}};
    {
        Stepper stepper{retrying};
        stepper.start();
    }
    {
        Stepper stepper{retrying};
        stepper.start();
        stepper.failed(1);
    }
    {
        Stepper stepper{retrying};
        stepper.start();
        stepper.failed(1);
        stepper.wake();
    }
    REQUIRE(ends == std::vector<StopReason>(3, StopReason::cancelled));
}

TEST_CASE("a clock that throws before an attempt ends the call as an error of the user", "[R-62]") {
    bool broken = false;
    BrokenTime const time{&broken};
    std::vector<StopReason> ends;
    Retrying const retrying{StopAfterAttempt<3>{},
                            OnEnd{[&](CallEnd const& end) noexcept { ends.push_back(end.reason); }}, Time{time}};
    auto const breaks = [&broken](TimedAttempt const&) -> int {
        broken = true;
        throw NetworkError{};
    };
    REQUIRE_THROWS_AS(pipeline(retrying)(breaks), FatalError);
    REQUIRE(ends == std::vector{StopReason::custom});
    broken = false;
    REQUIRE_THROWS_AS(pipeline(retrying, Deadline<1h>{})(breaks), FatalError);
    REQUIRE(ends == std::vector<StopReason>(2, StopReason::custom));
}

TEST_CASE("a sleep that throws ends the call as an error of the user", "[R-62]") {
    bool broken = false;
    BrokenTime const time{&broken};
    std::vector<StopReason> ends;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<1s>{},
                            OnEnd{[&](CallEnd const& end) noexcept { ends.push_back(end.reason); }}, Time{time}};
    auto const breaks = [&broken]() -> int {
        broken = true;
        throw NetworkError{};
    };
    REQUIRE_THROWS_AS(pipeline(retrying)(breaks), FatalError);
    REQUIRE(ends == std::vector{StopReason::custom});
}

TEST_CASE("what takes the place of a failure in a pipeline is told why the retry ended", "[R-51]") {
    auto const negative = RetryIfResult{[](int n) { return n < 0; }};
    auto const fails = [](Attempt const&) -> int { throw NetworkError{}; };
    auto const refuses = [](Attempt const&) { return -1; };
    Retrying const wrapped{StopAfterAttempt<2>{}, RetryIf<NetworkError>{}, negative, ThrowRetryError{}};
    auto const reason_of = [](auto const& call, auto const& operation) {
        try {
            call(operation);
        } catch (RetryErrorWith<int> const& error) {
            REQUIRE(error.result() == -1);
            return error.reason();
        } catch (RetryError const& error) {
            REQUIRE(error.exception() != nullptr);
            return error.reason();
        }
        return StopReason::none;
    };
    REQUIRE(reason_of(pipeline(wrapped), fails) == StopReason::attempts);
    REQUIRE(reason_of(pipeline(wrapped, Deadline<1h>{}), fails) == StopReason::attempts);
    REQUIRE(reason_of(pipeline(wrapped), refuses) == StopReason::attempts);
    REQUIRE(reason_of(pipeline(wrapped, Deadline<1h>{}), refuses) == StopReason::attempts);
    REQUIRE_THROWS_AS(pipeline(wrapped)(refuses), RetryErrorWith<int>);
    Retrying const valued{StopAfterAttempt<2>{}, RetryIf<NetworkError>{}, negative,
                          OnGiveUp{[](Attempt const& attempt, Failure const& failure) {
                              return failure.reason() == StopReason::attempts ? 10 + attempt.number() : 0;
                          }}};
    REQUIRE(pipeline(valued, Deadline<1h>{})(fails) == 12);
    REQUIRE(pipeline(valued, Deadline<1h>{})(refuses) == 12);
}

TEST_CASE("a kept exception lives as long as something keeps it, and no longer", "[R-103]") {
    struct Owner : std::exception {
        explicit Owner(std::shared_ptr<int> held) : life(std::move(held)) {}
        std::shared_ptr<int> life;
    };
    auto const life = std::make_shared<int>();
    using Kept = detail::KeptException;
    {
        Kept kept{pointer_to(Owner{life})};
        REQUIRE(life.use_count() == 2);
        Kept copy{kept};
        REQUIRE(copy.get() == kept.get());
        Kept const& same = copy;
        copy = same;
        kept = Kept{};
        REQUIRE(life.use_count() == 2);
        REQUIRE_NOTHROW(Kept{kept});
        kept = copy;
        copy = Kept{pointer_to(Owner{life})};
        REQUIRE(life.use_count() == 3);
        copy = Kept{};
        REQUIRE(life.use_count() == 2);
    }
    REQUIRE(life.use_count() == 1);
}

TEST_CASE("a stepper allocates nothing, whatever is fed to it", "[R-101]") {
    ManualTime time;
    int slept = 0;
    Retrying const retrying{StopAfterAttempt{50} | StopAfterDelay{1h},
                            WaitExponential<1ms, 1s>{} + WaitRandom<0s, 1ms>{},
                            RetryIf<NetworkError>{},
                            RetryIfResult{[](int n) { return n < 0; }},
                            BeforeSleep{[&slept](Attempt const&) { ++slept; }},
                            Time{time}};
    NetworkError const error{"down"};
    int steps = 0;

    int const before = test::allocations;
    Stepper stepper{retrying};
    for (Step step = stepper.start(); !step.gives_up(); ++steps)
        step = step.sleeps()    ? stepper.wake()
               : steps % 4 == 0 ? stepper.failed(error)
               : steps % 4 == 1 ? stepper.caught(error)
                                : stepper.returned(-1);
    int const after = test::allocations;

    REQUIRE(after == before);
    REQUIRE(stepper.attempt().number() == 50);
    REQUIRE(slept == 49);
    auto const counted = std::make_unique<int>(after); // the counter does count
    REQUIRE(test::allocations > after);
}
