// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: an operation cannot be called with these arguments, because a stage
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
int result = breaker([](int*) { return 1; }, 2);
