// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/groups.hpp>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

template <class E>
Durations slept_when(auto const& retrying, int calls) {
    ManualTime time;
    FailsFirst<E> operation{calls};
    retrying.with(Time{time})(operation);
    return time.slept();
}

/// Errors that ask for a wait.
struct Throttled : std::runtime_error {
    explicit Throttled(Duration wait) : std::runtime_error("throttled"), asks(wait) {}
    Duration retry_after() const { return asks; }
    Duration asks;
};
struct Overloaded : Throttled {
    using Throttled::Throttled;
};

/// Two attempts at most, which fail with an error that asks for a wait.
template <class E, class... Ps>
Report<void> asking_for(Duration wait, Ps const&... policies) {
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<2>{}, RetryIf<Overloaded, Throttled>{}, policies..., Time{time}};
    return retrying.report([&] { throw E{wait}; });
}

/// A wait of the user's, made of a built-in one.
struct OneMore : WaitExponential<1s, 60s> {
    constexpr Duration value(Duration state, auto const&) const { return state + 1s; }
};
struct InSteps : WaitExponential<1s, 60s> {
    constexpr Duration next(Duration state, Duration) const { return state + 5s; }
};
struct OneMoreAtRunTime : WaitExponential<> {
    using WaitExponential<>::WaitExponential;
    constexpr Duration value(Duration state, auto const&) const { return state + 1s; }
};

} // namespace

TEST_CASE("no wait named is no wait") {
    using None = detail::WaitGroup<Types<>>;
    STATIC_REQUIRE(std::is_empty_v<None::State>);
    STATIC_REQUIRE_FALSE(None::needs_random);
    REQUIRE(slept_when<NetworkError>(Retrying{StopAfterAttempt<4>{}}, 3).empty());
}

TEST_CASE("the first conditional wait whose error it is counts, then the plain one") {
    constexpr Retrying<StopAfterAttempt<4>, WaitFixed<1s>, WaitIf<TimeoutError, WaitFixed<2s>>,
                       WaitIf<NetworkError, WaitFixed<3s>>>
        retrying;
    REQUIRE(slept_when<TimeoutError>(retrying, 1) == Durations{2s});
    REQUIRE(slept_when<NetworkError>(retrying, 1) == Durations{3s});
    REQUIRE(slept_when<FatalError>(retrying, 1) == Durations{1s});
    constexpr Retrying<StopAfterAttempt<4>, WaitIf<NetworkError, WaitFixed<3s>>> alone;
    REQUIRE(slept_when<TimeoutError>(alone, 1) == Durations{3s});
    REQUIRE(slept_when<FatalError>(alone, 1).empty());
}

TEST_CASE("every wait sees every attempt, also those at which another is used") {
    ManualTime time;
    Retrying const retrying{StopAfterAttempt<9>{}, WaitExponential<1s, 60s>{},
                            WaitIf<TimeoutError, WaitIncrementing<10s, 10s, 90s>>{}, Time{time}};
    int calls = 0;
    retrying([&] {
        ++calls;
        if (calls == 2 || calls == 4) throw TimeoutError{};
        if (calls < 6) throw NetworkError{};
    });
    REQUIRE(time.slept() == Durations{1s, 20s, 4s, 40s, 16s});
}

TEST_CASE("a conditional wait may have a value at run time") {
    Retrying const retrying{StopAfterAttempt<4>{}, WaitIf<TimeoutError, WaitFixed<>>{WaitFixed{7s}}};
    REQUIRE(slept_when<TimeoutError>(retrying, 2) == Durations{7s, 7s});
}

TEST_CASE("a conditional wait for an error that is not retried changes nothing") {
    Retrying const retrying{StopAfterAttempt<4>{}, WaitIf<FatalError, WaitFixed<2s>>{},
                            RetryIfException{[](FatalError const&) { return false; }}};
    AlwaysFails<FatalError> fatal;
    REQUIRE_THROWS_AS(retrying(fatal), FatalError);
    REQUIRE(fatal.calls == 1);
}

TEST_CASE("the limit on what a failure asks for is that of the wait that counts") {
    constexpr WaitHint<60s> plain;
    constexpr WaitIf<Overloaded, WaitHint<5s>> conditional;
    REQUIRE(asking_for<Overloaded>(5s, conditional, plain).slept() == 5s);
    REQUIRE(asking_for<Overloaded>(6s, conditional, plain).reason() == StopReason::hint);
    REQUIRE(asking_for<Throttled>(60s, conditional, plain).slept() == 60s);
    REQUIRE(asking_for<Throttled>(61s, conditional, plain).reason() == StopReason::hint);

    REQUIRE(asking_for<Overloaded>(61s, WaitIf<Overloaded, WaitFixed<1s>>{}, plain).slept() == 1s);
    REQUIRE(asking_for<Throttled>(61s, conditional, WaitFixed<1s>{}).slept() == 1s);
    REQUIRE(asking_for<Throttled>(61s, conditional).reason() == StopReason::attempts);

    constexpr WaitIf<Throttled, WaitHint<9s>> other;
    REQUIRE(asking_for<Overloaded>(6s, conditional, other, plain).reason() == StopReason::hint);
    REQUIRE(asking_for<Throttled>(9s, conditional, other, plain).slept() == 9s);
    REQUIRE(asking_for<Throttled>(10s, conditional, other, plain).reason() == StopReason::hint);
}

TEST_CASE("a refused wait was asked for only if the wait that counts reads what a failure asks for") {
    constexpr StopBeforeDelay<6s> stop;
    constexpr WaitIf<Overloaded, WaitHint<60s>> conditional;
    REQUIRE(asking_for<Overloaded>(8s, stop, conditional, WaitFixed<8s>{}).reason() == StopReason::hint);
    REQUIRE(asking_for<Throttled>(8s, stop, conditional, WaitFixed<8s>{}).reason() == StopReason::delay);
    REQUIRE(asking_for<Overloaded>(8s, stop, WaitIf<Overloaded, WaitFixed<8s>>{}, WaitHint<60s>{}).reason() ==
            StopReason::delay);
    REQUIRE(asking_for<Throttled>(8s, stop, WaitIf<Overloaded, WaitFixed<8s>>{}, WaitHint<60s>{}).reason() ==
            StopReason::hint);
    REQUIRE(asking_for<Throttled>(8s, StopBeforeDelay<0s>{}, conditional).reason() == StopReason::delay);

    constexpr WaitIf<Throttled, WaitFixed<8s>> other;
    REQUIRE(asking_for<Overloaded>(8s, stop, conditional, other, WaitFixed<8s>{}).reason() == StopReason::hint);
    REQUIRE(asking_for<Throttled>(8s, stop, conditional, other, WaitHint<60s>{}).reason() == StopReason::delay);
}

TEST_CASE("a group needs what one of its waits needs") {
    using Group = detail::WaitGroup<Types<WaitIf<NetworkError, WaitHint<60s>>, WaitRandom<1s, 2s>>>;
    STATIC_REQUIRE(Group::needs_random);
    STATIC_REQUIRE(Group::needs_hint);
    STATIC_REQUIRE(Group::limits_hint);
    STATIC_REQUIRE_FALSE(Group::needs_clock);
    STATIC_REQUIRE(std::is_same_v<Group::Interests, Types<NetworkError>>);

    using Random = WaitIf<NetworkError, WaitRandom<1s, 2s>>;
    using Fixed = WaitIf<TimeoutError, WaitFixed<1s>>;
    STATIC_REQUIRE(detail::WaitGroup<Types<Fixed, Random>>::needs_random);
    STATIC_REQUIRE(detail::WaitGroup<Types<Fixed, Random, WaitFixed<1s>>>::needs_random);
    STATIC_REQUIRE_FALSE(detail::WaitGroup<Types<Fixed>>::needs_random);

    auto const by_failure = [](Attempt const&, Failure const&) { return 1s; };
    using ByFailure = decltype(WaitFrom{by_failure});
    using Asks = WaitIf<NetworkError, ByFailure>;
    STATIC_REQUIRE(detail::WaitGroup<Types<Fixed, Asks>>::needs_failure);
    STATIC_REQUIRE(detail::WaitGroup<Types<Fixed, Asks, WaitFixed<1s>>>::needs_failure);
    STATIC_REQUIRE(detail::WaitGroup<Types<Fixed, ByFailure>>::needs_failure);
    STATIC_REQUIRE_FALSE(detail::WaitGroup<Types<Fixed>>::needs_failure);
}

TEST_CASE("a wait that derives from a built-in one has its own value and its own state") {
    REQUIRE(slept_when<NetworkError>(Retrying<StopAfterAttempt<4>, OneMore>{}, 3) == Durations{2s, 3s, 5s});
    REQUIRE(slept_when<NetworkError>(Retrying<StopAfterAttempt<4>, WaitExponential<1s, 60s, 2, 2s>>{}, 3) ==
            Durations{2s, 2s, 4s});

    REQUIRE(slept_when<NetworkError>(Retrying<StopAfterAttempt<4>, InSteps>{}, 3) == Durations{1s, 6s, 11s});

    // The same for many attempts, and where its values come at run time.
    REQUIRE(slept_when<NetworkError>(Retrying<StopAfterAttempt<40>, OneMore>{}, 3) == Durations{2s, 3s, 5s});
    REQUIRE(slept_when<NetworkError>(Retrying{StopAfterAttempt{4}, OneMoreAtRunTime{1s, 4s}}, 3) ==
            Durations{2s, 3s, 5s});
    REQUIRE(slept_when<NetworkError>(Retrying{StopAfterAttempt{4}, WaitExponential{1s, 3s}}, 3) ==
            Durations{1s, 2s, 3s});
}

TEST_CASE("a group holds the state of each of its waits, and the first for the failure gives the value") {
    using Group =
        detail::WaitGroup<Types<WaitIf<NetworkError, WaitFixed<3s>>, WaitIf<TimeoutError, WaitExponential<1s, 60s>>,
                                WaitIncrementing<5s, 5s, 60s>>>;
    STATIC_REQUIRE(sizeof(Group::State) == 2 * sizeof(Duration)); // a fixed wait has no state
    STATIC_REQUIRE(std::is_empty_v<detail::WaitGroup<Types<WaitFixed<1s>, WaitIf<int, WaitFixed<2s>>>>::State>);

    constexpr Retrying<StopAfterAttempt<9>, WaitIf<TimeoutError, WaitExponential<1s, 60s>>,
                       WaitIf<NetworkError, WaitFixed<3s>>, WaitIncrementing<5s, 5s, 60s>>
        retrying;
    ManualTime time;
    int calls = 0;
    retrying.with(Time{time})([&] {
        ++calls;
        if (calls % 3 == 1 && calls < 7) throw TimeoutError{};
        if (calls % 3 == 2) throw NetworkError{};
        if (calls < 7) throw FatalError{};
    });
    REQUIRE(time.slept() == Durations{1s, 3s, 15s, 8s, 3s, 30s});
}
