// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a pipeline was given a circuit breaker outside a retry, because
#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
auto hammers = pipeline(breaker, Retrying<StopAfterAttempt<3>>{});
