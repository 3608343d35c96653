// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/waits.hpp>

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

} // namespace

TEST_CASE("no wait named is no wait") {
    using None = detail::WaitGroup<Types<>, Types<>>;
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
    constexpr Retrying<StopAfterAttempt<4>, WaitIf<NetworkError, WaitFixed<3s>>, WaitIf<TimeoutError, WaitFixed<2s>>>
        reversed;
    REQUIRE(slept_when<TimeoutError>(reversed, 1) == Durations{3s});
    REQUIRE(slept_when<FatalError>(reversed, 1).empty());
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
    constexpr Retrying<StopAfterAttempt<4>, RetryIf<NetworkError>, WaitIf<FatalError, WaitFixed<2s>>> retrying;
    AlwaysFails<FatalError> fatal;
    REQUIRE_THROWS_AS(retrying(fatal), FatalError);
    REQUIRE(fatal.calls == 1);
}

TEST_CASE("a group needs what one of its waits needs") {
    using Group = detail::WaitGroup<Types<WaitIf<NetworkError, WaitHint<60s>>>, Types<WaitRandom<1s, 2s>>>;
    STATIC_REQUIRE(Group::needs_random);
    STATIC_REQUIRE(Group::needs_hint);
    STATIC_REQUIRE(Group::limits_hint);
    STATIC_REQUIRE_FALSE(Group::needs_clock);
    STATIC_REQUIRE(std::is_same_v<Group::Interests, Types<NetworkError>>);
}
