// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/retrying.hpp>

#include <array>

#include <grit/core/within.hpp>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

bool is_negative(int n) { return n < 0; }
void nothing() {}

using Robust =
    Retrying<StopAfterAttempt<5>, WaitExponential<1s, 60s>, RetryIf<NetworkError, FatalError>, BeforeSleep<nothing>>;
constexpr Robust robust;

/// A class with a policy that is configured at run time as a member.
class Service {
public:
    explicit Service(int attempts, Duration wait) : retrying_{StopAfterAttempt{attempts}, WaitFixed{wait}} {}
    auto const& retrying() const { return retrying_; }

private:
    Retrying<StopAfterAttempt<>, WaitFixed<>> retrying_;
};

} // namespace

TEST_CASE("constant policies take no room, whatever they are") {
    STATIC_REQUIRE(sizeof(Robust) == 1);
    STATIC_REQUIRE(sizeof(Retrying<StopAfterAttempt<5>, StopAfterDelay<5s>, StopBeforeDelay<5s>,
                                   WaitSum<WaitFixed<1s>, WaitFixed<1s>>, WaitIf<NetworkError, WaitFixed<1s>>,
                                   RetryIf<NetworkError>, RetryUnless<FatalError>, RetryIfResult<is_negative>,
                                   Before<nothing>, After<nothing>, OnGiveUp<nothing>, OnSuccess<nothing>,
                                   BeforeSleepLog<>, Name<"service">, Time<SteadyTime>, Random<ThreadRandom>>) == 1);
    STATIC_REQUIRE(std::is_empty_v<Robust>);
    STATIC_REQUIRE(sizeof(Retrying<StopAfterAttempt<>>) == sizeof(int));
    STATIC_REQUIRE(sizeof(Retrying<StopAfterAttempt<5>, WaitFixed<>>) == sizeof(Duration));
}

TEST_CASE("the constants of a constant policy are known") {
    STATIC_REQUIRE(Robust::max_attempts == 5);
    STATIC_REQUIRE(Robust::worst_case_wait == 15s);
    STATIC_REQUIRE(Robust::schedule<4>() == std::array{1s, 2s, 4s, 8s});
    REQUIRE(robust.max_attempts == 5);
}

TEST_CASE("the same policies may come at run time, in any order") {
    ManualTime time;
    AlwaysFails<NetworkError> operation;
    Retrying<StopAfterAttempt<>, WaitExponential<>, RetryIf<NetworkError>> const tuned{WaitExponential{1s, 60s},
                                                                                       StopAfterAttempt{5}};
    REQUIRE_THROWS_AS(tuned.with(Time{time})(operation), NetworkError);
    REQUIRE(operation.calls == 5);
    REQUIRE(time.slept() == Durations{1s, 2s, 4s, 8s});
    ManualTime other;
    REQUIRE_THROWS_AS(robust.with(Time{other})(operation), NetworkError);
    REQUIRE(other.slept() == time.slept());
}

TEST_CASE("a configured policy may be a member of a class and be copied and assigned") {
    Service service{2, 1s};
    ManualTime time;
    AlwaysFails<NetworkError> operation;
    REQUIRE_THROWS_AS(service.retrying().with(Time{time})(operation), NetworkError);
    REQUIRE(operation.calls == 2);
    service = Service{4, 1s};
    REQUIRE_THROWS_AS(service.retrying().with(Time{time})(operation), NetworkError);
    REQUIRE(operation.calls == 6);
    STATIC_REQUIRE(std::is_trivially_copyable_v<Service>);
}

TEST_CASE("a call does not change the object, which may be const and constexpr") {
    STATIC_REQUIRE(std::is_invocable_v<Robust const&, int (*)()>);
    constexpr Retrying tuned{StopAfterAttempt{3}, WaitFixed{1s}};
    ManualTime time;
    auto const timed = tuned.with(Time{time});
    for (int i = 0; i < 3; ++i) {
        FailsFirst<NetworkError> operation{2};
        REQUIRE(timed(operation) == 3);
    }
    REQUIRE(time.slept() == Durations(6, 1s));
}

TEST_CASE("values are checked when the object is made") {
    REQUIRE_THROWS_AS((Retrying{StopAfterAttempt{0}}), std::invalid_argument);
    REQUIRE_THROWS_WITH((Retrying{StopNever{}, WaitFixed{0s}}),
                        Catch::Matchers::ContainsSubstring("grit: a 'Retrying'"));
    REQUIRE_NOTHROW(Retrying{StopNever{}, WaitFixed{1s}});
    REQUIRE_NOTHROW(Retrying{StopNever{}, WaitExponential{0s, 1s, 2, 1s}});
    REQUIRE_THROWS_AS((Retrying{StopNever{}, WaitIncrementing{1s, -1s, 1s}}), std::invalid_argument);
}

TEST_CASE("wrap gives a callable that retries") {
    int calls = 0;
    auto const safe = Retrying<StopAfterAttempt<3>>{}.wrap([&](int x, Attempt const&) { return x; });
    auto const get = Retrying<StopAfterAttempt<3>>{}.wrap([&](int x) {
        if (++calls % 3 != 0) throw NetworkError{};
        return x;
    });
    REQUIRE(get(4) == 4);
    REQUIRE(get(5) == 5);
    REQUIRE(calls == 6);
    REQUIRE(safe(3, Attempt{}) == 3);
    auto const numbered =
        Retrying<StopAfterAttempt<3>>{}.wrap([](Attempt const& attempt, int x) { return x + attempt.number(); });
    REQUIRE(numbered(1) == 2);
    int object = 0;
    auto const reference = Retrying<StopAfterAttempt<3>>{}.wrap([&]() -> int& { return object; });
    REQUIRE(&reference() == &object);
    auto const copy = get;
    REQUIRE(copy(6) == 6);
}

TEST_CASE("with replaces what has the same kind and adds what has none") {
    ManualTime time;
    AlwaysFails<NetworkError> operation;
    auto const changed = robust.with(StopAfterAttempt<2>{}, Time{time});
    REQUIRE_THROWS_AS(changed(operation), NetworkError);
    REQUIRE(operation.calls == 2);
    STATIC_REQUIRE(decltype(changed)::max_attempts == 2);
    STATIC_REQUIRE(Robust::max_attempts == 5);
    SECTION("a wait replaces whatever wait there is") {
        auto const other = changed.with(WaitFixed{3s});
        REQUIRE_THROWS_AS(other(operation), NetworkError);
        REQUIRE(time.slept() == Durations{1s, 3s});
    }
    SECTION("a run-time value replaces a constant and the reverse") {
        REQUIRE_THROWS_AS(changed.with(StopAfterAttempt{4})(operation), NetworkError);
        REQUIRE(operation.calls == 6);
        REQUIRE_THROWS_AS(changed.with(StopAfterAttempt{4}).with(StopAfterAttempt<1>{})(operation), NetworkError);
        REQUIRE(operation.calls == 7);
    }
    SECTION("a predicate of another kind is added, one of the same kind replaced") {
        AlwaysFails<FatalError> fatal;
        REQUIRE_THROWS_AS(changed.with(RetryIf<NetworkError>{})(fatal), FatalError);
        REQUIRE(fatal.calls == 1);
        int calls = 0;
        changed.with(RetryIfResult{is_negative})([&] {
            ++calls;
            return -1;
        });
        REQUIRE(calls == 2);
    }
    SECTION("the original is left as it was") {
        StopAfterAttempt const three{3};
        Retrying const original{three, Time{time}};
        auto const more = original.with(StopAfterAttempt{9});
        REQUIRE_THROWS_AS(original(operation), NetworkError);
        REQUIRE(operation.calls == 5);
        REQUIRE_THROWS_AS(more(operation), NetworkError);
        REQUIRE(operation.calls == 14);
    }
}

TEST_CASE("several stops and several predicates may be listed") {
    AlwaysFails<NetworkError> operation;
    ManualTime time;
    Retrying const retrying{
        StopAfterAttempt{9},         StopAfterDelay{3s},         WaitFixed<1s>{}, RetryIf<NetworkError>{},
        RetryUnless<TimeoutError>{}, RetryIfResult{is_negative}, Time{time}};
    REQUIRE_THROWS_AS(retrying(operation), NetworkError);
    REQUIRE(operation.calls == 4);
    AlwaysFails<TimeoutError> vetoed;
    REQUIRE_THROWS_AS(retrying(vetoed), TimeoutError);
    REQUIRE(vetoed.calls == 1);
}

TEST_CASE("retry() makes three attempts") {
    int calls = 0;
    STATIC_REQUIRE(DefaultRetrying::max_attempts == 3);
    STATIC_REQUIRE(DefaultRetrying::worst_case_wait == 300ms);
    REQUIRE(retry([&](int x) { return x + ++calls; }, 4) == 5);
    AlwaysFails<NetworkError> operation;
    ManualTime time;
    REQUIRE_THROWS_AS(DefaultRetrying{}.with(Time{time})(operation), NetworkError);
    REQUIRE(operation.calls == 3);
}

TEST_CASE("a Retrying is a stage of a pipeline") {
    ManualTime time;
    Retrying const stage{StopAfterAttempt<3>{}, Time{time}};
    int calls = 0;
    auto const operation = [&](Attempt const&) {
        if (++calls < 3) throw NetworkError{};
        return calls;
    };
    STATIC_REQUIRE(Stage<decltype(stage)>);
    STATIC_REQUIRE(repeats_calls<decltype(stage)>);
    REQUIRE(within(Attempt{}, stage)(operation) == 3);
    REQUIRE(within(Attempt{},
                   stage)([](auto const& attempt) { return std::is_same_v<decltype(attempt), Attempt const&>; }));
    REQUIRE(within(Attempt{}, stage)([](int const& a, int& b) { return a + b; }, 3, 4) == 7);
}
