// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: an operation takes a grit::TimedAttempt that no stage around it makes, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
auto result = breaker([](TimedAttempt const& attempt) { return attempt.elapsed(); });
