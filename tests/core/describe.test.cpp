// SPDX-License-Identifier: BSL-1.0
#include <grit/core/describe.hpp>

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
