// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'RetryUnlessError' names nothing, because
#include <grit/retry.hpp>

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryUnlessError<>> retrying;
