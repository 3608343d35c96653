// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: the policies of a 'Stepper' name too many errors together, because each is a catch clause; write a common base instead
#include <grit/retry.hpp>
#include <grit/retrying/step.hpp>

template <int>
struct E {};
template <int>
struct F {};

using First =
    grit::RetryIf<E<0>, E<1>, E<2>, E<3>, E<4>, E<5>, E<6>, E<7>, E<8>, E<9>, E<10>, E<11>, E<12>, E<13>, E<14>, E<15>>;
using Second = grit::RetryIf<F<0>, F<1>, F<2>, F<3>>;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryAny<First, Second>> retrying;
grit::Stepper stepper{retrying};
