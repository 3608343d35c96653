// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Stepper' was given ThrowRetryError, because a step only says what to do and the caller has the outcome; leave ThrowRetryError out instead
#include <grit/retry.hpp>
#include <grit/retrying/step.hpp>

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::ThrowRetryError> retrying;
grit::Stepper stepper{retrying};
