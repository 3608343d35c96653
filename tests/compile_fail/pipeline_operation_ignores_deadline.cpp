// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: an operation under a deadline knows nothing of it, because it takes no grit::Attempt const&
#include <grit/circuit_breaker.hpp>
#include <grit/pipeline.hpp>
#include <grit/retry.hpp>
#include <grit/timeout/deadline.hpp>

using namespace std::chrono_literals;
using namespace grit;

CircuitBreaker<OpenAfterFailures<5>, OpenFor<1s>> breaker;
int result = pipeline(Retrying<StopAfterAttempt<3>>{}, Deadline<5s>{}, breaker)([] { return 1; });
