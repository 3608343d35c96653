// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'RetryIf' names a reference or const type, because
#include <grit/retry.hpp>

struct Busy {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<Busy const&>> retrying;
