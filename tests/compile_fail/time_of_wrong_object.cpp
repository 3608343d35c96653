// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'Time' cannot use this type, because it lacks now\(\) returning a grit::TimePoint, or sleep\(grit::Duration\); write both
#include <grit/retry.hpp>

int clock = 0;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Time{clock}};
