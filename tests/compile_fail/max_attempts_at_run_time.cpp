// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'max_attempts' is not a constant, because a stop has its value at run time; write
#include <grit/retry.hpp>

int attempts = grit::Retrying<grit::StopAfterAttempt<>>::max_attempts;
