// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/facts.hpp>

#include <functional>
#include <mutex>

#include <grit/retrying/engine.hpp>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

template <class... Ps>
using FactsOf = detail::SetTraits<detail::PolicySet<Ps...>>;
template <class F, class... Ps>
using CallOf = detail::CallFacts<detail::PolicySet<Ps...>, 1, F>;

using Throws = int (*)();
using CannotThrow = int (*)() noexcept;
void observe_time(TimedAttempt const&) {}
void observe_failure(Attempt const&, Failure const&) {}
bool is_over(Attempt const&, Failure const&) { return true; }
void nothing() {}
int seven() { return 7; }
bool is_negative(int n) { return n < 0; }

} // namespace

TEST_CASE("what cannot throw has no handler, and what returns no failure is not judged") {
    STATIC_REQUIRE(CallOf<CannotThrow, StopAfterAttempt<3>, RetryIf<NetworkError>>::clauses == 0);
    STATIC_REQUIRE(CallOf<Throws, StopAfterAttempt<3>, RetryIf<NetworkError>>::clauses == 2);
    STATIC_REQUIRE_FALSE(CallOf<Throws, StopAfterAttempt<3>>::judges_result);
    STATIC_REQUIRE(CallOf<Throws, StopAfterAttempt<3>, RetryIfResult<is_negative>>::judges_result);
    STATIC_REQUIRE(detail::CallFacts<detail::PolicySet<StopAfterAttempt<3>>, 0, Throws>::clauses == 0);
}

TEST_CASE("a result is held only where somebody looks at it") {
    STATIC_REQUIRE_FALSE(CallOf<Throws, StopAfterAttempt<3>>::holds_result);
    STATIC_REQUIRE(CallOf<Throws, StopAfterAttempt<3>, RetryIfResult<is_negative>>::holds_result);
    STATIC_REQUIRE(CallOf<Throws, StopAfterAttempt<3>, OnSuccess<nothing>>::holds_result);
    STATIC_REQUIRE_FALSE(CallOf<Throws, StopAfterAttempt<3>, OnGiveUp<nothing>>::holds_result);
    STATIC_REQUIRE_FALSE(CallOf<std::string (*)(), StopAfterAttempt<3>, RetryIfResult<is_negative>>::holds_result);
}

TEST_CASE("a call takes its facts from the operation and its arguments") {
    STATIC_REQUIRE(CallOf<Throws, StopAfterAttempt<3>>::callable);
    STATIC_REQUIRE(std::is_same_v<CallOf<Throws, StopAfterAttempt<3>>::Result, int>);
    using Takes = int& (*)(Attempt const&, std::string const&);
    using Facts = detail::CallFacts<detail::PolicySet<StopAfterAttempt<3>>, 1, Takes, std::string>;
    STATIC_REQUIRE(std::is_same_v<Facts::Result, int&>);
    STATIC_REQUIRE(std::is_same_v<Facts::Judged, int>);
    STATIC_REQUIRE(Facts::wants == detail::Wants::attempt);
    STATIC_REQUIRE_FALSE(detail::CallFacts<detail::PolicySet<StopAfterAttempt<3>>, 1, Takes, int>::callable);
}

TEST_CASE("the start is measured only if something asks for the time") {
    STATIC_REQUIRE_FALSE(
        CallOf<Throws, StopAfterAttempt<3>, WaitRandom<1s, 2s>, RetryIf<NetworkError>>::measures_start);
    STATIC_REQUIRE(CallOf<Throws, StopAfterDelay<3s>>::measures_start);
    STATIC_REQUIRE(CallOf<Throws, StopAny<StopAfterAttempt<3>, StopBeforeDelay<3s>>>::measures_start);
    STATIC_REQUIRE(CallOf<Throws, StopAfterAttempt<3>, After<observe_time>>::measures_start);
    STATIC_REQUIRE(CallOf<Throws, StopAfterAttempt<3>, ThrowRetryError>::measures_start);
    STATIC_REQUIRE(CallOf<int (*)(TimedAttempt const&), StopAfterAttempt<3>>::measures_start);
    STATIC_REQUIRE_FALSE(CallOf<int (*)(Attempt const&), StopAfterAttempt<3>>::measures_start);
}

TEST_CASE("what no stop limits has no most, and the strictest limits the attempts") {
    STATIC_REQUIRE(FactsOf<StopNever>::Stops::max_attempts == 0);
    STATIC_REQUIRE(FactsOf<StopAfterAttempt<1>>::Stops::max_attempts == 1);
    STATIC_REQUIRE(FactsOf<StopAfterAttempt<>>::Stops::max_attempts == -1);
    STATIC_REQUIRE(FactsOf<StopAfterDelay<3s>, StopAfterAttempt<5>>::Stops::max_attempts == 5);
    STATIC_REQUIRE(FactsOf<StopAfterAttempt<7>, StopAny<StopAfterAttempt<5>>>::Stops::max_attempts == 5);
    STATIC_REQUIRE(FactsOf<StopAny<StopAfterAttempt<5>>, StopAfterAttempt<7>>::Stops::max_attempts == 5);
    STATIC_REQUIRE(FactsOf<StopAfterAttempt<40>, StopAny<StopAfterAttempt<5>>>::Stops::max_attempts == 5);
}

TEST_CASE("a sleep is followed by a look only where something can have happened") {
    using Clock = CountingTime;
    using Plain = detail::PolicySet<StopAfterAttempt<3>, StopAfterDelay<3s>, StopBeforeDelay<3s>>;
    STATIC_REQUIRE_FALSE(detail::Engine<Plain, false, Clock, ThreadRandom>::ends_late);
    STATIC_REQUIRE(detail::Engine<Plain, true, Clock, ThreadRandom>::ends_late);
    STATIC_REQUIRE(detail::Engine<detail::PolicySet<StopBefore>, false, Clock, ThreadRandom>::ends_late);
}

TEST_CASE("the failure is kept with its type only where something asks for it") {
    STATIC_REQUIRE_FALSE(FactsOf<StopAfterAttempt<3>, WaitRandom<1s, 2s>, RetryIf<NetworkError>, Before<nothing>,
                                 OnGiveUp<nothing>>::looks_at_failure);
    STATIC_REQUIRE(FactsOf<StopAfterAttempt<3>, WaitHint<60s>>::looks_at_failure);
    STATIC_REQUIRE(FactsOf<StopAfterAttempt<3>, WaitIf<NetworkError, WaitFixed<1s>>>::looks_at_failure);
    STATIC_REQUIRE(FactsOf<StopAfterAttempt<3>, After<observe_failure>>::looks_at_failure);
    STATIC_REQUIRE(FactsOf<StopIf<is_over>, StopAfterAttempt<3>>::looks_at_failure);
    STATIC_REQUIRE(FactsOf<StopAfterAttempt<3>, ThrowRetryError>::looks_at_failure);
}

TEST_CASE("what a set does not name of the environment is the default") {
    constexpr detail::PolicySet<StopAfterAttempt<3>> none{detail::Given<>{}};
    STATIC_REQUIRE(std::is_same_v<FactsOf<StopAfterAttempt<3>>::Time::type, SteadyTime>);
    STATIC_REQUIRE(std::is_same_v<FactsOf<StopAfterAttempt<3>>::Random::type, ThreadRandom>);
    STATIC_REQUIRE(std::is_same_v<decltype(FactsOf<StopAfterAttempt<3>>::Time::get(none)), SteadyTime>);

    ManualTime manual;
    using Named = detail::PolicySet<decltype(Time{manual})>;
    Time const time{manual};
    Named const named{detail::Given{time}};
    REQUIRE(&detail::SetTraits<Named>::Time::get(named) == &manual);
}

TEST_CASE("a predicate is expected to act, unless it is there in order that nothing is retried") {
    STATIC_REQUIRE_FALSE(FactsOf<StopAfterAttempt<3>>::expects_retries);
    STATIC_REQUIRE_FALSE(FactsOf<StopAfterAttempt<3>, RetryNever>::expects_retries);
    STATIC_REQUIRE(FactsOf<StopAfterAttempt<3>, RetryIf<NetworkError>>::expects_retries);
}

TEST_CASE("a result is replaced where an error is thrown or a hook gives one") {
    STATIC_REQUIRE_FALSE(FactsOf<StopAfterAttempt<3>, OnGiveUp<nothing>>::replaces);
    STATIC_REQUIRE(FactsOf<StopAfterAttempt<3>, ThrowRetryError>::replaces);
    STATIC_REQUIRE(FactsOf<StopAfterAttempt<3>, OnGiveUp<seven>>::replaces);
}

TEST_CASE("any object may be the clock, if it can be asked and can sleep") {
    class Clock {
    public:
        explicit Clock(std::function<void()> on_sleep) : on_sleep_(std::move(on_sleep)) {}
        TimePoint now() const {
            std::lock_guard const lock{mutex_};
            return now_;
        }
        void sleep(Duration d) {
            on_sleep_();
            now_ += d;
        }

    private:
        mutable std::mutex mutex_{};
        std::function<void()> on_sleep_;
        TimePoint now_{};
    };
    int sleeps = 0;
    Clock clock{[&] { ++sleeps; }};
    Retrying const retrying{StopBeforeDelay<3s>{}, WaitFixed<1s>{}, Time{clock}};
    Durations remaining;
    REQUIRE_THROWS_AS(retrying([&](Attempt const& attempt) {
                          remaining.push_back(attempt.remaining());
                          throw NetworkError{};
                      }),
                      NetworkError);
    REQUIRE(remaining == Durations{3s, 2s, 1s});
    REQUIRE(sleeps == 2);
}

TEST_CASE("a clock without state is a type") {
    struct Frozen {
        TimePoint now() const { return TimePoint{5s}; }
        void sleep(Duration) const {}
    };
    constexpr Retrying<StopAfterAttempt<3>, StopAfterDelay<1s>, WaitFixed<1h>, Time<Frozen>> retrying;
    STATIC_REQUIRE(sizeof(retrying) == 1);
    AlwaysFails<NetworkError> operation;
    REQUIRE_THROWS_AS(retrying(operation), NetworkError);
    REQUIRE(operation.calls == 3);
    REQUIRE(retrying([](Attempt const& attempt) { return attempt.context().clock().now(); }) == TimePoint{5s});
}

namespace {
/// Says nothing of what it needs, so that it may ask for anything.
struct AsksAll {
    static constexpr Family family = Family::hook;
    static constexpr Event event = Event::before_sleep;
    std::string* said;

    template <class Q>
    void operator()(Q const& q) const {
        *said += std::to_string(q.elapsed() / 1s) + " s, " + q.failure().what() + "; ";
    }
};
} // namespace

TEST_CASE("a hook of one's own that does not say what it needs may ask for the time and the failure") {
    ManualTime time{5s};
    std::string said;
    Retrying const retrying{StopAfterAttempt<3>{}, WaitFixed<2s>{}, AsksAll{&said}, Time{time}};
    REQUIRE_THROWS_AS(retrying([&] {
                          time.advance(1s);
                          throw std::runtime_error("down");
                      }),
                      std::runtime_error);
    REQUIRE(said == "1 s, down; 4 s, down; ");
}
