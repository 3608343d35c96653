// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'schedule' and 'worst_case_wait' are not constants, because a wait has its value at run time; write
#include <grit/retry.hpp>

auto wait = grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFixed<>>::worst_case_wait;
