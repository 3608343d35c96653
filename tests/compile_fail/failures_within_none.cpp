// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OpenAfterFailuresWithin' was given a number of failures it cannot use, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailuresWithin<0, 10s>, OpenFor<1s>> breaker;
