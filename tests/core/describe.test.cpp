// SPDX-License-Identifier: BSL-1.0
#include <grit/core/describe.hpp>

#include <grit.hpp>
#include <grit/core/keyed.hpp>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;

namespace {

template <class>
struct Generic {};
struct Hidden {};
constexpr bool is_busy(int) { return true; }
struct OwnStop {
    static constexpr Family family = Family::stop;
    bool operator()(Attempt const&) const { return true; }
};
struct NamedStop : OwnStop {
    static constexpr char const* name = "StopWhenTired";
    static consteval auto arguments() { return Types<Constant<ConstantDuration{90s}>>{}; }
};
struct OwnStage : StageInterface<OwnStage> {};

} // namespace

TEST_CASE("a policy set describes itself as it is written, the same from every compiler", "[R-140]") {
    using Robust = Retrying<StopAfterAttempt<5>, WaitExponential<1s, 60s>, RetryIf<TimeoutError, FatalError>,
                            BeforeSleepLog<>, Name<"chat">>;
    STATIC_REQUIRE(describe<Robust>() ==
                   "Retrying<StopAfterAttempt<5>, WaitExponential<1s, 60s>, RetryIf<TimeoutError, FatalError>, "
                   "BeforeSleepLog<>, Name<\"chat\">>");
    STATIC_REQUIRE(describe<Robust const&>() == describe<Robust>());
    REQUIRE(std::string{describe<Robust>().data()} == describe<Robust>());
}

TEST_CASE("values are written with their unit, defaults are left out", "[R-140]") {
    STATIC_REQUIRE(describe<WaitFixed<1500ms>>() == "WaitFixed<1500ms>");
    STATIC_REQUIRE(describe<WaitFixed<0s>>() == "WaitFixed<0s>");
    STATIC_REQUIRE(describe<WaitFixed<1h>>() == "WaitFixed<3600s>");
    STATIC_REQUIRE(describe<WaitRandom<1us, 1001ns>>() == "WaitRandom<1us, 1001ns>");
    STATIC_REQUIRE(describe<WaitExponential<1s, 60s, std::ratio<3, 2>{}>>() == "WaitExponential<1s, 60s, 3/2>");
    STATIC_REQUIRE(describe<WaitExponential<1s, 60s, 2, 1ms>>() == "WaitExponential<1s, 60s, 2, 1ms>");
    STATIC_REQUIRE(describe<WaitRandomExponential<1s, 60s, 3>>() == "WaitRandomExponential<1s, 60s, 3>");
    STATIC_REQUIRE(describe<WaitHint<60s>>() == "WaitHint<60s>");
    STATIC_REQUIRE(describe<WaitHint<60s, WaitJitter<WaitFixed<1s>, 50>>>() ==
                   "WaitHint<60s, WaitJitter<WaitFixed<1s>, 50>>");
    STATIC_REQUIRE(describe<WaitSum<WaitFixed<1s>, WaitNone>>() == "WaitSum<WaitFixed<1s>, WaitNone>");
    STATIC_REQUIRE(describe<StopAfterAttempt<2147483647>>() == "StopAfterAttempt<2147483647>");
    STATIC_REQUIRE(describe<RetryIfMessage<"a \"b\"">>() == "RetryIfMessage<\"a \"b\"\">");
    STATIC_REQUIRE(describe<AfterLog<StderrLogger, LogLevel::error>>() == "AfterLog<StderrLogger, error>");
    STATIC_REQUIRE(describe<StopAny<StopNever, StopBeforeDelay<1s>>>() == "StopAny<StopNever, StopBeforeDelay<1s>>");
    STATIC_REQUIRE(describe<Time<>>() == "Time<>");
    STATIC_REQUIRE(describe<Time<ManualTime>>() == "Time<ManualTime>");
    STATIC_REQUIRE(describe<ThrowRetryError>() == "ThrowRetryError");
}

TEST_CASE("values of the run time are not in the text", "[R-140]") {
    Retrying const tuned{StopAfterAttempt{5}, WaitExponential{1s, 60s}, RetryIfResult{[](int) { return true; }}};
    STATIC_REQUIRE(describe<decltype(tuned)>() == "Retrying<StopAfterAttempt<>, WaitExponential<>, RetryIfResult<>>");
    STATIC_REQUIRE(describe<WaitExponential<dynamic, dynamic, dynamic>>() ==
                   "WaitExponential<dynamic, dynamic, dynamic>");
}

TEST_CASE("types and callables go by their own identifier", "[R-140]") {
    struct Local {};
    STATIC_REQUIRE(describe<RetryIf<Hidden, Local, Generic<int>, std::runtime_error>>() ==
                   "RetryIf<Hidden, Local, Generic, runtime_error>");
    STATIC_REQUIRE(describe<RetryIfResult<is_busy>>() == "RetryIfResult<is_busy>");
    STATIC_REQUIRE(describe<RetryIfResult<[](int) { return true; }>>() == "RetryIfResult<...>");
    STATIC_REQUIRE(describe<RetryIfError<std::errc::timed_out, std::errc::broken_pipe>>() ==
                   "RetryIfError<timed_out, broken_pipe>");
    STATIC_REQUIRE(Policy<OwnStop>);
    STATIC_REQUIRE(describe<OwnStop>() == "OwnStop");
    STATIC_REQUIRE(describe<NamedStop>() == "StopWhenTired<90s>");
}

TEST_CASE("a RetryError says which policies gave up", "[R-140]") {
    using Policy = Retrying<StopAfterAttempt<2>, ThrowRetryError>;
    try {
        Policy{}(AlwaysFails<NetworkError>{});
        FAIL("it did not give up");
    } catch (RetryError const& error) {
        REQUIRE(error.policy() == "Retrying<StopAfterAttempt<2>, ThrowRetryError>");
    }
}

TEST_CASE("a pipeline describes its stages with their arguments, the outermost first", "[R-674]") {
    using Guard = CircuitBreaker<OpenAfterFailures<5>, OpenFor<30s>>;
    using Robust = Retrying<StopAfterAttempt<4>, WaitExponential<1s, 60s>>;
    using Inner = Pipeline<Bulkhead<8, 4>&, Guard&>;
    STATIC_REQUIRE(describe<Pipeline<Deadline<5s>, Robust, RateLimiter<100, 1s>&, Guard&>>() ==
                   "Pipeline<Deadline<5s>, Retrying<StopAfterAttempt<4>, WaitExponential<1s, 60s>>, "
                   "RateLimiter<100, 1s>, CircuitBreaker<OpenAfterFailures<5>, OpenFor<30s>>>");
    STATIC_REQUIRE(describe<Pipeline<Robust>>() == "Pipeline<Retrying<StopAfterAttempt<4>, WaitExponential<1s, 60s>>>");

    SECTION("the same stage twice, and pipelines inside it flat") {
        STATIC_REQUIRE(describe<Pipeline<Deadline<5s>, Inner, Deadline<5s>>>() ==
                       "Pipeline<Deadline<5s>, Bulkhead<8, 4>, CircuitBreaker<OpenAfterFailures<5>, OpenFor<30s>>, "
                       "Deadline<5s>>");
        STATIC_REQUIRE(describe<Pipeline<Pipeline<Deadline<9s>, Pipeline<Deadline<5s>>>, Deadline<2s>>>() ==
                       "Pipeline<Deadline<9s>, Deadline<5s>, Deadline<2s>>");
    }
    SECTION("values of the run time are not in the text") {
        CircuitBreaker breaker{OpenAfterFailures{5}, OpenFor{30s}, Name<"chat">{}};
        auto const tuned = pipeline(Fallback{7}, Deadline{5s}, Retrying{StopAfterAttempt{4}}, breaker);
        STATIC_REQUIRE(describe<decltype(tuned)>() ==
                       "Pipeline<Fallback<>, Deadline<>, Retrying<StopAfterAttempt<>>, "
                       "CircuitBreaker<OpenAfterFailures<>, OpenFor<>, Name<\"chat\">>>");
    }
    SECTION("a stage of a key as the stage, and one of a user by its identifier") {
        STATIC_REQUIRE(describe<Pipeline<detail::OwnedStage<Guard>, OwnStage>>() ==
                       "Pipeline<CircuitBreaker<OpenAfterFailures<5>, OpenFor<30s>>, OwnStage>");
    }
}

TEST_CASE("every stage and its policies describe their arguments", "[R-674]") {
    STATIC_REQUIRE(describe<AttemptTimeoutOnThread<2s>>() == "AttemptTimeoutOnThread<2s>");
    STATIC_REQUIRE(describe<Fallback<0>>() == "Fallback<0>");
    STATIC_REQUIRE(describe<ConcurrencyLimit<Gradient<>>>() == "ConcurrencyLimit<Gradient<>>");
    STATIC_REQUIRE(describe<CircuitBreaker<OpenAfterFailuresWithin<5, 60s>, OpenForWait<WaitExponential<1s, 60s>>>>() ==
                   "CircuitBreaker<OpenAfterFailuresWithin<5, 60s>, OpenForWait<WaitExponential<1s, 60s>>>");
    STATIC_REQUIRE(describe<OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<10>>>() ==
                   "OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<10>>");
    STATIC_REQUIRE(describe<OpenAtFailureRate<50, TimeWindow<10s>, MinimumCalls<10>>>() ==
                   "OpenAtFailureRate<50, TimeWindow<10s>, MinimumCalls<10>>");
    STATIC_REQUIRE(describe<OpenAtSlowCallRate<50, SlowerThan<2s>, TimeWindow<10s, 5>, MinimumCalls<10>>>() ==
                   "OpenAtSlowCallRate<50, SlowerThan<2s>, TimeWindow<10s, 5>, MinimumCalls<10>>");
    STATIC_REQUIRE(describe<HalfOpenProbes<3>>() == "HalfOpenProbes<3>");
    STATIC_REQUIRE(describe<CloseAfterSuccesses<2>>() == "CloseAfterSuccesses<2>");
    STATIC_REQUIRE(describe<AllowProbeFailures<1>>() == "AllowProbeFailures<1>");
    STATIC_REQUIRE(describe<ProbeLease<30s>>() == "ProbeLease<30s>");
    STATIC_REQUIRE(describe<FailureIf<TimeoutError>>() == "FailureIf<TimeoutError>");
    STATIC_REQUIRE(describe<SuccessIf<TimeoutError, FatalError>>() == "SuccessIf<TimeoutError, FatalError>");
    STATIC_REQUIRE(describe<IgnoreIf<TimeoutError>>() == "IgnoreIf<TimeoutError>");
    STATIC_REQUIRE(describe<FailureIfResult<[](int) { return true; }>>() == "FailureIfResult<...>");
    STATIC_REQUIRE(describe<OnStateChange<[](StateChange const&) noexcept {}>>() == "OnStateChange<...>");
}
