// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a count was given as a floating-point number, because it looked like a fraction; write a whole number
#include <grit/retry.hpp>

constexpr grit::Retrying<grit::StopAfterAttempt<2.5>> retrying;
