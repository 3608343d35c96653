// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/judge.hpp>

#include <system_error>

#include "retrying/samples.hpp"

using namespace grit;
using namespace samples;
using detail::Judge;
using detail::Verdict;

namespace {

struct NoSet {
    template <class P>
    static constexpr P stored() {
        return P{};
    }
};
constexpr NoSet no_set;

template <class... Ps>
using JudgeOf = Judge<Types<Ps...>>;

constexpr bool is_negative(int n) { return n < 0; }
constexpr bool is_even(int n) { return n % 2 == 0; }

template <class J, class R>
constexpr Verdict judge(R const& result) {
    return J::of_result(no_set, result);
}
template <class J, class E>
bool retries(E const& error) {
    return J::of_exception(no_set, error) == Verdict::retry;
}

} // namespace

TEST_CASE("with no predicate every error but a rejection is retried") {
    using Default = JudgeOf<>;
    REQUIRE(retries<Default>(std::runtime_error{""}));
    REQUIRE_FALSE(retries<Default>(CircuitOpen{}));
    STATIC_REQUIRE_FALSE(Default::looks_at<int>);
    STATIC_REQUIRE_FALSE(Default::looks_at<bool>);
    STATIC_REQUIRE_FALSE(Default::looks_at<std::variant<int, NetworkError>>);
    STATIC_REQUIRE(Default::looks_at<std::error_code>);
    STATIC_REQUIRE(Default::looks_at<Expected<int, int>>);
    STATIC_REQUIRE(judge<Default>(Expected<int, int>{1}) == Verdict::accept);
    STATIC_REQUIRE(judge<Default>(Expected<int, int>::failure(1)) == Verdict::retry);
}

TEST_CASE("one positive predicate says retry and no veto") {
    using Several = JudgeOf<RetryIf<NetworkError>, RetryUnless<TimeoutError>, RetryIfResult<is_negative>,
                            RetryUnlessResult<is_even>>;
    REQUIRE(retries<Several>(NetworkError{}));
    REQUIRE_FALSE(retries<Several>(TimeoutError{}));
    REQUIRE_FALSE(retries<Several>(FatalError{})); // the veto beside a positive predicate is no positive one
    STATIC_REQUIRE(judge<Several>(-1) == Verdict::retry);
    STATIC_REQUIRE(judge<Several>(-2) == Verdict::accept);
    STATIC_REQUIRE(judge<Several>(1) == Verdict::accept);
    REQUIRE(judge<Several>(-2) == Verdict::accept);
}

TEST_CASE("a veto alone on its channel is also the positive predicate") {
    using Unless = JudgeOf<RetryUnless<NetworkError>>;
    REQUIRE(retries<Unless>(FatalError{}));
    REQUIRE_FALSE(retries<Unless>(TimeoutError{}));
    REQUIRE_FALSE(retries<Unless>(CircuitOpen{}));
    using UnlessEven = JudgeOf<RetryUnlessResult<is_even>>;
    STATIC_REQUIRE(judge<UnlessEven>(1) == Verdict::retry);
    STATIC_REQUIRE(judge<UnlessEven>(2) == Verdict::accept);
    // A positive predicate on the other channel does not change that.
    using Both = JudgeOf<RetryUnless<NetworkError>, RetryIfResult<is_negative>>;
    REQUIRE(retries<Both>(FatalError{}));
    REQUIRE_FALSE(retries<Both>(NetworkError{}));
    STATIC_REQUIRE(judge<Both>(-1) == Verdict::retry);
}

TEST_CASE("a veto that is alone asks its callable once") {
    int asked = 0;
    auto const is_positive = [&asked](int n) {
        ++asked;
        return n > 0;
    };
    Retrying const retrying{StopAfterAttempt<3>{}, RetryUnlessResult{is_positive}};
    REQUIRE(retrying([] { return -1; }) == -1);
    REQUIRE(asked == 3);
    REQUIRE(retrying([] { return 1; }) == 1);
    REQUIRE(asked == 4);
}

TEST_CASE("naming a predicate replaces the default on all channels") {
    using Results = JudgeOf<RetryIfResult<is_negative>>;
    STATIC_REQUIRE(Results::Named::size == 0);
    STATIC_REQUIRE_FALSE(Results::looks_at<Expected<int, int>>);
    STATIC_REQUIRE_FALSE(Results::looks_at<std::error_code>);
    STATIC_REQUIRE_FALSE(JudgeOf<RetryIf<NetworkError>>::looks_at<Expected<int, int>>);
}

TEST_CASE("a signal in a result overrides every predicate") {
    using Error = std::variant<int, TryAgain, Permanent<int>>;
    using Result = Expected<int, Error>;
    using Never = JudgeOf<RetryNever>;
    STATIC_REQUIRE(Never::looks_at<Result>);
    REQUIRE(judge<Never>(Result::failure(Error{TryAgain{}})) == Verdict::retry);
    REQUIRE(judge<Never>(Result::failure(Error{1})) == Verdict::accept);
    using Always = JudgeOf<RetryAlways>;
    REQUIRE(judge<Always>(Result::failure(Error{Permanent{1}})) == Verdict::permanent);
    REQUIRE(judge<JudgeOf<>>(Result::failure(Error{Permanent{1}})) == Verdict::permanent);
    REQUIRE(judge<JudgeOf<>>(Result{1}) == Verdict::accept);
}

TEST_CASE("a signal that is thrown overrides every predicate") {
    auto const calls_of = [](auto const& retrying, auto const& thrown) {
        int calls = 0;
        auto const report = retrying.report([&] {
            ++calls;
            throw thrown;
        });
        return std::pair{calls, report.reason()};
    };
    auto const until = [&](auto const& thrown, auto const&... predicates) {
        return calls_of(Retrying{StopAfterAttempt<3>{}, predicates...}, thrown);
    };
    std::pair const retried{3, StopReason::attempts};
    std::pair const ended{1, StopReason::permanent};
    REQUIRE(until(TryAgain{}, RetryNever{}) == retried);
    REQUIRE(until(RetryAfter{1s}, RetryNever{}) == retried);
    REQUIRE(until(TryAgain{}, RetryIf<NetworkError>{}, RetryUnless<std::exception>{}) == retried);
    REQUIRE(until(TryAgain{}) == retried);
    REQUIRE(until(Permanent{FatalError{}}) == ended);
    REQUIRE(until(Permanent{FatalError{}}, RetryAlways{}) == ended);
    REQUIRE(until(Permanent{NetworkError{}}, RetryIf<NetworkError>{}) == ended);
    REQUIRE(until(Permanent{FatalError{}}, RetryIf<std::exception>{}) == ended);
    REQUIRE(until(Permanent{FatalError{}}, RetryIf<NetworkError>{}, RetryUnless<TimeoutError>{}) == ended);
}

TEST_CASE("nobody is asked about an exception whose type says that it is retried, unless something vetoes") {
    STATIC_REQUIRE(JudgeOf<RetryIf<NetworkError>>::always_retries<TimeoutError>);
    STATIC_REQUIRE_FALSE(JudgeOf<RetryIf<NetworkError>>::always_retries<FatalError>);
    STATIC_REQUIRE(JudgeOf<RetryIf<NetworkError>, RetryIfResult<is_negative>>::always_retries<TimeoutError>);
    STATIC_REQUIRE(JudgeOf<RetryIfMessage<"a">, RetryIf<FatalError>>::always_retries<FatalError>);
    STATIC_REQUIRE_FALSE(JudgeOf<RetryIf<NetworkError>, RetryUnless<TimeoutError>>::always_retries<NetworkError>);
    STATIC_REQUIRE_FALSE(JudgeOf<RetryIfMessage<"a">>::always_retries<FatalError>);
}

TEST_CASE("the type of an exception may say that it is never retried") {
    using Several = JudgeOf<RetryIf<NetworkError>, RetryUnless<TimeoutError>>;
    STATIC_REQUIRE(Several::may_retry<NetworkError>);
    STATIC_REQUIRE_FALSE(Several::may_retry<TimeoutError>);
    STATIC_REQUIRE_FALSE(Several::may_retry<FatalError>); // the veto beside a positive predicate is no positive one
    using Either = JudgeOf<RetryIf<NetworkError>, RetryIf<FatalError>>;
    STATIC_REQUIRE(Either::may_retry<NetworkError>);
    STATIC_REQUIRE(Either::may_retry<FatalError>);
    STATIC_REQUIRE_FALSE(Either::may_retry<CircuitOpen>);
    STATIC_REQUIRE(JudgeOf<RetryUnless<TimeoutError>>::may_retry<FatalError>);
    STATIC_REQUIRE_FALSE(JudgeOf<RetryUnless<TimeoutError>>::may_retry<TimeoutError>);
    STATIC_REQUIRE(JudgeOf<RetryIfMessage<"a">>::may_retry<FatalError>); // its text is not known yet
}

TEST_CASE("what vetoes is named with what is handled, and vetoes alone catch nothing") {
    using Both = JudgeOf<RetryIf<NetworkError>, RetryUnless<TimeoutError>>;
    STATIC_REQUIRE(std::is_same_v<Both::Vetoes, Types<TimeoutError>>);
    STATIC_REQUIRE(std::is_same_v<Both::Named, Types<TimeoutError, NetworkError>>);
    using BesideResults = JudgeOf<RetryIfResult<is_negative>, RetryUnlessResult<is_even>>;
    STATIC_REQUIRE(BesideResults::Named::size == 0);
    STATIC_REQUIRE(BesideResults::any_veto);
}
