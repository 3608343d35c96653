// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'TimeWindow' was given a time that its buckets do not divide, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailuresWithin<5, 33ns>, OpenFor<1s>> breaker;
