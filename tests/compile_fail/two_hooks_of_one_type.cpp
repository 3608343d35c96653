// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' was given two hooks of one type
#include <grit/retry.hpp>

void note() {}
constexpr grit::Retrying<grit::StopAfterAttempt<2>, grit::Before<note>, grit::Before<note>> retrying;
