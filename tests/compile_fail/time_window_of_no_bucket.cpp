// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'TimeWindow' was given a number of buckets it cannot use, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAtFailureRate<50, TimeWindow<10s, 0>, MinimumCalls<5>>, OpenFor<1s>> breaker;
