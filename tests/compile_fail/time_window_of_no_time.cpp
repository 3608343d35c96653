// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'TimeWindow' was given no time, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAtFailureRate<50, TimeWindow<0s, 10>, MinimumCalls<5>>, OpenFor<1s>> breaker;
