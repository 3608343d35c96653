// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a duration was given as a bare number, because it has no unit; write 5s or 250ms
#include <grit/retry.hpp>

struct Busy {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitIf<Busy, grit::WaitFixed<30>>> retrying;
