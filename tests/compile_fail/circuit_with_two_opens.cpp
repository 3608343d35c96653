// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'CircuitBreaker' was given two policies of one kind, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, OpenForWait<WaitFixed<1s>>> breaker;
