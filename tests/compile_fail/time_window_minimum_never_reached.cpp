// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a rate was given a minimum of calls that is never reached, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAtFailureRate<50, TimeWindow<10s, 10>, MinimumCalls<8192>>, OpenFor<1s>> breaker;
