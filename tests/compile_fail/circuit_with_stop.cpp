// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'CircuitBreaker' was given a policy of another stage, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>, WaitFixed<1s>> breaker;
