// SPDX-License-Identifier: BSL-1.0
// expect-error: grit: a policy was given a bare number for a duration
#include <grit/timeout/deadline.hpp>

using namespace std::chrono_literals;

grit::Deadline deadline{5};
