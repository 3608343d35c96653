// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/facts.hpp>

#include <functional>
#include <mutex>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

template <class F, class... Ps>
using TraitsOf = detail::LoopTraits<detail::PolicySet<Ps...>, 1, false, F>;

using Throws = int (*)();
using CannotThrow = int (*)() noexcept;
void observe_time(TimedAttempt const&) {}
bool is_negative(int n) { return n < 0; }

} // namespace

TEST_CASE("what cannot throw has no handler, and what returns no failure is not judged") {
    STATIC_REQUIRE(TraitsOf<CannotThrow, StopAfterAttempt<3>, RetryIf<NetworkError>>::clauses == 0);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterAttempt<3>, RetryIf<NetworkError>>::clauses == 2);
    STATIC_REQUIRE_FALSE(TraitsOf<Throws, StopAfterAttempt<3>>::judges_result);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterAttempt<3>, RetryIfResult<is_negative>>::judges_result);
    STATIC_REQUIRE(detail::LoopTraits<detail::PolicySet<StopAfterAttempt<3>>, 0, false, Throws>::clauses == 0);
}

TEST_CASE("attempts are few if the strictest stop allows at most 16") {
    STATIC_REQUIRE(TraitsOf<Throws, StopNever>::few_attempts == 0);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterAttempt<1>>::few_attempts == 1);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterAttempt<16>>::few_attempts == 16);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterAttempt<17>>::few_attempts == 0);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterAttempt<>>::few_attempts == 0);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterDelay<3s>, StopAfterAttempt<5>>::few_attempts == 5);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterAttempt<7>, StopAny<StopAfterAttempt<5>>>::few_attempts == 5);
    STATIC_REQUIRE(TraitsOf<Throws, StopAny<StopAfterAttempt<5>>, StopAfterAttempt<7>>::few_attempts == 5);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterAttempt<40>, StopAny<StopAfterAttempt<5>>>::few_attempts == 5);
}

TEST_CASE("the start is measured only if something asks for the time") {
    STATIC_REQUIRE_FALSE(
        TraitsOf<Throws, StopAfterAttempt<3>, WaitRandom<1s, 2s>, RetryIf<NetworkError>>::measures_start);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterDelay<3s>>::measures_start);
    STATIC_REQUIRE(TraitsOf<Throws, StopAny<StopAfterAttempt<3>, StopBeforeDelay<3s>>>::measures_start);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterAttempt<3>, After<observe_time>>::measures_start);
    STATIC_REQUIRE(TraitsOf<Throws, StopAfterAttempt<3>, ThrowRetryError>::measures_start);
    STATIC_REQUIRE(TraitsOf<int (*)(TimedAttempt const&), StopAfterAttempt<3>>::measures_start);
}

TEST_CASE("a sleep is followed by a look only where something can have happened") {
    STATIC_REQUIRE_FALSE(
        TraitsOf<Throws, StopAfterAttempt<3>, StopAfterDelay<3s>, StopBeforeDelay<3s>>::checks_after_sleep);
    STATIC_REQUIRE(TraitsOf<Throws, StopBefore>::checks_after_sleep);
    STATIC_REQUIRE(detail::LoopTraits<detail::PolicySet<StopAfterAttempt<3>>, 1, true, Throws>::checks_after_sleep);
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
