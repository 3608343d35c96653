// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'WaitSum' was given no wait, because
#include <grit/retry.hpp>

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitSum<>> retrying;
