// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'CircuitBreaker' was given trip policies that do not fit into its state word, because
#include <grit/circuit_breaker.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<>, OpenAtFailureRate<50, CountWindow<31>, MinimumCalls<5>>, OpenFor<1s>> breaker{
    OpenAfterFailures{5}};
