// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OpenFor' was given no time, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<0s>> breaker;
