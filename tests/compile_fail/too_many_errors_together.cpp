// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' names too many errors, because its predicates and its WaitIf need a catch clause for each and 18 are the most
#include <grit/retry.hpp>

template <int>
struct E {};
template <int>
struct F {};

using First =
    grit::RetryIf<E<0>, E<1>, E<2>, E<3>, E<4>, E<5>, E<6>, E<7>, E<8>, E<9>, E<10>, E<11>, E<12>, E<13>, E<14>, E<15>>;
using Second = grit::RetryIf<F<0>, F<1>, F<2>, F<3>>;

int operation();

int result = grit::Retrying<grit::StopAfterAttempt<3>, grit::RetryAny<First, Second>>{}(operation);
