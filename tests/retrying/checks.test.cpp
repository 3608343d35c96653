// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/checks.hpp>

#include <optional>

#include "retrying/samples.hpp"

// The sentences of wrong compositions are asserted in tests/compile_fail; here, what must not be refused.

using namespace grit;
using namespace samples;

namespace {
struct FromUser {
    static constexpr Family family = Family::stop;
    static constexpr bool bounded = true;
    bool operator()(Attempt const& attempt) const { return attempt.number() == 2; }
};
struct UserWait {
    static constexpr Family family = Family::wait;
    Duration operator()() const { return 1s; }
};
void nothing() {}
} // namespace

TEST_CASE("a call without a limit is allowed if it never calls without pause") {
    STATIC_REQUIRE(sizeof(Retrying<StopNever, WaitFixed<1s>>) == 1);
    STATIC_REQUIRE(sizeof(Retrying<StopNever, WaitExponential<0s, 1s, 2, 1s>>) == 1);
    STATIC_REQUIRE(sizeof(Retrying<StopNever, WaitIncrementing<0s, 1s, 9s>>) == 1); // grows
    STATIC_REQUIRE(sizeof(Retrying<StopAfterDelay<1s>, WaitNone>) == 1);
    STATIC_REQUIRE(sizeof(Retrying<StopNever, WaitExponential<1s, 87600h, Factor{1'000'001, 1'000'000}>>) ==
                   1); // slowly
}

TEST_CASE("a call without a limit is refused if its wait falls to zero, however late") {
    WaitIncrementing const falling{1h, -1s, 1h};
    REQUIRE_THROWS_AS(Retrying(StopNever{}, falling), std::invalid_argument);
    REQUIRE_THROWS_AS(Retrying(StopNever{}, falling + WaitRandom{0s, 1s}), std::invalid_argument);
    REQUIRE_NOTHROW(Retrying(StopNever{}, falling + WaitFixed{1s}));
    REQUIRE_NOTHROW(Retrying(StopAfterAttempt{9}, falling));
}

TEST_CASE("policies of the user's name their family, and a stop that it ends the call") {
    ManualTime time;
    Retrying const retrying{FromUser{}, UserWait{}, Time{time}};
    AlwaysFails<NetworkError> operation;
    REQUIRE_THROWS_AS(retrying(operation), NetworkError);
    REQUIRE(operation.calls == 2);
    REQUIRE(time.slept() == Durations{1s});
}

TEST_CASE("hooks and conditional waits may stand more than once") {
    STATIC_REQUIRE(sizeof(Retrying<StopAfterAttempt<3>, After<nothing>, OnGiveUp<nothing>,
                                   WaitIf<NetworkError, WaitFixed<1s>>, WaitIf<FatalError, WaitFixed<2s>>>) == 1);
    int calls = 0;
    Retrying const twice{StopAfterAttempt<1>{}, Before{[&] { ++calls; }}, Before{[&] { ++calls; }}};
    twice([] {});
    REQUIRE(calls == 2);
}

namespace {

struct Throttled : std::runtime_error {
    Throttled() : std::runtime_error("throttled") {}
    static std::chrono::seconds retry_after() { return 3s; }
};
struct Quota {
    int n = 0;
    friend std::optional<std::chrono::seconds> retry_after(Quota const&) { return 4s; }
};
struct Reply {
    bool ok = false;
    static std::chrono::seconds retry_after() { return 5s; }
};
constexpr auto is_bad = [](Reply const& reply) { return !reply.ok; };
constexpr auto is_missing = [](std::optional<Reply> const& reply) { return !reply || !reply->ok; };

/// Says yes to an error that it does not list.
struct SaysYes {
    static constexpr Family family = Family::retry;
    using Handles = Types<FatalError>;
    template <class E>
    bool on_exception(E const&) const {
        return true;
    }
};

/// The one sleep of a call that fails once with this, then succeeds.
template <class Operation, class... Ps>
Duration wait_of(Operation operation, Ps... policies) {
    ManualTime time;
    (void)Retrying{StopAfterAttempt<2>{}, policies..., Time{time}}.report(operation);
    return time.slept().size() == 1 ? time.slept().front() : Duration{-1};
}
template <class E>
auto throws() {
    return [] { throw E{}; };
}

} // namespace

TEST_CASE("a hint may come from each channel, and then WaitHint acts", "[R-640]") {
    constexpr WaitHint<60s> hint;
    // Thrown: who can throw can throw a RetryAfter, whatever the predicates say.
    CHECK(wait_of([] { throw RetryAfter{7s}; }, hint) == 7s);
    CHECK(wait_of([] { throw RetryAfter{7s}; }, hint, RetryIf<NetworkError>{}) == 7s);
    CHECK(wait_of(throws<Throttled>(), hint, RetryIf<Throttled>{}) == 3s);
    CHECK(wait_of(throws<CircuitOpen>(), hint, RetryIf<Rejected>{}) == 3s);
    // Returned: as an error, as an alternative, as what is inside, as a plain value.
    CHECK(wait_of([]() noexcept { return Expected<int, Quota>::failure({}); }, hint) == 4s);
    CHECK(wait_of([]() noexcept { return Expected<int, std::variant<FatalError, Quota>>::failure(Quota{}); }, hint) ==
          4s);
    CHECK(wait_of([]() noexcept { return std::variant<int, Quota>{Quota{}}; }, hint, RetryIf<Quota>{}) == 4s);
    CHECK(wait_of([]() noexcept { return Reply{}; }, hint, RetryIfResult<is_bad>{}) == 5s);
    CHECK(wait_of([]() noexcept { return std::optional{Reply{}}; }, hint, RetryIfResult<is_missing>{}) == 5s);
    // For one kind of error.
    CHECK(wait_of(throws<Throttled>(), WaitIf<Throttled, WaitHint<60s>>{}) == 3s);
    CHECK(wait_of([] { throw RetryAfter{7s}; }, WaitIf<Signal, WaitHint<60s>>{}) == 7s);
    CHECK(wait_of([]() noexcept { return std::optional{Reply{}}; }, RetryIfResult<is_missing>{},
                  WaitIf<std::optional<Reply>, WaitHint<60s>>{}) == 5s);
}

TEST_CASE("a WaitIf acts on each error that may be retried", "[R-641]") {
    constexpr WaitFixed<9s> nine;
    CHECK(wait_of(throws<TimeoutError>(), RetryIf<NetworkError>{}, WaitIf<TimeoutError, WaitFixed<9s>>{nine}) == 9s);
    CHECK(wait_of(throws<TimeoutError>(), RetryIf<TimeoutError>{}, WaitIf<NetworkError, WaitFixed<9s>>{nine}) == 9s);
    CHECK(wait_of(throws<TimeoutError>(), RetryUnless<FatalError>{}, WaitIf<NetworkError, WaitFixed<9s>>{nine}) == 9s);
    CHECK(wait_of(throws<TimeoutError>(), RetryIfException{[](NetworkError const&) { return true; }},
                  WaitIf<TimeoutError, WaitFixed<9s>>{nine}) == 9s);
    CHECK(wait_of(throws<TimeoutError>(), RetryIfMessage<"timeout">{}, WaitIf<NetworkError, WaitFixed<9s>>{nine}) ==
          9s);
    CHECK(wait_of(throws<TimeoutError>(), RetryIf<FatalError>{} | RetryIf<NetworkError>{},
                  WaitIf<NetworkError, WaitFixed<9s>>{nine}) == 9s);
    CHECK(wait_of(throws<NetworkError>(), SaysYes{}, WaitIf<NetworkError, WaitFixed<9s>>{nine}) == 9s);
    CHECK(wait_of([] { throw TryAgain{}; }, RetryIf<FatalError>{}, WaitIf<TryAgain, WaitFixed<9s>>{nine}) == 9s);
    CHECK(wait_of(throws<CircuitOpen>(), RetryIf<Rejected>{}, WaitIf<CircuitOpen, WaitFixed<9s>>{nine}) == 9s);
    CHECK(wait_of([]() noexcept { return Expected<int, Quota>::failure({}); }, WaitIf<Quota, WaitFixed<9s>>{nine}) ==
          9s);
    CHECK(wait_of([]() noexcept { return Reply{}; }, RetryIfResult<is_bad>{}, WaitIf<Reply, WaitFixed<9s>>{nine}) ==
          9s);
    // A base of exceptions does not name a rejection, so that the second wait is reached.
    CHECK(wait_of(throws<CircuitOpen>(), RetryIf<Rejected, std::exception>{}, WaitIf<std::exception, WaitFixed<1s>>{},
                  WaitIf<CircuitOpen, WaitFixed<9s>>{nine}) == 9s);
}

TEST_CASE("who names RetryNever wants no wait to act", "[R-640][R-641]") {
    constexpr Retrying<StopAfterAttempt<2>, RetryNever, WaitHint<60s>, WaitIf<NetworkError, WaitFixed<1s>>> never;
    CHECK(never([]() noexcept { return 1; }) == 1);
    CHECK_THROWS_AS(never(throws<NetworkError>()), NetworkError);
}
