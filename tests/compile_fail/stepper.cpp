// SPDX-License-Identifier: BSL-1.0
// Steppers: policies that cannot be stepped, and outcomes that do not last.
#include <grit/retry.hpp>
#include <grit/retrying/step.hpp>

// expect-error: grit: a 'Stepper' was given an exception of a type that its policies do not catch, because only those in its list Catches are judged by type; catch those, or give threw\(\) the pointer instead
namespace caught_what_nobody_names {
struct Named {};
struct Other {};

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryIf<Named>> retrying;

void run() {
    grit::Stepper stepper{retrying};
    stepper.caught(Other{});
}
} // namespace caught_what_nobody_names

// expect-error: grit: a 'Stepper' was fed a temporary, because a hook may look at it when the sleep is over; keep the outcome in a variable until the next step instead
namespace fed_a_temporary {
struct Token {
    bool stop_requested() const;
};
void log(grit::Attempt const&, grit::Failure const&);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::StopWhenRequested<Token>, grit::OnGiveUp<log>> retrying;

void run() {
    grit::Stepper stepper{retrying};
    stepper.failed(7);
}
} // namespace fed_a_temporary

// expect-error: grit: a 'Stepper' was given ThrowRetryError, because a step only says what to do and the caller has the outcome; leave ThrowRetryError out instead
namespace with_throw_retry_error {
constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::ThrowRetryError> retrying;
grit::Stepper stepper{retrying};
} // namespace with_throw_retry_error

// expect-error: grit: the policies of a 'Stepper' name too many errors together, because each is a catch clause; write a common base instead
namespace with_too_many_errors {
template <int>
struct E {};
template <int>
struct F {};

using First =
    grit::RetryIf<E<0>, E<1>, E<2>, E<3>, E<4>, E<5>, E<6>, E<7>, E<8>, E<9>, E<10>, E<11>, E<12>, E<13>, E<14>, E<15>>;
using Second = grit::RetryIf<F<0>, F<1>, F<2>, F<3>>;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryAny<First, Second>> retrying;
grit::Stepper stepper{retrying};
} // namespace with_too_many_errors

// expect-error: grit: a 'Stepper' was given an OnGiveUp that returns a value, because a step only says what to do and the caller has the outcome; let it return void instead
namespace with_value_on_give_up {
int fallback();

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::OnGiveUp<fallback>> retrying;
grit::Stepper stepper{retrying};
} // namespace with_value_on_give_up
