// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'schedule' and 'worst_case_wait' are not known, because a wait is computed by a callable; put it into
#include <grit/retry.hpp>

std::chrono::seconds wait();

auto waits = grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitFrom<wait>>::schedule<2>();
