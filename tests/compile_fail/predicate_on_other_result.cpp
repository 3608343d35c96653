// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: the predicates named can never act on this operation, because it returns nothing they look at and throws nothing they name; name
#include <grit/retry.hpp>

struct Reply {};
struct Page {};
bool is_busy(Reply const&);
Page operation();

Page result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIfResult<is_busy>>{}(operation);
