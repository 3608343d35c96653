// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' was given a type that is no policy, because it names no family; list policies
#include <grit/retry.hpp>

int operation();

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, operation};
