// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OpenAfterFailures' was given less than one failure, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<0>, OpenFor<1s>> breaker;
