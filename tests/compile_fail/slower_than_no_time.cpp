// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'SlowerThan' was given no time, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAtSlowCallRate<50, SlowerThan<0s>, TimeWindow<2s, 10>, MinimumCalls<5>>, OpenFor<1s>> breaker;
