// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'StopIf' was given something that it cannot call, because its parameters are none of these; write
#include <grit/retry.hpp>

bool is_over(int attempt);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::StopIf<is_over>> retrying;
