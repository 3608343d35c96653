// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OpenAfterFailuresWithin' was given a constant and a run-time value together, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailuresWithin<5>, OpenFor<1s>> breaker;
