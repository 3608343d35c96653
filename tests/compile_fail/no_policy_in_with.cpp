// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a 'Retrying' was given a type that is no policy, because it names no family; list policies
#include <grit/retry.hpp>

constexpr grit::Retrying<grit::StopAfterAttempt<3>> retrying;
auto const other = retrying.with(5);
