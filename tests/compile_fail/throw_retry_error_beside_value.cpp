// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'ThrowRetryError' stands beside an OnGiveUp that returns a value, because a call cannot end in both; keep one of them
#include <grit/retry.hpp>

int fallback();

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::OnGiveUp<fallback>, grit::ThrowRetryError> retrying;
