// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'OnGiveUp' returns a value that is no result of this operation, because
#include <grit/retry.hpp>

int fallback();
int const& operation();

int const& result = grit::Retrying<grit::StopAfterAttempt<3>, grit::OnGiveUp<fallback>>{}(operation);
