// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: an operation cannot be called with these arguments, because every attempt passes them as lvalues
#include <grit/retry.hpp>

struct Url {};
int operation(Url const&);

int result = grit::Retrying<grit::StopAfterAttempt<3>>{}(operation, 5);
