// SPDX-License-Identifier: BSL-1.0
// A call through a pipeline that can be refused where nothing can say so, with a result that would take anything for a
// value.
// flags: -fno-exceptions
// expect-error: grit: a call can be refused where nothing can say so, because exceptions are disabled
#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

using namespace std::chrono_literals;
using namespace grit;

struct Anything {
    template <class T>
    Anything(T const&) {}
};

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
Anything result = pipeline(Retrying<StopAfterAttempt<3>, RetryNever>{}, breaker)([] { return Anything{1}; });
