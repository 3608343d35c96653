// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a duration was given as a bare number, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAtFailureRate<50, TimeWindow<10, 10>, MinimumCalls<5>>, OpenFor<1s>> breaker;
