// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/bounds.hpp>

#include <array>
#include <limits>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {
template <class... Ps>
using With = Retrying<Ps...>;
} // namespace

TEST_CASE("a schedule is a constant that compares with an array of any duration") {
    using Policy = With<StopAfterAttempt<5>, WaitExponential<1s, 60s>>;
    STATIC_REQUIRE(Policy::schedule<4>() == std::array{1s, 2s, 4s, 8s});
    STATIC_REQUIRE(Policy::schedule<4>() == std::array<std::chrono::milliseconds, 4>{1000ms, 2000ms, 4000ms, 8000ms});
    STATIC_REQUIRE_FALSE(Policy::schedule<2>() == std::array{1s, 3s});
    STATIC_REQUIRE(Policy::schedule<0>() == Schedule<0>{});
    STATIC_REQUIRE(Policy::schedule<9>()[8] == 60s);
    Duration sum{};
    for (Duration const wait : Policy::schedule<4>()) sum += wait;
    REQUIRE(sum == Policy::worst_case_wait);
}

TEST_CASE("max_attempts is the fewest that a stop allows") {
    STATIC_REQUIRE(With<StopAfterAttempt<5>>::max_attempts == 5);
    STATIC_REQUIRE(With<StopAfterAttempt<5>, StopAfterDelay<1s>>::max_attempts == 5);
    STATIC_REQUIRE(With<StopAny<StopAfterAttempt<5>, StopAfterAttempt<3>>>::max_attempts == 3);
    STATIC_REQUIRE(With<StopAll<StopAfterAttempt<5>, StopAfterAttempt<3>>>::max_attempts == 5);
    STATIC_REQUIRE(With<StopAfterAttempt<4>, StopAll<StopAfterAttempt<5>, StopAfterAttempt<3>>>::max_attempts == 4);
}

TEST_CASE("any number of attempts has a sum of waits, at once where they settle") {
    constexpr int most = std::numeric_limits<int>::max();
    STATIC_REQUIRE(With<StopAfterAttempt<604'801>, WaitFixed<1s>>::worst_case_wait == 168h);
    STATIC_REQUIRE(With<StopAfterAttempt<most>>::worst_case_wait == 0s);
    STATIC_REQUIRE(With<StopAfterAttempt<most>, WaitExponential<1s, 4s>,
                        WaitIf<NetworkError, WaitRandom<1s, 2s>>>::worst_case_wait == 2s + 2s + 4s * (most - 3LL));
    STATIC_REQUIRE(With<StopAfterAttempt<most>, WaitFixed<87600h>>::worst_case_wait == Duration::max());
    STATIC_REQUIRE(With<StopAfterAttempt<604'801>, WaitIncrementing<0s, 1s, 10s>>::worst_case_wait ==
                   45s + 10s * (604'800 - 10));
    STATIC_REQUIRE(With<StopAfterAttempt<604'801>, WaitIncrementing<60s, 1s, 10s>>::worst_case_wait == 10s * 604'800);
    STATIC_REQUIRE(With<StopAfterAttempt<604'801>, WaitIncrementing<12s, -1s, 10s>>::worst_case_wait == 20s + 55s);
    REQUIRE(bounds(Retrying{StopAfterAttempt{most}, WaitDecorrelatedJitter{1s, 4s}}) ==
            CallBounds{most, {1s * (most - 1LL), 3s + 4s * (most - 2LL)}});
}

TEST_CASE("worst_case_wait adds the longest waits") {
    STATIC_REQUIRE(With<StopAfterAttempt<1>, WaitFixed<5s>>::worst_case_wait == 0s);
    STATIC_REQUIRE(With<StopAfterAttempt<4>>::worst_case_wait == 0s);
    STATIC_REQUIRE(With<StopAfterAttempt<4>, WaitRandom<1s, 3s>>::worst_case_wait == 9s);
    STATIC_REQUIRE(With<StopAfterAttempt<3>, WaitSum<WaitFixed<1s>, WaitRandom<0s, 500ms>>>::worst_case_wait == 3s);
    STATIC_REQUIRE(With<StopAfterAttempt<4>, WaitChain<WaitFixed<1s>, WaitFixed<5s>>>::worst_case_wait == 11s);
    STATIC_REQUIRE(With<StopAfterAttempt<4>, WaitDecorrelatedJitter<1s, 5s>>::worst_case_wait == 13s); // 3 + 5 + 5
    STATIC_REQUIRE(With<StopAfterAttempt<3>, WaitHint<60s, WaitFixed<1s>>>::worst_case_wait == 120s);
    STATIC_REQUIRE(With<StopAfterAttempt<3>, WaitFixed<1s>, WaitIf<NetworkError, WaitFixed<9s>>>::worst_case_wait ==
                   18s);
    STATIC_REQUIRE(With<StopAfterAttempt<3>, WaitIf<NetworkError, WaitFixed<9s>>>::worst_case_wait == 18s);
    STATIC_REQUIRE(With<StopAfterAttempt<3>, WaitFixed<Duration::max()>>::worst_case_wait == Duration::max());
}

TEST_CASE("the loop never waits longer than worst_case_wait") {
    using Policy = With<StopAfterAttempt<6>, WaitExponentialJitter<1s, 10s, 1s>>;
    for (int i = 0; i < 100; ++i) {
        ManualTime time;
        AlwaysFails<NetworkError> operation;
        auto const report = Policy{}.with(Time{time}).report(operation);
        REQUIRE(report.slept() <= Policy::worst_case_wait);
        for (std::size_t n = 0; n < 5; ++n) REQUIRE(time.slept()[n] <= Policy::schedule<5>()[n]);
    }
}

TEST_CASE("bounds of a policy with values of the run time", "[R-141]") {
    STATIC_REQUIRE(bounds(Retrying{StopAfterAttempt{5}, WaitExponential{1s, 60s}}) == CallBounds{5, {15s, 15s}});
    STATIC_REQUIRE(bounds(Retrying{StopAfterAttempt{3}, WaitRandom{1s, 2s}}) == CallBounds{3, {2s, 4s}});
    STATIC_REQUIRE(bounds(Retrying{StopAfterAttempt{4}}) == CallBounds{4, {0s, 0s}});
    STATIC_REQUIRE(bounds(Retrying{StopAfterAttempt{1}, WaitFixed{1s}}) == CallBounds{1, {0s, 0s}});
    STATIC_REQUIRE(bounds(Retrying{StopAfterDelay{5s}, WaitFixed{1s}}) == CallBounds{0, {0s, Duration::max()}});
    STATIC_REQUIRE(bounds(Retrying{StopAny{StopAfterAttempt{9}, StopAfterAttempt{3}}, WaitFixed{1s}}) ==
                   CallBounds{3, {2s, 2s}});
    STATIC_REQUIRE(bounds(Retrying{StopAfterAttempt{3}, WaitFrom{[] { return 1s; }}}) ==
                   CallBounds{3, {0s, Duration::max()}});
    STATIC_REQUIRE(bounds(Retrying{StopAfterAttempt{3}, WaitFixed{1s}, WaitIf<int, WaitFixed<5s>>{}}) ==
                   CallBounds{3, {2s, 10s}});
    STATIC_REQUIRE(bounds(Retrying{StopAfterAttempt{4}, WaitChain{WaitFixed{1s}, WaitFixed{3s}}}) ==
                   CallBounds{4, {7s, 7s}});
}

TEST_CASE("bounds agree with the constants, and saturate", "[R-141]") {
    using Robust = Retrying<StopAfterAttempt<5>, WaitExponential<1s, 60s>>;
    STATIC_REQUIRE(bounds(Robust{}).max_attempts == Robust::max_attempts);
    STATIC_REQUIRE(bounds(Robust{}).waits.most == Robust::worst_case_wait);
    REQUIRE(bounds(Retrying{StopAfterAttempt{std::numeric_limits<int>::max()}, WaitFixed{std::chrono::years{200}}}) ==
            CallBounds{std::numeric_limits<int>::max(), {Duration::max(), Duration::max()}});
}
