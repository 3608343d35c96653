// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a call can be refused where nothing can say so, because exceptions are disabled
// flags: -fno-exceptions
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
int result = breaker([] { return 1; });
