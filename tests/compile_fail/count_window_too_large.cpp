// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'CountWindow' was given a size it cannot use, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAtFailureRate<50, CountWindow<100>, MinimumCalls<5>>, OpenFor<1s>> breaker;
