// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'CircuitBreaker' was not told how long it stays open, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>> breaker;
