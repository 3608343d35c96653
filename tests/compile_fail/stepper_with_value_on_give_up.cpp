// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Stepper' was given an OnGiveUp that returns a value, because a step only says what to do and the caller has the outcome; let it return void instead
#include <grit/retry.hpp>
#include <grit/retrying/step.hpp>

int fallback();

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::OnGiveUp<fallback>> retrying;
grit::Stepper stepper{retrying};
