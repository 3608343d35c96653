// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' was given two hooks of one type, because a policy is found by its type; join
#include <grit/retry.hpp>

void watch();

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Before<watch>, grit::Before<watch>> retrying;
