// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'CircuitBreaker' was given nothing that opens it, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenFor<1s>> breaker;
