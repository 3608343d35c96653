// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a policy was given a bare number for a duration, because it has no unit; write
#include <grit/retry.hpp>

using namespace std::chrono_literals;

grit::WaitHint wait{60, grit::WaitFixed<1s>{}};
