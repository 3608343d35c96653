// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'StopAfterAttempt' was given less than one attempt, because the first call counts too; write StopAfterAttempt<1> or more
#include <grit/retry.hpp>

constexpr grit::Retrying<grit::StopAfterAttempt<-1>> retrying;
