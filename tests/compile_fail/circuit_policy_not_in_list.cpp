// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'CircuitBreaker' was constructed with a policy that is not in its list, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker{OpenAfterFailures{5}};
