// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'Retrying' names too many errors, because
#include <grit/retry.hpp>

template <int>
struct E {};

using Named = grit::RetryIf<E<0>, E<1>, E<2>, E<3>, E<4>, E<5>, E<6>, E<7>, E<8>, E<9>, E<10>, E<11>, E<12>, E<13>, E<14>, E<15>>;

bool is_due(E<16> const&);
int operation();

int result = grit::Retrying{grit::StopAfterAttempt<3>{}, Named{}, grit::RetryIfException<is_due>{}}(operation);
