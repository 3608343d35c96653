// SPDX-License-Identifier: BSL-1.0
// Calls that can be refused where nothing can say so.
// flags: -fno-exceptions
#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>

using namespace std::chrono_literals;
using namespace grit;

// expect-error: grit: a call can be refused where nothing can say so, because exceptions are disabled
namespace circuit_refuses_without_exceptions {
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
int result = breaker([] { return 1; });
} // namespace circuit_refuses_without_exceptions

// expect-error: grit: a call can be refused where nothing can say so, because exceptions are disabled
namespace pipeline_refuses_without_exceptions {
/// A result that would take anything for a value.
struct Anything {
    template <class T>
    Anything(T const&) {}
};
CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
Anything result = pipeline(Retrying<StopAfterAttempt<3>, RetryNever>{}, breaker)([] { return Anything{1}; });
} // namespace pipeline_refuses_without_exceptions
