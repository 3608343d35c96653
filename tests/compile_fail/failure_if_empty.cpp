// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'FailureIf' or 'IgnoreIf' names nothing, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, FailureIf<>> breaker;
