// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'MinimumCalls' was given less than one call, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAtFailureRate<50, CountWindow<20>, MinimumCalls<0>>, OpenFor<1s>> breaker;
