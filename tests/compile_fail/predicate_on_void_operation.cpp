// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
#include <grit/retry.hpp>

bool is_busy(int result);
void operation();

void run() { grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfResult<is_busy>>{}(operation); }
