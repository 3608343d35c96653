// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'After' was given something that it cannot call, because its parameters are none of these; write
#include <grit/retry.hpp>

void watch(int attempt);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::After<watch>> retrying;
