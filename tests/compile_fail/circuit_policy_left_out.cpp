// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' or 'CircuitBreaker' was constructed without one of its policies, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<>, OpenFor<1s>> breaker{OpenFor<1s>{}};
