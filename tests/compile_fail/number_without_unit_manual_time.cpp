// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
#include <grit/retry.hpp>

grit::ManualTime manual{5};
