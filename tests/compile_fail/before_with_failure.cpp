// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'Before' was given a callable that takes a failure, because nothing has failed before an attempt; write
#include <grit/retry.hpp>

void watch(grit::Attempt const&, grit::Failure const&);

constexpr grit::Retrying<grit::StopAfterAttempt<3>, grit::Before<watch>> retrying;
