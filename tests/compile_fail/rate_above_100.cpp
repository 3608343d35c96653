// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a rate was given an impossible percentage, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAtFailureRate<101, CountWindow<20>, MinimumCalls<5>>, OpenFor<1s>> breaker;
