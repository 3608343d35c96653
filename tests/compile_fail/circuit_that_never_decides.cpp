// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a half-open 'CircuitBreaker' may never decide, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, HalfOpenProbes<2>, CloseAfterSuccesses<3>> breaker;
