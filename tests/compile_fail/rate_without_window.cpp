// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a rate was given no window, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAtFailureRate<50>, OpenFor<1s>> breaker;
