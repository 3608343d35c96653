// SPDX-License-Identifier: BSL-1.0
#include <grit/core/wrapped.hpp>

#include <grit/circuit_breaker.hpp>
#include <grit/fallback.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>
#include <grit/timeout/deadline.hpp>

#include "support/catch.hpp"

using namespace grit;
using namespace std::chrono_literals;

namespace {

/// Says whether it was called through const, and counts.
struct Which {
    int calls = 0;
    int operator()(int n, Attempt const& = Attempt{}) { return ++calls, n; }
    int operator()(int n, Attempt const& = Attempt{}) const { return -n; }
};

template <class Stage>
void check(Stage& stage) {
    auto wrapped = stage.wrap(Which{});
    CHECK(wrapped(3) == 3);
    CHECK(std::as_const(wrapped)(3) == -3);
    auto const constant = stage.wrap([](int n) { return n + 1; });
    CHECK(constant(1) == 2);
    int calls = 0;
    auto counting = stage.wrap([&calls, own = 0]() mutable { return calls = ++own; });
    counting();
    CHECK(counting() == 2);
    CHECK(calls == 2);
    auto copy = counting;
    CHECK(copy() == 3);
    CHECK(counting() == 3);
}

} // namespace

TEST_CASE("a wrapped callable of every stage is called as the callable itself", "[R-340]") {
    CircuitBreaker<OpenAfterFailures<5>, OpenFor<60s>> breaker;
    Retrying<StopAfterAttempt<3>> const retrying;
    Fallback<0> const fallback;
    auto const line = pipeline(retrying, breaker);
    check(breaker);
    check(retrying);
    check(fallback);
    check(line);
}
