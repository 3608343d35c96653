// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'RetryUnless' names a reference or const type, because
#include <grit/retry.hpp>

struct Busy {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryUnless<Busy const&>> retrying;
