// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OpenForWait' was given something that is not a wait, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenForWait<int>> breaker;
