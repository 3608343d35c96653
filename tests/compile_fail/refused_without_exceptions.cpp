// SPDX-License-Identifier: BSL-1.0
// A call that can be refused where nothing can say so.
// flags: -fno-exceptions
// expect-error: grit: a call can be refused where nothing can say so, because exceptions are disabled
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;

grit::CircuitBreaker<grit::OpenAfterFailures<5>, grit::OpenFor<1s>> breaker;
int result = breaker([] { return 1; });
