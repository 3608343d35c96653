// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' was given two OnGiveUp that return a value, because a call has one result; let all but one return void
#include <grit/retry.hpp>

int first();
int second();

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::OnGiveUp<first>, grit::OnGiveUp<second>> retrying;
