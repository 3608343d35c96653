// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OpenForWait' was given a wait that asks for the failure, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenForWait<WaitHint<1s>>> breaker;
