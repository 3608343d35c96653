// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
#include <grit/retry.hpp>

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitIncrementing<1, 2, 10>> retrying;
