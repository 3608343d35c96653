// SPDX-License-Identifier: BSL-1.0
#include <grit/retrying/checks.hpp>

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
