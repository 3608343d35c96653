// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Stepper' was fed a temporary, because a hook may look at it when the sleep is over; keep the outcome in a variable until the next step instead
#include <grit/retry.hpp>
#include <grit/retrying/step.hpp>

struct Token {
    bool stop_requested() const;
};
void log(grit::Attempt const&, grit::Failure const&);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::StopWhenRequested<Token>, grit::OnGiveUp<log>> retrying;

void run() {
    grit::Stepper stepper{retrying};
    stepper.failed(7);
}
