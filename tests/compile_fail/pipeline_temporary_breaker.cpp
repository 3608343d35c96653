// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a pipeline was given a temporary stage with state, because
#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>

using namespace std::chrono_literals;
using namespace grit;

auto gone = pipeline(CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>>{});
