// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'RetryIf' names too many errors, because each is a catch clause and 16 are the most
#include <grit/retry.hpp>

template <int>
struct E {};

using Named = grit::RetryIf<E<0>, E<1>, E<2>, E<3>, E<4>, E<5>, E<6>, E<7>, E<8>, E<9>, E<10>, E<11>, E<12>, E<13>,
                            E<14>, E<15>, E<16>>;

constexpr grit::Retrying<grit::StopAfterAttempt<3>, Named> retrying;
