// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: 'Time' cannot use this type, because it lacks now\(\) returning a grit::TimePoint, or sleep\(grit::Duration\); write both
#include <grit/retry.hpp>

struct Watch {
    int ticks = 0;
} watch;

grit::Retrying retrying{grit::StopAfterAttempt<3>{}, grit::Time{watch}};
