// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'TimeWindow' was given a time that its buckets do not divide, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAtFailureRate<50, TimeWindow<1s, 3>, MinimumCalls<5>>, OpenFor<1s>> breaker;
