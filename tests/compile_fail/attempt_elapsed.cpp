// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'Attempt' has no elapsed\(\), because the start of the call is measured only if it is asked for; take grit::TimedAttempt const\& instead
#include <grit/retry.hpp>

auto const operation = [](grit::Attempt const& attempt) { return attempt.elapsed(); };

auto result = grit::Retrying<grit::StopAfterAttempt<3>>{}(operation);
