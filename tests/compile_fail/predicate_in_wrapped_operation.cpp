// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
#include <grit/retry.hpp>

struct Busy {};
int operation() noexcept;

int result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<Busy>>{}.wrap(operation)();
