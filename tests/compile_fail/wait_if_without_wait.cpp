// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a wait was combined with something that is not a wait, because
#include <grit/retry.hpp>

struct Busy {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::WaitIf<Busy, Busy>> retrying;
