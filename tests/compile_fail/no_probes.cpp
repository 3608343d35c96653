// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a half-open circuit was given a number of probes that it cannot count, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, HalfOpenProbes<0>> breaker;
