// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'CircuitBreaker' was given a type that is no policy, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<int> breaker;
