// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OpenAtSlowCallRate' was not told which calls are slow, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAtSlowCallRate<50>, OpenFor<1s>> breaker;
