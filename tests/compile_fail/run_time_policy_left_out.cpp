// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' or 'CircuitBreaker' was constructed without one of its policies, because
#include <grit/retry.hpp>

using namespace std::chrono_literals;

grit::Retrying<grit::StopAfterAttempt<>, grit::WaitFixed<1s>> retrying;
